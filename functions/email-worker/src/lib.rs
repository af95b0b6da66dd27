//! Tells people what events ask for: by mail, in the app, in a digest; each once.

mod compose;
mod desk;
mod feedback;
#[cfg(test)]
mod gallery;
mod hand_over;
mod letter;
mod links;
mod look;
mod mentoring;
pub mod mime;
mod pace;
mod plan;
mod question;
#[cfg(test)]
mod sample;
mod send;
mod suggest;
mod text;

use shared::domain::event::EventRecord;
use shared::domain::letter::Kind;
use shared::state::AppState;
use shared::store;
use shared::worker::WorkError;

use desk::Desk;
use send::Sender;

/// Plans and sends the messages of one event.
///
/// # Errors
/// When a message of it is still on its way, with this worker or another; the event comes again.
pub async fn handle(state: AppState, record: EventRecord) -> Result<(), WorkError> {
    plan::plan(&state, &record).await?;
    let Some(kind) = Kind::of(&record.event) else {
        return Ok(());
    };
    let desk = Desk::new(&state.config)?;
    let template =
        store::notification::find_template(&state.db.client().await?, kind, None).await?;
    let sender = Sender {
        state: &state,
        record: &record,
        desk: &desk,
        kind,
        template,
    };
    sender.send_all().await?;
    let client = state.db.client().await?;
    if store::notification::has_unsettled(&client, record.id, state.clock.now()).await? {
        return Err(WorkError::Later("a message is still on its way".to_owned()));
    }
    Ok(())
}
