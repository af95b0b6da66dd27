//! Requests that wait for an answer in vain expire.

use shared::domain::event::Event;
use shared::domain::session::Session;
use shared::state::AppState;
use shared::store::{self, Client, StoreError, Transaction};

/// Gives the time free of every request that nobody has answered in time; returns how many.
pub(crate) async fn expire(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let now = state.clock.now();
    let mut expired = 0;
    loop {
        let tx = client.transaction();
        let overdue = store::session::lock_overdue(&tx, now).await?;
        if overdue.is_empty() {
            return Ok(expired);
        }
        for (session, event) in overdue
            .into_iter()
            .filter_map(|session| session.expire(now))
        {
            expired += 1;
            write(&tx, state, &session, event).await?;
        }
        tx.commit().await?;
    }
}

async fn write(
    tx: &Transaction<'_>,
    state: &AppState,
    session: &Session,
    event: Event,
) -> Result<(), StoreError> {
    futures_util::try_join!(
        store::session::update_status(tx, session),
        store::outbox::append(tx, state.clock.id(), session.updated_at, event),
    )?;
    Ok(())
}
