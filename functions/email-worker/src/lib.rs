//! Sends the mails that events ask for, each once.

mod compose;
mod desk;
pub mod facts;
pub mod kind;
pub mod letter;
mod links;
mod look;
pub mod mentoring;
pub mod mime;
pub mod page;
mod plan;
#[cfg(test)]
mod sample;
mod send;
mod suggest;
mod when;
mod words;

use shared::domain::event::EventRecord;
use shared::state::AppState;
use shared::store;
use shared::worker::WorkError;

use desk::Desk;
use kind::Kind;
use send::Sender;

/// Plans and sends the mails of one event.
///
/// # Errors
/// When a mail of it is still on its way, with this worker or another; the event comes again.
pub async fn handle(state: AppState, record: EventRecord) -> Result<(), WorkError> {
    plan::plan(&state, &record).await?;
    let Some(kind) = Kind::of(&record.event) else {
        return Ok(());
    };
    let desk = Desk::new(&state.config)?;
    let sender = Sender {
        state: &state,
        record: &record,
        desk: &desk,
        kind,
    };
    sender.send_all().await?;
    let client = state.db.client().await?;
    if store::email::has_unsettled(&client, record.id).await? {
        return Err(WorkError::Later("a mail is still on its way".to_owned()));
    }
    Ok(())
}
