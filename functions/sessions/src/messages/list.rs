//! `GET /api/sessions/{id}/messages`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::id::SessionId;
use shared::domain::message::MessageError;
use shared::domain::page::Order;
use shared::http::{Actor, ApiError, Limit, Listed, PageCursor, Path, Problems, Query, Refused};
use shared::store::{self, Db};
use utoipa::{IntoParams, ToSchema};

use super::body::MessageBody;

/// Which part of a conversation.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessagesQuery {
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
    /// Newest first when left out.
    #[deserr(default)]
    #[param(required = false, inline)]
    sort: MessageSort,
}

/// The order of messages; a minus turns it round.
#[derive(Clone, Copy, Debug, Default, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum MessageSort {
    #[deserr(rename = "created_at")]
    #[schema(rename = "created_at")]
    Age,
    #[default]
    #[deserr(rename = "-created_at")]
    #[schema(rename = "-created_at")]
    AgeReversed,
}

impl From<MessageSort> for Order {
    fn from(sort: MessageSort) -> Self {
        match sort {
            MessageSort::Age => Self::Ascending,
            MessageSort::AgeReversed => Self::Descending,
        }
    }
}

/// List the messages of one of my sessions.
///
/// Reading them here does not mark them as read. Admins see that a session exists, but not what its people write.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/messages",
    tag = "sessions",
    params(("id" = SessionId, Path), MessagesQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<MessageBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn list_messages(
    State(db): State<Db>,
    actor: Actor,
    Path(id): Path<SessionId>,
    Query(query): Query<MessagesQuery>,
) -> Result<Listed<MessageBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let client = db.client().await?;
    let (session, found) = futures_util::try_join!(
        store::session::find_for(&client, id, actor),
        store::message::list(&client, id, actor.id, query.sort.into(), page),
    )?;
    let session = session.ok_or(ApiError::not_found("session"))?;
    if !session.has_participant(actor.id) {
        return Err(MessageError::NotYours.into());
    }
    let messages = found.items.into_iter().map(MessageBody::from).collect();
    Ok(Listed::new(messages, page.limit, found.next))
}
