//! `PUT /api/feedback/{session_id}/moderation`

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::feedback::Moderation;
use shared::domain::id::SessionId;
use shared::http::{Admin, Answer, ApiError, AppState, Caller, Json, Path, Refused};
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
    params(("session_id" = SessionId, Path)),
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
    Json(body): Json<FeedbackModerationInput>,
) -> Result<Answer<SessionFeedbackBody>, ApiError> {
    let (now, reason) = (clock.now(), body.reason.into_string());
    let mut client = db.client().await?;
    let tx = client.transaction();
    let known = store::feedback::lock(&tx, session, body.author_id)
        .await?
        .ok_or(ApiError::not_found("feedback"))?;
    let was_public = known.is_public();
    let (action, moderated) = match body.action {
        Moderation::Hide => (
            AuditAction::FeedbackHidden,
            known.hide(admin.id, reason.clone(), now)?,
        ),
        Moderation::Restore => (AuditAction::FeedbackRestored, known.restore(now)?),
    };
    store::feedback::update(&tx, &moderated).await?;
    // Done to its author: the mentor, who can read what was done to them, must not learn that it is there.
    let entry = AuditEntry::to(action, admin.id, body.author_id).on(admin.login());
    let entry = entry.because(format!("{session}: {reason}"));
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    follow(&tx, &moderated, was_public || moderated.is_public(), now).await?;
    tx.commit().await?;
    let version = moderated.version;
    Ok(Answer::ok(SessionFeedbackBody::from(moderated)).at_version(version))
}
