//! `POST /api/questions/{id}/claim` and `…/release`

use axum::extract::State;
use shared::domain::id::QuestionId;
use shared::domain::question::QuestionError;
use shared::http::{Actor, Answer, ApiError, AppState, IdempotencyKey, Mentor, Path, Refused};
use shared::store;

use crate::body::QuestionBody;
use crate::held::{lock, save};

/// Claim a question.
///
/// One mentor wins; the others get `question_taken`. A claim lapses when nobody writes for 60 minutes and the mentor has
/// not answered: then the question is open again. Whom its asker has turned away cannot claim it any more. Five may be
/// claimed and not answered at a time.
#[utoipa::path(
    post,
    path = "/api/questions/{id}/claim",
    tag = "questions",
    params(("id" = QuestionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<QuestionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(question.id = %id))]
pub(crate) async fn claim_question(
    State(state): State<AppState>,
    Mentor(actor): Mentor,
    Path(id): Path<QuestionId>,
) -> Result<Answer<QuestionBody>, ApiError> {
    actor.require_ready()?;
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();

    // People first, then the question: whoever books for one goes this way too.
    let (is_approved, claimed, question) = futures_util::try_join!(
        store::question::lock_mentor(&tx, actor.id),
        store::question::count_claims(&tx, actor.id, now),
        store::question::lock_to_claim(&tx, id),
    )?;
    if !is_approved {
        return Err(QuestionError::NotApproved.into());
    }
    let question = question
        .filter(|question| question.answers_claim_of(actor, now))
        .ok_or(ApiError::not_found("question"))?;
    let (question, events) = question.claim(actor, claimed, now)?;
    save(&tx, clock, &question, events).await?;
    QuestionBody::answer(question, actor).commit(tx).await
}

/// Give a question back.
///
/// The mentor who has it gives it back: it is open to all mentors again. Or its asker wants another answer: then it is open
/// to all others. The next mentor does not read what was written before.
#[utoipa::path(
    post,
    path = "/api/questions/{id}/release",
    tag = "questions",
    params(("id" = QuestionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<QuestionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(question.id = %id))]
pub(crate) async fn release_question(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<QuestionId>,
) -> Result<Answer<QuestionBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let question = lock(&tx, id, actor, now).await?;
    let (question, events) = question.release(actor, now)?;
    save(&tx, clock, &question, events).await?;
    QuestionBody::answer(question, actor).commit(tx).await
}
