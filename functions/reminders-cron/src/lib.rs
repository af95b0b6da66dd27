//! Fires the reminders that are due and the mails about messages that had to wait, asks mentors once more who have not
//! answered, lets requests expire that nobody has answered, and looks after long-term mentoring. Two runs at once share
//! the work; a late run catches up.

mod answers;
mod mentoring;
mod messages;

use shared::state::AppState;
use shared::store::{self, Client, StoreError};
use shared::worker::WorkError;

/// Does everything that is due; returns how much that was.
///
/// # Errors
/// When the database cannot be used; what was not done is still due next time.
pub async fn fire(state: AppState) -> Result<usize, WorkError> {
    let mut client = state.db.client().await?;
    let reminded = remind(&state, &mut client).await?;
    let told = messages::tell(&state, &mut client).await?;
    let expired = answers::expire(&state, &mut client).await?;
    let nudged = answers::nudge(&state, &mut client).await?;
    let mentored = mentoring::look_after(&state, &mut client).await?;
    Ok(reminded + told + expired + nudged + mentored)
}

/// Promises every reminder that is due; returns how many.
async fn remind(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let now = state.clock.now();
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
