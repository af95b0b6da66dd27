//! The `upkeep-cron` Lambda function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::worker::serve_schedule(upkeep_cron::fire).await
}
