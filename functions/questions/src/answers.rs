//! `POST /api/questions/{id}/answers`

use axum::extract::State;
use shared::domain::id::QuestionId;
use shared::http::{Actor, Answer, ApiError, AppState, IdempotencyKey, Json, Path, Refused};
use shared::store;

use crate::body::QuestionPostBody;
use crate::held::{lock, save};
use crate::input::QuestionPostInput;

/// Answer a question, or say more about it.
///
/// The mentor who has it answers; its asker replies as often as it takes. The other one hears of it. A thread has at most
/// 50 posts. After an answer the claim does not lapse any more.
#[utoipa::path(
    post,
    path = "/api/questions/{id}/answers",
    tag = "questions",
    params(("id" = QuestionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = QuestionPostInput,
    responses((status = CREATED, body = Answer<QuestionPostBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(question.id = %id))]
pub(crate) async fn answer_question(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<QuestionId>,
    Json(body): Json<QuestionPostInput>,
) -> Result<Answer<QuestionPostBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let question = lock(&tx, id, actor, now).await?;
    let (question, post, events) = question.write(body.draft(clock.id()), actor, now)?;
    futures_util::try_join!(
        store::question::insert_post(&tx, &post),
        save(&tx, clock, &question, events),
    )?;
    let location = format!("/api/questions/{id}");
    Answer::created(QuestionPostBody::from(post), location)
        .commit(tx)
        .await
}
