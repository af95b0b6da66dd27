//! `POST /api/matching/batch`

use axum::extract::State;
use shared::domain::assignment_run::AssignmentRun;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::Id;
use shared::domain::job::{Job, JobKind};
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IdempotencyKey, Json, Problems, Refused,
};
use shared::store;

use super::body::RunBody;
use super::input::StartBody;
use crate::request::weighed;

const TAKEN_ON: &str = "we are matching everybody who waits: look at this batch again in a moment";

/// Match everybody who waits.
///
/// A job finds the best assignment of mentees to mentors within their places, and proves that there is none better. It is
/// a draft: look at its pairs, at who got nobody and why, and at what has changed since the batch before; then publish or
/// drop it. One batch is open at a time.
#[utoipa::path(
    post,
    path = "/api/matching/batch",
    tag = "matching",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = StartBody,
    responses((status = ACCEPTED, body = Answer<RunBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn start_assignment(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Json(body): Json<StartBody>,
) -> Result<Answer<RunBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let program = store::program::find_active(&client, body.program()).await?;
    let order = body.order(&weighed(program, None)?)?;
    for (field, pairs) in [("pinned", &order.pinned), ("excluded", &order.excluded)] {
        if !store::assignment_run::are_people(&client, pairs).await? {
            let problem = "must name mentors and mentees";
            return Err(Problems::of(field, "unknown_value", problem).into());
        }
    }
    let (job, event) = Job::order(clock.id(), JobKind::Assignment, admin.id, now);
    let run = AssignmentRun::begin(job.id.uuid().into(), order, admin.id, now);
    let tx = client.transaction();
    store::assignment_run::insert(&tx, &run).await??;
    if !store::job::insert(&tx, &job).await? {
        return Err(ApiError::unavailable());
    }
    store::outbox::append(&tx, clock.id(), now, event).await?;
    let entry = AuditEntry::own(AuditAction::AssignmentStarted, admin.id).on(admin.login());
    let entry = entry.because(run.id.to_string());
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    let (location, version) = (format!("/api/matching/batch/{}", run.id), run.version);
    Answer::accepted(RunBody::new(run, Some(job)), TAKEN_ON)
        .at(location)
        .at_version(version)
        .commit(tx)
        .await
}
