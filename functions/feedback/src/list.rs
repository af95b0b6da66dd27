//! `GET /api/feedback`, `GET /api/feedback/{session_id}` and its history

use axum::extract::State;
use shared::domain::id::SessionId;
use shared::http::{Actor, Answer, ApiError, Listed, Path, Query, Refused};
use shared::store::{self, Db};

use crate::body::{EarlierFeedbackBody, SessionFeedbackBody};
use crate::input::FeedbackQuery;

/// List the feedback I gave, the newest first.
///
/// Admins see everybody's; whoever else asks for another author's is refused.
#[utoipa::path(
    get,
    path = "/api/feedback",
    tag = "feedback",
    params(FeedbackQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<SessionFeedbackBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_session_feedback(
    State(db): State<Db>,
    actor: Actor,
    Query(query): Query<FeedbackQuery>,
) -> Result<Listed<SessionFeedbackBody>, ApiError> {
    if query.is_of_others(actor.id) && !actor.is_admin() {
        return Err(ApiError::forbidden());
    }
    let page = query.page();
    let found = store::feedback::list(&db.client().await?, actor, &query.filter(), page).await?;
    let bodies = found.items.into_iter().map(SessionFeedbackBody::from);
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}

/// Show what was said of a session.
///
/// What you said, and what the other one said of you with their name in public. Whether somebody has said something
/// anonymous nobody learns here. Admins see everything.
#[utoipa::path(
    get,
    path = "/api/feedback/{session_id}",
    tag = "feedback",
    params(("session_id" = SessionId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<SessionFeedbackBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_session_feedback(
    State(db): State<Db>,
    actor: Actor,
    Path(session): Path<SessionId>,
) -> Result<Answer<Vec<SessionFeedbackBody>>, ApiError> {
    let client = db.client().await?;
    let (known, found) = futures_util::try_join!(
        store::session::find_for(&client, session, actor),
        store::feedback::list_of_session(&client, session, actor),
    )?;
    known.ok_or(ApiError::not_found("session"))?;
    let bodies = found.into_iter().map(SessionFeedbackBody::from);
    Ok(Answer::ok(bodies.collect()))
}

/// List what I said of a session before I changed it, the oldest first.
///
/// Admins see it of both.
#[utoipa::path(
    get,
    path = "/api/feedback/{session_id}/history",
    tag = "feedback",
    params(("session_id" = SessionId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<EarlierFeedbackBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_feedback_history(
    State(db): State<Db>,
    actor: Actor,
    Path(session): Path<SessionId>,
) -> Result<Answer<Vec<EarlierFeedbackBody>>, ApiError> {
    let client = db.client().await?;
    let (known, earlier) = futures_util::try_join!(
        store::session::find_for(&client, session, actor),
        store::feedback::list_earlier(&client, session, actor),
    )?;
    known.ok_or(ApiError::not_found("session"))?;
    let bodies = earlier.into_iter().map(EarlierFeedbackBody::from);
    Ok(Answer::ok(bodies.collect()))
}
