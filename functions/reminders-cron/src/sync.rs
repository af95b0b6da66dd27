//! The sync with Airtable, woken when there is anything to do: pings get lost, webhooks end, and whoever was refused for
//! half a minute must be asked again.

use shared::domain::event::Event;
use shared::state::AppState;
use shared::store::{self, Client, StoreError};

/// Wakes the worker when it would find something to do, and follows or leaves the base that is configured.
pub(crate) async fn wake(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let base = state.config.airtable.as_ref().map(|config| &*config.base);
    if !store::sync::is_on(client, base).await? {
        let tx = client.transaction();
        store::sync::switch(&tx, base).await?;
        tx.commit().await?;
    }
    let now = state.clock.now();
    if base.is_none() || !store::sync::is_work_due(client, now).await? {
        return Ok(0);
    }
    let tx = client.transaction();
    let due = Event::SyncDue { is_news: false };
    store::outbox::append(&tx, state.clock.id(), now, due).await?;
    tx.commit().await?;
    Ok(1)
}
