//! The `reminders-cron` Lambda function.

use shared::domain::work::Schedule;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    shared::worker::serve_schedule(Schedule::Reminders, reminders_cron::fire).await
}
