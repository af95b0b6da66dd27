//! `POST /api/matching/batch/{job_id}/publish` and `POST /api/matching/batch/{job_id}/drop`

use axum::extract::State;
use jiff::Timestamp;
use shared::domain::assignment_run::{AssignmentRun, RunStatus};
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::{AssignmentRunId, Id};
use shared::domain::mentorship::{Mentorship, NewMentorship, Origin};
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IdempotencyKey, IfMatch, Path, Refused,
};
use shared::store::mentorship::Formed;
use shared::store::{self, StoreError, Transaction};

use super::body::RunBody;
use crate::mentoring::promise;

/// Publish a batch.
///
/// Its pairs are brought together, all at once, and hear of it; open requests of these mentees are matched by it. A pair
/// whose mentor has no place left by now, or of which one cannot be matched any more, is left out: `figures.lost` counts
/// these, and the list of pairs says why.
#[utoipa::path(
    post,
    path = "/api/matching/batch/{job_id}/publish",
    tag = "matching",
    params(("job_id" = AssignmentRunId, Path), IfMatch, IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<RunBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn publish_assignment(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<AssignmentRunId>,
    if_match: IfMatch,
) -> Result<Answer<RunBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let run = lock(&tx, id, &if_match).await?.publish(admin.id, now)?;
    let formed = form(&tx, &state, &run, now).await?;
    let run = run.losing(formed.refused.len());
    store::assignment_run::note_published(&tx, id, &formed).await?;
    store::assignment_run::update(&tx, &run).await?;
    let closed = store::mentoring::settle(&tx, &formed.made, now).await?;
    let made = formed.made.iter().flat_map(Mentorship::announcements);
    promise(&tx, clock, now, closed.into_iter().chain(made)).await?;
    let entry = AuditEntry::own(AuditAction::AssignmentPublished, admin.id).on(admin.login());
    let entry = entry.because(id.to_string());
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    let body = super::shown(&tx, run).await?;
    let version = body.version();
    Answer::ok(body).at_version(version).commit(tx).await
}

/// Drop a batch.
///
/// Nothing comes of it. One that is still being solved is called off.
#[utoipa::path(
    post,
    path = "/api/matching/batch/{job_id}/drop",
    tag = "matching",
    params(("job_id" = AssignmentRunId, Path), IfMatch, IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<RunBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn drop_assignment(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<AssignmentRunId>,
    if_match: IfMatch,
) -> Result<Answer<RunBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let run = lock(&tx, id, &if_match).await?;
    let is_solving = run.status == RunStatus::Solving;
    let run = run.discard(admin.id, now)?;
    store::assignment_run::update(&tx, &run).await?;
    if is_solving {
        call_off(&tx, id, now).await?;
    }
    let entry = AuditEntry::own(AuditAction::AssignmentDropped, admin.id).on(admin.login());
    let entry = entry.because(id.to_string());
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    let body = super::shown(&tx, run).await?;
    let version = body.version();
    Answer::ok(body).at_version(version).commit(tx).await
}

async fn lock(
    tx: &Transaction<'_>,
    id: AssignmentRunId,
    if_match: &IfMatch,
) -> Result<AssignmentRun, ApiError> {
    let run = store::assignment_run::lock(tx, id).await?;
    let run = run.ok_or(ApiError::not_found("batch"))?;
    if_match.check(run.version)?;
    Ok(run)
}

/// Brings the pairs of a run together, as far as they still can be.
async fn form(
    tx: &Transaction<'_>,
    state: &AppState,
    run: &AssignmentRun,
    now: Timestamp,
) -> Result<Formed, StoreError> {
    let planned = store::assignment_run::list_planned(tx, run.id).await?;
    let new = |planned: &store::assignment_run::Planned| NewMentorship {
        id: state.clock.id(),
        pair: planned.pair,
        origin: Origin::Assigned,
        request_id: None,
        run_id: Some(run.id),
        score: Some(planned.score),
    };
    let wanted: Vec<NewMentorship> = planned.iter().map(new).collect();
    store::mentorship::form(tx, &wanted, now).await
}

/// Cancels the job that solves a run: its worker notices when it reports.
async fn call_off(
    tx: &Transaction<'_>,
    id: AssignmentRunId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(job) = store::job::lock(tx, id.uuid().into()).await? else {
        return Ok(());
    };
    let read = job.version;
    if let Ok(cancelled) = job.cancel(now) {
        store::job::update(tx, &cancelled, read, 0).await?;
    }
    Ok(())
}
