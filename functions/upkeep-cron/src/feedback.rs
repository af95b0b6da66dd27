//! Publishes what is anonymous, where enough people have said something: once a week, all of it or nothing.

use jiff::Timestamp;
use shared::domain::event::Event;
use shared::domain::feedback::anonymity;
use shared::domain::id::UserId;
use shared::state::AppState;
use shared::store::{self, Client, StoreError};
use tracing::info;

/// Publishes everything that is due; a mentor whose turn was missed has it at the next firing, as of the same moment.
///
/// Each mentor in a transaction of their own: it changes what is counted of that mentor, which bookings wait for.
pub(crate) async fn publish(state: &AppState, client: &mut Client) -> Result<(), StoreError> {
    let now = state.clock.now();
    let ready = store::feedback::list_ready(client, anonymity::published_at(now)).await?;
    let mut published = 0;
    for mentor in ready {
        published += publish_for(state, client, mentor, now).await?;
    }
    if published > 0 {
        info!(feedback = published, "published anonymous feedback");
    }
    Ok(())
}

/// Publishes what waits for one mentor, unless somebody else has; returns how much that was.
async fn publish_for(
    state: &AppState,
    client: &mut Client,
    mentor: UserId,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let at = anonymity::published_at(now);
    let tx = client.transaction();
    let waiting = store::feedback::lock_waiting(&tx, mentor, at).await?;
    let due = anonymity::publish(&waiting, now);
    if due.is_empty() {
        return Ok(0);
    }
    store::feedback::publish(&tx, &due, at).await?;
    let told = Event::FeedbackPublished {
        mentor_id: mentor,
        session_id: None,
    };
    store::outbox::append(&tx, state.clock.id(), now, told).await?;
    store::catalog::raise(&tx).await?;
    tx.commit().await?;
    Ok(due.len())
}
