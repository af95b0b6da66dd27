//! The `outbox-cron` Lambda function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::worker::serve_schedule(outbox_cron::fire).await
}
