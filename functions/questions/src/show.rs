//! `GET /api/questions/{id}`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::id::QuestionId;
use shared::http::{Actor, Answer, ApiError, Path, Refused};
use shared::store::{self, Db};

use crate::body::QuestionThreadBody;
use crate::escalate::next_slots;

/// Show a question with its thread.
///
/// The thread is between its asker and the mentor who has claimed it; admins read it too. Other approved mentors see a
/// question while it is open, without its asker and its thread.
#[utoipa::path(
    get,
    path = "/api/questions/{id}",
    tag = "questions",
    params(("id" = QuestionId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<QuestionThreadBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(question.id = %id))]
pub(crate) async fn show_question(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<QuestionId>,
) -> Result<Answer<QuestionThreadBody>, ApiError> {
    let now = clock.now();
    let client = db.client().await?;
    let (question, posts, is_shown) = futures_util::try_join!(
        store::question::find(&client, id),
        store::question::list_posts(&client, id),
        store::question::is_shown_to(&client, id, actor.id),
    )?;
    let question = question
        .map(|question| question.at(now).0)
        .filter(|question| {
            let is_own = question.has_participant(actor.id) || actor.is_admin();
            question.is_known_to(actor, now) && (is_own || is_shown)
        })
        .ok_or(ApiError::not_found("question"))?;
    let slots = if question.awaits_booking() && question.has_participant(actor.id) {
        next_slots(&client, &question, now).await?
    } else {
        Vec::new()
    };
    Ok(QuestionThreadBody::answer(question, posts, slots, actor))
}
