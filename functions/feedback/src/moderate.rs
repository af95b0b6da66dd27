//! `PUT /api/feedback/{session_id}/moderation`

use axum::extract::State;
use jiff::Timestamp;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::feedback::{Feedback, FeedbackError, Moderation};
use shared::domain::id::{SessionId, UserId};
use shared::http::{Admin, Answer, ApiError, AppState, Caller, IfMatch, Json, Path, Refused};
use shared::store;

use crate::body::SessionFeedbackBody;
use crate::give::follow;
use crate::input::FeedbackModerationInput;

/// Take feedback out of sight, or bring it back.
///
/// What is hidden stands in no list and counts in no figure but one: topics of anonymous feedback that was published stay
/// counted. Its author still sees it, with the reason. An anonymous one that nobody has seen yet and is brought back waits
/// for the next publication.
#[utoipa::path(
    put,
    path = "/api/feedback/{session_id}/moderation",
    tag = "feedback",
    params(("session_id" = SessionId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = FeedbackModerationInput,
    responses((status = OK, body = Answer<SessionFeedbackBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn moderate_feedback(
    State(AppState { db, clock, .. }): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(session): Path<SessionId>,
    if_match: IfMatch,
    Json(body): Json<FeedbackModerationInput>,
) -> Result<Answer<SessionFeedbackBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let known = store::feedback::lock(&tx, session, body.author_id)
        .await?
        .ok_or(ApiError::not_found("feedback"))?;
    if_match.check(known.version)?;
    let was_public = known.is_public();
    let (moderated, action) = moderate(known, &body, admin.id, now)?;
    store::feedback::update(&tx, &moderated).await?;
    follow(&tx, &moderated, was_public || moderated.is_public(), now).await?;
    // Done to its author: the mentor, who can read what was done to them, must not learn that it is there.
    let entry = AuditEntry::to(action, admin.id, body.author_id).on(admin.login());
    let entry = entry.because(format!("{session}: {}", body.reason.as_str()));
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    let version = moderated.version;
    Ok(Answer::ok(SessionFeedbackBody::from(moderated)).at_version(version))
}

/// What becomes of it, and what the audit log calls that.
fn moderate(
    known: Feedback,
    body: &FeedbackModerationInput,
    by: UserId,
    now: Timestamp,
) -> Result<(Feedback, AuditAction), FeedbackError> {
    match body.action {
        Moderation::Hide => {
            let reason = body.reason.as_str().to_owned();
            Ok((known.hide(by, reason, now)?, AuditAction::FeedbackHidden))
        }
        Moderation::Restore => Ok((known.restore(now)?, AuditAction::FeedbackRestored)),
    }
}
