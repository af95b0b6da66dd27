//! `POST /api/questions/{id}/complete` and `…/rating`

use axum::extract::State;
use shared::domain::id::QuestionId;
use shared::http::{Actor, Answer, ApiError, AppState, IdempotencyKey, Json, Path, Refused};

use crate::body::QuestionBody;
use crate::held::{lock, save};
use crate::input::QuestionRatingInput;

/// Complete an answered question.
///
/// Its asker says that the answer is enough. A question to whose answer nobody replies for seven days completes itself.
#[utoipa::path(
    post,
    path = "/api/questions/{id}/complete",
    tag = "questions",
    params(("id" = QuestionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<QuestionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(question.id = %id))]
pub(crate) async fn complete_question(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<QuestionId>,
) -> Result<Answer<QuestionBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let question = lock(&tx, id, actor, now).await?;
    let (question, events) = question.complete(actor, now)?;
    save(&tx, clock, &question, events).await?;
    QuestionBody::answer(question, actor).commit(tx).await
}

/// Rate the answer to a completed question.
///
/// Once, by its asker. The mentor sees it; it counts on the leaderboard.
#[utoipa::path(
    post,
    path = "/api/questions/{id}/rating",
    tag = "questions",
    params(("id" = QuestionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = QuestionRatingInput,
    responses((status = OK, body = Answer<QuestionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(question.id = %id))]
pub(crate) async fn rate_question(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<QuestionId>,
    Json(body): Json<QuestionRatingInput>,
) -> Result<Answer<QuestionBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let question = lock(&tx, id, actor, now).await?;
    let (question, events) = question.rate(body.stars(), actor, now)?;
    save(&tx, clock, &question, events).await?;
    QuestionBody::answer(question, actor).commit(tx).await
}
