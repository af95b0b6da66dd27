//! Publishes what is anonymous, where enough people have said something: once a week, all of it or nothing.

use shared::domain::event::Event;
use shared::domain::feedback::anonymity;
use shared::domain::id::{FeedbackId, UserId};
use shared::state::AppState;
use shared::store::{self, Client, StoreError};
use tracing::info;

/// Publishes everything that is due; a mentor whose turn was missed has it at the next firing, as of the same moment.
pub(crate) async fn publish(state: &AppState, client: &mut Client) -> Result<(), StoreError> {
    while publish_some(state, client).await? {}
    Ok(())
}

/// Publishes the feedback on some mentors; whether there may be more.
async fn publish_some(state: &AppState, client: &mut Client) -> Result<bool, StoreError> {
    let now = state.clock.now();
    let at = anonymity::published_at(now);
    let tx = client.transaction();
    let waiting = store::feedback::lock_waiting(&tx, at).await?;
    let due: Vec<(UserId, Vec<FeedbackId>)> = waiting
        .into_iter()
        .map(|(mentor, waiting)| (mentor, anonymity::publish(&waiting, now)))
        .filter(|(_, published)| !published.is_empty())
        .collect();
    if due.is_empty() {
        return Ok(false);
    }
    let ids: Vec<FeedbackId> = due.iter().flat_map(|(_, ids)| ids.clone()).collect();
    store::feedback::publish(&tx, &ids, at).await?;
    let told = due.iter().map(|(mentor, _)| Event::FeedbackPublished {
        mentor_id: *mentor,
        session_id: None,
    });
    store::outbox::append_all(&tx, || state.clock.id(), now, told).await?;
    store::catalog::raise(&tx).await?;
    tx.commit().await?;
    info!(
        mentors = due.len(),
        feedback = ids.len(),
        "published anonymous feedback"
    );
    Ok(true)
}
