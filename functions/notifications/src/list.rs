//! `GET /api/notifications` and `GET /api/notifications/unread-count`

use axum::extract::State;
use shared::http::{Actor, Answer, ApiError, Listed, Query, Refused};
use shared::store::{self, Db};

use crate::body::{NotificationBody, NotificationQuery, UnreadBody};

/// List what you were told, the newest first.
#[utoipa::path(
    get,
    path = "/api/notifications",
    tag = "notifications",
    params(NotificationQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<NotificationBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_notifications(
    State(db): State<Db>,
    actor: Actor,
    Query(query): Query<NotificationQuery>,
) -> Result<Listed<NotificationBody>, ApiError> {
    let client = db.client().await?;
    let page = query.page();
    let only_unread = query.is_unread_only();
    let found = store::notification::list_shown(&client, actor.id, only_unread, page).await?;
    let shown = found.items.into_iter().map(NotificationBody::from);
    Ok(Listed::new(shown.collect(), page.limit, found.next))
}

/// Count what you have not read.
#[utoipa::path(
    get,
    path = "/api/notifications/unread-count",
    tag = "notifications",
    security(("bearer" = [])),
    responses((status = OK, body = Answer<UnreadBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn count_unread(
    State(db): State<Db>,
    actor: Actor,
) -> Result<Answer<UnreadBody>, ApiError> {
    let client = db.client().await?;
    let unread = store::notification::count_unread(&client, actor.id).await?;
    Ok(Answer::ok(UnreadBody { unread }))
}
