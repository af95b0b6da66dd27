//! `PUT /api/matching/matches/{id}`

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::MentorshipId;
use shared::domain::mentorship::{Mentorship, MentorshipAction, MentorshipStatus};
use shared::domain::user::Actor;
use shared::domain::value::Text;
use shared::http::{Answer, ApiError, AppState, Caller, IfMatch, Json, Path, Refused};
use shared::store;

use super::match_body::MentorshipBody;
use super::match_input::ChangeBody;
use super::promise;

/// Pause, resume, complete or dissolve a match.
///
/// `allowed_actions` of the match says what is possible. Who breaks it off says why, and so does an admin, whose reasons
/// are kept in the audit log. The other one hears of it.
#[utoipa::path(
    put,
    path = "/api/matching/matches/{id}",
    tag = "matching",
    params(("id" = MentorshipId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = ChangeBody,
    responses((status = OK, body = Answer<MentorshipBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_match(
    State(state): State<AppState>,
    actor: Actor,
    Caller(origin): Caller,
    Path(id): Path<MentorshipId>,
    if_match: IfMatch,
    Json(body): Json<ChangeBody>,
) -> Result<Answer<MentorshipBody>, ApiError> {
    let (action, reason) = (
        MentorshipAction::from(body.action),
        body.reason.map(Text::into_string),
    );
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let known = store::mentorship::lock_for(&tx, id, actor)
        .await?
        .ok_or(ApiError::not_found("match"))?;
    if_match.check(known.version)?;
    let entry = entry(&known, action, reason.as_deref(), actor);
    let (changed, events) = known.act(action, actor, reason, now)?;
    store::mentorship::update(&tx, &changed).await?;
    store::mentorship::update_risk(&tx, id, now).await?;
    if changed.status == MentorshipStatus::Completed {
        store::mentorship::plan_survey(&tx, &changed, now).await?;
    }
    promise(&tx, clock, now, events).await?;
    if let Some(entry) = entry {
        store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    }
    let body = MentorshipBody::read(&tx, changed, actor, now).await?;
    tx.commit().await?;
    let version = body.version();
    Ok(Answer::ok(body).at_version(version))
}

/// What the audit log keeps: only what is done by somebody who takes no part in it.
fn entry(
    known: &Mentorship,
    action: MentorshipAction,
    reason: Option<&str>,
    by: Actor,
) -> Option<AuditEntry> {
    let reason = reason.filter(|_| !known.has_participant(by.id))?;
    let said = format!("{} {}: {reason}", action.as_str(), known.id);
    let entry = AuditEntry::to(AuditAction::MatchChanged, by.id, known.pair.mentee_id);
    Some(entry.on(by.login()).because(said))
}
