//! Fires the reminders that are due. Two runs at once share the work; a late run catches up.

use shared::state::AppState;
use shared::store;
use shared::worker::WorkError;

/// Promises every reminder that is due; returns how many.
///
/// # Errors
/// When the database cannot be used; what was not promised is still due next time.
pub async fn fire(state: AppState) -> Result<usize, WorkError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let mut fired = 0;
    loop {
        let tx = client.transaction();
        let due = store::reminder::take_due(&tx, now).await?;
        if due.is_empty() {
            return Ok(fired);
        }
        fired += due.len();
        for event in due {
            store::outbox::append(&tx, state.clock.id(), now, event).await?;
        }
        tx.commit().await?;
    }
}
