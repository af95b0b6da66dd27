//! Fires the reminders that are due, and the mails about messages that had to wait. Two runs at once share the work; a
//! late run catches up.

use jiff::Timestamp;
use shared::domain::event::Event;
use shared::state::AppState;
use shared::store::{self, StoreError, Transaction};
use shared::worker::WorkError;

/// What comes due.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Reminder,
    Notice,
}

/// Promises everything that is due; returns how many mails that will be at most.
///
/// # Errors
/// When the database cannot be used; what was not promised is still due next time.
pub async fn fire(state: AppState) -> Result<usize, WorkError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let mut fired = 0;
    for kind in [Kind::Reminder, Kind::Notice] {
        loop {
            let tx = client.transaction();
            let due = take(&tx, kind, now).await?;
            if due.is_empty() {
                break;
            }
            for event in due.into_iter().flatten() {
                store::outbox::append(&tx, state.clock.id(), now, event).await?;
                fired += 1;
            }
            tx.commit().await?;
        }
    }
    Ok(fired)
}

/// Takes some of what is due; what turns out to be of no use is taken and not promised.
async fn take(
    tx: &Transaction<'_>,
    kind: Kind,
    now: Timestamp,
) -> Result<Vec<Option<Event>>, StoreError> {
    match kind {
        Kind::Reminder => {
            let due = store::reminder::take_due(tx, now).await?;
            Ok(due.into_iter().map(Some).collect())
        }
        Kind::Notice => store::message::take_due_notices(tx, now).await,
    }
}
