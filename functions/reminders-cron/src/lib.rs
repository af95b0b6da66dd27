//! Fires the reminders that are due and the mails about messages that had to wait, asks mentors once more who have not
//! answered, lets requests expire that nobody has answered, has payments looked at that stand still, looks after
//! long-term mentoring and quick questions, wakes messages that rest and digests, and the sync with Airtable. Two runs at once share the work; a late run catches up.

mod answers;
mod mentoring;
mod messages;
mod questions;
mod sync;

use jiff::{SignedDuration, Timestamp};
use shared::domain::event::Event;
use shared::state::AppState;
use shared::store::{self, Client, StoreError, Transaction};
use shared::telemetry::metrics::{self, Metric};
use shared::worker::WorkError;

/// Does everything that is due; returns how much that was.
///
/// # Errors
/// When the database cannot be used; what was not done is still due next time.
pub async fn fire(state: AppState) -> Result<usize, WorkError> {
    let mut client = state.db.client().await?;
    let client = &mut client;
    let reminded = promise(&state, client, take_reminders).await?;
    let told = messages::tell(&state, client).await?;
    let expired = answers::expire(&state, client).await?;
    let nudged = promise(&state, client, store::session::take_nudges).await?;
    let woken = promise(&state, client, store::payment::take_forgotten).await?;
    let rested = rested(&state, client).await?;
    let gathered = promise(&state, client, store::notification::take_due_digests).await?;
    let mentored = mentoring::look_after(&state, client).await?;
    let moved = questions::look_after(&state, client).await?;
    let synced = sync::wake(&state, client).await?;
    Ok(reminded + told + expired + nudged + woken + rested + gathered + mentored + moved + synced)
}

/// Takes reminders that are due, and notes how late the latest of them is.
async fn take_reminders(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<Event>, StoreError> {
    let due = store::reminder::take_due(tx, now).await?;
    let lateness = due.iter().filter_map(|event| match event {
        Event::ReminderDue {
            starts_at,
            offset_minutes,
            ..
        } => {
            let due_at = *starts_at - SignedDuration::from_mins((*offset_minutes).into());
            Some(now.duration_since(due_at).as_secs_f64())
        }
        _ => None,
    });
    if let Some(latest) = lateness.max_by(f64::total_cmp) {
        metrics::observe(Metric::ReminderLateness, latest);
    }
    Ok(due)
}

/// Wakes the messages that have rested long enough; returns how many.
async fn rested(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let now = state.clock.now();
    let mut woken = 0;
    loop {
        let tx = client.transaction();
        let rested = store::notification::take_rested(&tx, now).await?;
        tx.commit().await?;
        if rested == 0 {
            return Ok(woken);
        }
        woken += rested;
    }
}

/// Promises everything that `take` takes, batch by batch; returns how much that was.
async fn promise(
    state: &AppState,
    client: &mut Client,
    take: impl AsyncFn(&Transaction<'_>, Timestamp) -> Result<Vec<Event>, StoreError>,
) -> Result<usize, StoreError> {
    let now = state.clock.now();
    let mut promised = 0;
    loop {
        let tx = client.transaction();
        let due = take(&tx, now).await?;
        if due.is_empty() {
            return Ok(promised);
        }
        promised += due.len();
        store::outbox::append_all(&tx, || state.clock.id(), now, due).await?;
        tx.commit().await?;
    }
}
