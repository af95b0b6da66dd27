//! The `outbox-cron` Lambda function.

use shared::domain::work::Schedule;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::worker::serve_schedule(Schedule::Outbox, outbox_cron::fire).await
}
