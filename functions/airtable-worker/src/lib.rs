//! Keeps people here and their records in Airtable the same.
//!
//! A message only says that there is something to do. What that is follows from how both sides stand: a webhook that
//! must be made or told to go on, a log that goes on, a comparison that was begun, people who wait. One worker at a time
//! has the base; whoever comes meanwhile leaves word, and it goes round once more. Nothing is held while Airtable is
//! asked: what is about to be written is noted before, what came of it after. Whoever is killed in between leaves a write
//! that may have arrived, and that the log will tell of.

mod compare;
mod desk;
mod people;
mod pull;
mod push;
mod sessions;
mod tend;

use std::time::{Duration, Instant};

use shared::domain::event::{Event, EventRecord};
use shared::outside::airtable::Airtable;
use shared::queue::Queue;
use shared::state::AppState;
use shared::store;
use shared::worker::WorkError;
use tracing::info;

use desk::{Desk, Halt};

/// How long a worker goes on with one message; what is left then has a message of its own.
const SHIFT: Duration = Duration::from_secs(20);

/// How long a worker has the base, in seconds: a shift, and the slowest answer.
const LEASE_SECONDS: i32 = 45;

/// Does what is to be done.
///
/// # Errors
/// When Airtable or the database cannot be used; the message comes again.
pub async fn handle(state: AppState, record: EventRecord) -> Result<(), WorkError> {
    let airtable = state.airtable().await;
    let airtable = airtable.map_err(|failure| WorkError::Later(failure.to_string()))?;
    if let Some(airtable) = airtable {
        if let Event::JobQueued { job_id, .. } = record.event {
            compare::begin(&state, job_id).await?;
        }
        let is_news = matches!(record.event, Event::SyncDue { is_news: true });
        work(&state, &airtable, is_news).await?;
    }
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    store::inbox::claim(&tx, Queue::Airtable, record.id).await?;
    tx.commit().await?;
    Ok(())
}

/// Goes round until nobody has left word, or the shift is over.
async fn work(state: &AppState, airtable: &Airtable, is_news: bool) -> Result<(), WorkError> {
    let Some(base) = state.config.airtable.as_ref().map(|config| &config.base) else {
        return Ok(());
    };
    tend::follow(state, base).await?;
    let (begun, mut is_news) = (Instant::now(), is_news);
    loop {
        if !store::sync::lease(&state.db.client().await?, base, LEASE_SECONDS).await? {
            return Ok(());
        }
        let ends_at = begun + SHIFT;
        let done = Box::pin(round(state, airtable, is_news, ends_at)).await;
        let is_wanted = store::sync::release(&state.db.client().await?, base).await?;
        match done {
            Err(Halt::Resting) => return Ok(()),
            Err(Halt::Over) => return go_on_later(state).await,
            Err(halt) => return Err(halt.into()),
            Ok(()) if is_wanted && Instant::now() < ends_at => is_news = true,
            Ok(()) if is_wanted => return go_on_later(state).await,
            Ok(()) => return Ok(()),
        }
    }
}

/// One time through everything. What Airtable says comes first: nothing is written over what nobody has read.
async fn round(
    state: &AppState,
    airtable: &Airtable,
    is_news: bool,
    ends_at: Instant,
) -> Result<(), Halt> {
    let mut desk = Desk::open(state, airtable, ends_at).await?;
    tend::tend(&mut desk).await?;
    if desk.base.is_comparing {
        compare::go_on(&mut desk).await?;
    }
    if is_news || desk.base.base.is_poll_due(state.clock.now()) {
        pull::pull(&mut desk).await?;
    }
    people::forget_erased(&desk).await?;
    let written = push::push(&desk).await?;
    let sent = sessions::push(&desk).await?;
    info!(written, sent, "Airtable is up to date");
    Ok(())
}

async fn go_on_later(state: &AppState) -> Result<(), WorkError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let due = Event::SyncDue { is_news: true };
    store::outbox::append(&tx, state.clock.id(), state.clock.now(), due).await?;
    tx.commit().await?;
    Ok(())
}
