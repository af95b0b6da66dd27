//! The `reminders-cron` Lambda function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::worker::serve_schedule(reminders_cron::fire).await
}
