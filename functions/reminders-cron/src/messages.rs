//! Mails about messages that had to wait: nobody is told more often than every quarter of an hour.

use shared::state::AppState;
use shared::store::{self, Client, StoreError};

/// Promises every mail that is due; returns how many.
pub(crate) async fn tell(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let now = state.clock.now();
    let mut told = 0;
    loop {
        let tx = client.transaction();
        let due = store::message::take_due_notices(&tx, now).await?;
        if due.is_empty() {
            return Ok(told);
        }
        // What was read in the meantime is taken, and not promised.
        for event in due.into_iter().flatten() {
            store::outbox::append(&tx, state.clock.id(), now, event).await?;
            told += 1;
        }
        tx.commit().await?;
    }
}
