//! `POST /api/matching/matches`

use std::slice;

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::mentorship::{Mentorship, NewMentorship, Origin, Pair};
use shared::http::{Admin, Answer, ApiError, AppState, Caller, IdempotencyKey, Json, Refused};
use shared::store;

use super::match_body::MentorshipBody;
use super::match_input::FormBody;
use super::promise;

/// Bring a mentor and a mentee together.
///
/// Both hear of it, and an open request of the mentee is matched by it. Without a place left it is `mentor_full`, unless
/// `override_capacity` says otherwise. The reason is kept in the audit log.
#[utoipa::path(
    post,
    path = "/api/matching/matches",
    tag = "matching",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = FormBody,
    responses((status = CREATED, body = Answer<MentorshipBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn form_match(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Json(body): Json<FormBody>,
) -> Result<Answer<MentorshipBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let new = draft(&body, &state);
    let mut admission = store::mentorship::lock_admission(&tx, slice::from_ref(&new.pair)).await?;
    let is_over = admission.admit(new.pair, body.override_capacity)?;
    let made = Mentorship::form(new, is_over, now);
    store::mentorship::insert(&tx, slice::from_ref(&made)).await?;
    let closed = store::mentoring::settle(&tx, slice::from_ref(&made), now).await?;
    let told = closed.into_iter().chain(made.announcements());
    promise(&tx, clock, now, told).await?;
    let over = if is_over { " over capacity" } else { "" };
    let entry = AuditEntry::to(AuditAction::MatchFormed, admin.id, body.mentee_id)
        .on(admin.login())
        .because(format!("{}{over}: {}", made.id, body.reason.as_str()));
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    let body = MentorshipBody::read(&tx, made, admin, now).await?;
    let (version, location) = (
        body.version(),
        format!("/api/matching/matches/{}", body.id()),
    );
    Answer::created(body, location)
        .at_version(version)
        .commit(tx)
        .await
}

fn draft(body: &FormBody, state: &AppState) -> NewMentorship {
    NewMentorship {
        id: state.clock.id(),
        pair: Pair {
            mentor_id: body.mentor_id,
            mentee_id: body.mentee_id,
        },
        origin: Origin::Manual,
        request_id: None,
        run_id: None,
        score: None,
    }
}
