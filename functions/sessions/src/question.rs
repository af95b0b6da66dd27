//! The quick question that a session is booked for.

use jiff::Timestamp;
use shared::clock::Clock;
use shared::domain::id::SessionId;
use shared::domain::question::{QuestionError, Stepped};
use shared::domain::user::Actor;
use shared::http::ApiError;
use shared::store::{self, StoreError, Transaction};

use crate::body::SessionRequestBody;

/// Holds the question that a request names, and notes the session with it. Nothing is said of questions of others.
pub(crate) async fn book(
    tx: &Transaction<'_>,
    body: &SessionRequestBody,
    session: SessionId,
    actor: Actor,
    now: Timestamp,
) -> Result<Option<Stepped>, ApiError> {
    let Some(id) = body.question_id else {
        return Ok(None);
    };
    let question = store::question::lock(tx, id).await?;
    let question = question
        .filter(|question| question.mentee_id == actor.id)
        .ok_or(QuestionError::NotEscalated)?;
    Ok(Some(question.book(session, body.mentor_id, now)?))
}

/// Writes the question that the session is booked for, if it is one.
pub(crate) async fn link(
    tx: &Transaction<'_>,
    clock: &Clock,
    booked: Option<Stepped>,
) -> Result<(), StoreError> {
    let Some((question, events)) = booked else {
        return Ok(());
    };
    let now = question.updated_at;
    store::question::update(tx, &question).await?;
    store::outbox::append_all(tx, || clock.id(), now, events).await
}
