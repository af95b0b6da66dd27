//! `POST /api/questions`

use std::time::Duration;

use axum::extract::State;
use shared::domain::matching::Vector;
use shared::domain::question::{Question, Wording};
use shared::http::{Answer, ApiError, AppState, IdempotencyKey, Json, Mentee, Refused};
use shared::outside::bedrock::{Bedrock, ModelError};
use shared::store;
use tracing::warn;

use crate::body::QuestionBody;
use crate::input::QuestionInput;

/// How long an answer waits for the model: far longer than it takes, far shorter than people notice.
const PATIENCE: Duration = Duration::from_millis(400);

/// Ask a quick question.
///
/// Approved mentors find it in their list, those whom it fits first, without your name. A question that nobody has claimed
/// for 24 hours is offered once to the five mentors whom it fits best, and one that nobody claims within seven days
/// expires. Five may be open, claimed or answered at a time.
#[utoipa::path(
    post,
    path = "/api/questions",
    tag = "questions",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = QuestionInput,
    responses((status = CREATED, body = Answer<QuestionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn ask_question(
    State(state): State<AppState>,
    Mentee(actor): Mentee,
    Json(body): Json<QuestionInput>,
) -> Result<Answer<QuestionBody>, ApiError> {
    actor.require_ready()?;
    let wording = body.wording();
    let meaning = read_meaning(&state.bedrock, &wording).await;
    let meaning = state.bedrock.embedding_model().zip(meaning.as_ref());
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();

    let ((), under_way) = futures_util::try_join!(
        store::question::lock_mentee(&tx, actor.id),
        store::question::count_under_way(&tx, actor.id, now),
    )?;
    let question = Question::ask(state.clock.id(), actor.id, (wording, under_way), now)?;
    store::question::insert(&tx, &question, meaning).await?;

    let (location, version) = (format!("/api/questions/{}", question.id), question.version);
    Answer::created(QuestionBody::new(question, actor), location)
        .at_version(version)
        .commit(tx)
        .await
}

/// What a question means to a model; without one, or when it is slow, words are compared alone.
async fn read_meaning(bedrock: &Bedrock, wording: &Wording) -> Option<Vector> {
    let text = format!(
        "{}. {} {}",
        wording.title,
        wording.text,
        wording.topics.join(", ")
    );
    match bedrock.embed(&text, PATIENCE).await {
        Ok(vector) => Some(vector),
        Err(ModelError::Absent) => None,
        Err(failure) => {
            warn!(%failure, "keeps a question without its meaning");
            None
        }
    }
}
