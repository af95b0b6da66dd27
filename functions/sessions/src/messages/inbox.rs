//! `GET /api/messages`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::page::PageRequest;
use shared::http::{Actor, ApiError, Inbox, Limit, PageCursor, Problems, Query, Refused};
use shared::store::{self, Db};
use utoipa::IntoParams;

use super::body::ThreadBody;

/// Which part of the inbox.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboxQuery {
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// List my conversations.
///
/// One entry for each session in which somebody has written, the newest message first.
#[utoipa::path(
    get,
    path = "/api/messages",
    tag = "sessions",
    params(InboxQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Inbox<ThreadBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_conversations(
    State(db): State<Db>,
    actor: Actor,
    Query(query): Query<InboxQuery>,
) -> Result<Inbox<ThreadBody>, ApiError> {
    let page = PageRequest {
        limit: query.limit.get().into(),
        after: query.cursor.map(|cursor| cursor.0),
    };
    let client = db.client().await?;
    let (found, unread) = futures_util::try_join!(
        store::message::list_threads(&client, actor.id, page),
        store::message::count_unread(&client, actor.id),
    )?;
    let threads = found.items.into_iter().map(ThreadBody::from).collect();
    Ok(Inbox::new(threads, page.limit, found.next, unread))
}
