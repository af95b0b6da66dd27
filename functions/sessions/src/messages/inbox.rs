//! `GET /api/messages`

use axum::extract::State;
use shared::domain::page::PageRequest;
use shared::http::{Actor, ApiError, Inbox, PageQuery, Query, Refused};
use shared::store::{self, Db};

use super::body::ThreadBody;

/// List my conversations.
///
/// One entry for each session in which somebody has written, the newest message first.
#[utoipa::path(
    get,
    path = "/api/messages",
    tag = "sessions",
    params(PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Inbox<ThreadBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_conversations(
    State(db): State<Db>,
    actor: Actor,
    Query(query): Query<PageQuery>,
) -> Result<Inbox<ThreadBody>, ApiError> {
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let (found, unread) = futures_util::try_join!(
        store::message::list_threads(&client, actor.id, page),
        store::message::count_unread(&client, actor.id),
    )?;
    let threads = found.items.into_iter().map(ThreadBody::from).collect();
    Ok(Inbox::new(threads, page.limit, found.next, unread))
}
