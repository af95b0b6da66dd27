//! `POST /api/matching/batches/{id}/select` and `…/pass`

use std::slice;

use axum::extract::State;
use shared::domain::id::ProposalBatchId;
use shared::domain::mentoring::Next;
use shared::domain::mentorship::{Mentorship, Pair};
use shared::domain::value::Text;
use shared::http::{Answer, ApiError, AppState, IdempotencyKey, Json, Mentor, Path, Refused};
use shared::store;

use super::batch_body::{BatchBody, PassBody};
use super::match_body::MentorshipBody;
use super::promise;

/// Take a mentee on.
///
/// The first mentor of the batch to do so wins; the others get `batch_closed`. Without a place left it is `mentor_full`.
#[utoipa::path(
    post,
    path = "/api/matching/batches/{id}/select",
    tag = "matching",
    params(("id" = ProposalBatchId, Path), IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<MentorshipBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn select_mentee(
    State(state): State<AppState>,
    Mentor(actor): Mentor,
    Path(id): Path<ProposalBatchId>,
) -> Result<Answer<MentorshipBody>, ApiError> {
    actor.require_ready()?;
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let unknown = || ApiError::not_found("batch");
    let asked = store::mentoring::find_asked(&tx, id, actor.id)
        .await?
        .ok_or_else(unknown)?;
    let pair = Pair {
        mentor_id: actor.id,
        mentee_id: asked.mentee_id,
    };
    // People first, then the wish: whoever brings people together goes this way.
    let (mut admission, request) = futures_util::try_join!(
        store::mentorship::lock_admission(&tx, slice::from_ref(&pair)),
        store::mentoring::lock(&tx, asked.request_id),
    )?;
    let request = request.ok_or_else(unknown)?;
    let (request, new, events) = request.select(id, actor.id, clock.id(), now)?;
    let is_over = admission.admit(new.pair, false)?;
    let made = Mentorship::form(new, is_over, now);
    let told = events.into_iter().chain(made.announcements());
    let ((), (), ()) = futures_util::try_join!(
        store::mentorship::insert(&tx, slice::from_ref(&made)),
        store::mentoring::update(&tx, &request),
        promise(&tx, clock, now, told),
    )?;
    let shown = MentorshipBody::read(&tx, made, actor, now).await?;
    let location = format!("/api/matching/matches/{}", shown.id());
    Answer::ok(shown).at(location).commit(tx).await
}

/// Do not take a mentee on.
///
/// When all mentors of the batch have passed, the next best are asked at once.
#[utoipa::path(
    post,
    path = "/api/matching/batches/{id}/pass",
    tag = "matching",
    params(("id" = ProposalBatchId, Path)),
    security(("bearer" = [])),
    request_body = Option<PassBody>,
    responses((status = OK, body = Answer<BatchBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn pass_mentee(
    State(state): State<AppState>,
    Mentor(actor): Mentor,
    Path(id): Path<ProposalBatchId>,
    body: Option<Json<PassBody>>,
) -> Result<Answer<BatchBody>, ApiError> {
    let reason = body
        .and_then(|Json(body)| body.reason)
        .map(Text::into_string);
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let unknown = || ApiError::not_found("batch");
    let asked = store::mentoring::find_asked(&tx, id, actor.id)
        .await?
        .ok_or_else(unknown)?;
    let request = store::mentoring::lock(&tx, asked.request_id)
        .await?
        .ok_or_else(unknown)?;
    let waiting = request.waiting();
    let available = store::mentoring::list_available(&tx, request.mentee_id, &waiting).await?;
    let next = Next {
        available: &available,
        batch_id: clock.id(),
    };
    let (request, events) = request.pass((id, actor.id), reason, &next, now)?;
    store::mentoring::update(&tx, &request).await?;
    promise(&tx, clock, now, events).await?;
    let view = store::mentoring::find_batch(&tx, id, actor)
        .await?
        .ok_or_else(unknown)?;
    tx.commit().await?;
    Ok(Answer::ok(BatchBody::new(view, actor.id, now)))
}
