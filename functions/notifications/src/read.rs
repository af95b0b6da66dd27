//! `POST /api/notifications/{id}/read` and `POST /api/notifications/read-all`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::id::NotificationId;
use shared::http::{Actor, Answer, ApiError, Path, Refused};
use shared::store::{self, Db};

use crate::body::{NotificationBody, ReadBody};

/// Mark a notification as read.
///
/// Once more changes nothing.
#[utoipa::path(
    post,
    path = "/api/notifications/{id}/read",
    tag = "notifications",
    params(("id" = NotificationId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<NotificationBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(notification.id = %id))]
pub(crate) async fn read_notification(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<NotificationId>,
) -> Result<Answer<NotificationBody>, ApiError> {
    let mut client = db.client().await?;
    let tx = client.transaction();
    let shown = store::notification::read_one(&tx, id, actor.id, clock.now())
        .await?
        .ok_or(ApiError::not_found("notification"))?;
    tx.commit().await?;
    Ok(Answer::ok(shown.into()))
}

/// Mark all notifications as read.
#[utoipa::path(
    post,
    path = "/api/notifications/read-all",
    tag = "notifications",
    security(("bearer" = [])),
    responses((status = OK, body = Answer<ReadBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn read_all(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
) -> Result<Answer<ReadBody>, ApiError> {
    let mut client = db.client().await?;
    let tx = client.transaction();
    let read = store::notification::read_all(&tx, actor.id, clock.now()).await?;
    tx.commit().await?;
    Ok(Answer::ok(ReadBody { read }))
}
