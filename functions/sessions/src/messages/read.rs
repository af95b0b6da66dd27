//! `POST /api/messages/{id}/read`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::id::MessageId;
use shared::http::{Actor, Answer, ApiError, Path, Refused};
use shared::store::{self, Db};

use super::body::MessageBody;

/// Mark a message, and everything older of its session, as read.
///
/// Only its receiver does; what was read before keeps its time.
#[utoipa::path(
    post,
    path = "/api/messages/{id}/read",
    tag = "sessions",
    params(("id" = MessageId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<MessageBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(message.id = %id))]
pub(crate) async fn read_message(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<MessageId>,
) -> Result<Answer<MessageBody>, ApiError> {
    let mut client = db.client().await?;
    let tx = client.transaction();
    let ((), message) = futures_util::try_join!(
        store::message::mark_read(&tx, id, actor.id, clock.now()),
        store::message::find_received(&tx, id, actor.id),
    )?;
    let message = message.ok_or(ApiError::not_found("message"))?;
    tx.commit().await?;
    Ok(Answer::ok(message.into()))
}
