//! The `migrate` Lambda function: invoked once by a deployment.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use migrate::Task;
use shared::state::AppState;
use shared::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let state = AppState::from_env()?;
    telemetry::start_json(&state.config.log_level);
    let state = &state;
    lambda_runtime::run(service_fn(
        move |event: LambdaEvent<Option<Task>>| async move {
            Ok::<_, Error>(
                Box::pin(migrate::invoke(state, event.payload.unwrap_or_default())).await?,
            )
        },
    ))
    .await
}
