//! `POST /api/sessions/{id}/messages`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::id::SessionId;
use shared::http::{Actor, Answer, ApiError, IdempotencyKey, Json, Path, Refused};
use shared::store::{self, Db};

use super::body::{MessageBody, NewMessageBody};

/// Write to the other one of a session.
///
/// In whatever state the session is, until one of the two leaves. They hear of it by mail, at most once in a quarter of
/// an hour, unless they have read it by then; the mail does not hold the message.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/messages",
    tag = "sessions",
    params(("id" = SessionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = NewMessageBody,
    responses((status = CREATED, body = Answer<MessageBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn send_message(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<SessionId>,
    Json(body): Json<NewMessageBody>,
) -> Result<Answer<MessageBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();

    let conversation = store::message::lock_conversation(&tx, id, actor)
        .await?
        .ok_or(ApiError::not_found("session"))?;
    let message = conversation.write(body.draft(clock.id()), actor.id, now)?;
    let ((), notice) = futures_util::try_join!(
        store::message::insert(&tx, &message),
        store::message::plan_notice(&tx, &message),
    )?;
    if let Some(event) = notice {
        store::outbox::append(&tx, clock.id(), now, event).await?;
    }

    let location = format!("/api/sessions/{id}/messages");
    Answer::created(MessageBody::from(message), location)
        .commit(tx)
        .await
}
