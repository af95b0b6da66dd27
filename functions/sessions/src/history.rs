//! `GET /api/sessions/{id}/history`

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{SessionId, UserId};
use shared::domain::session::{SessionStatus, Step, StepKind};
use shared::http::{Actor, Answer, ApiError, Path, Refused};
use shared::store::{self, Db};
use utoipa::ToSchema;

/// One step of a session.
#[derive(Serialize, ToSchema)]
pub(crate) struct StepBody {
    /// The version that the session got by it. Plain edits raise the version too, and are no steps.
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it; `null` when the platform did.
    actor_id: Option<UserId>,
    action: StepKind,
    /// `null` for the first step.
    from_status: Option<SessionStatus>,
    to_status: SessionStatus,
    /// `null` for the first step.
    #[schema(value_type = Option<String>, format = DateTime)]
    from_scheduled_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    to_scheduled_at: Timestamp,
    reason: Option<String>,
}

impl From<Step> for StepBody {
    fn from(step: Step) -> Self {
        Self {
            version: step.version,
            at: step.at,
            actor_id: step.by,
            action: step.kind,
            from_status: step.from.map(|from| from.status),
            to_status: step.to.status,
            from_scheduled_at: step.from.map(|from| from.starts_at),
            to_scheduled_at: step.to.starts_at,
            reason: step.reason,
        }
    }
}

/// List what has happened to a session, the first step first.
///
/// For its two people, and for admins.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/history",
    tag = "sessions",
    params(("id" = SessionId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<StepBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn list_history(
    State(db): State<Db>,
    actor: Actor,
    Path(id): Path<SessionId>,
) -> Result<Answer<Vec<StepBody>>, ApiError> {
    let client = db.client().await?;
    let (session, steps) = futures_util::try_join!(
        store::session::find_for(&client, id, actor),
        store::session_history::list(&client, id),
    )?;
    session.ok_or(ApiError::not_found("session"))?;
    Ok(Answer::ok(steps.into_iter().map(StepBody::from).collect()))
}
