//! Sends what the outbox still holds, and what the queues seem to have lost.

use shared::queue::SWEEP_AFTER_SECONDS;
use shared::state::AppState;
use shared::store::outbox;
use shared::telemetry::metrics::{self, Metric};
use shared::worker::WorkError;

/// Sweeps the outbox once; returns how many events were sent.
///
/// # Errors
/// When the database or a queue cannot be used; what was not sent stays.
pub async fn fire(state: AppState) -> Result<usize, WorkError> {
    let swept = state.relay.sweep(&state.db, SWEEP_AFTER_SECONDS).await;
    let age = outbox::oldest_unsent(&state.db.client().await?).await?;
    metrics::observe(Metric::OutboxAge, age.unwrap_or_default());
    swept.map_err(|failure| WorkError::Later(failure.to_string()))
}
