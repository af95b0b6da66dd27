//! What every step of a question does: hold its row, and write it back with its news.

use jiff::Timestamp;
use shared::clock::Clock;
use shared::domain::event::Event;
use shared::domain::id::QuestionId;
use shared::domain::question::Question;
use shared::domain::user::Actor;
use shared::http::ApiError;
use shared::store::{self, StoreError, Transaction};

/// Holds a question that this person may know of; whoever may not finds none.
pub(crate) async fn lock(
    tx: &Transaction<'_>,
    id: QuestionId,
    actor: Actor,
    now: Timestamp,
) -> Result<Question, ApiError> {
    let question = store::question::lock(tx, id).await?;
    question
        .filter(|question| question.is_known_to(actor, now))
        .ok_or(ApiError::not_found("question"))
}

/// Writes where a question stands, and promises to tell people.
pub(crate) async fn save(
    tx: &Transaction<'_>,
    clock: &Clock,
    question: &Question,
    events: Vec<Event>,
) -> Result<(), StoreError> {
    let now = question.updated_at;
    futures_util::try_join!(
        store::question::update(tx, question),
        store::outbox::append_all(tx, || clock.id(), now, events),
    )?;
    Ok(())
}
