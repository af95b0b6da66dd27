//! The `migrate` Lambda function: invoked once by a deployment.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use migrate::{Outcome, Task};
use shared::{state::AppState, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let state = AppState::from_env()?;
    telemetry::start_json(&state.config.log_level);
    lambda_runtime::run(service_fn(|event| answer(&state, event))).await
}

async fn answer(state: &AppState, event: LambdaEvent<Option<Task>>) -> Result<Outcome, Error> {
    Ok(Box::pin(migrate::invoke(state, event.payload.unwrap_or_default())).await?)
}
