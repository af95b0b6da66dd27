//! `POST /api/questions/{id}/escalate`

use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use shared::domain::id::QuestionId;
use shared::domain::question::Question;
use shared::domain::slots::Slot;
use shared::domain::time::{Minutes, Span};
use shared::http::{Actor, Answer, ApiError, AppState, IdempotencyKey, Path, Refused};
use shared::store::{self, Read, StoreError};

use crate::body::{EscalationBody, QuestionBody};
use crate::held::{lock, save};

/// How far ahead free times are looked for.
const AHEAD: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How many are shown.
const SHOWN: usize = 5;
/// How long a talk about a quick question takes.
const LENGTH: Minutes = Minutes(30);

/// Meet instead of writing.
///
/// Either of the two asks for it, and the other one hears of it the first time. The answer names the mentor's next free
/// times; the asker books one with `POST /api/sessions`, which takes this `question_id` and links the two.
#[utoipa::path(
    post,
    path = "/api/questions/{id}/escalate",
    tag = "questions",
    params(("id" = QuestionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<EscalationBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(question.id = %id))]
pub(crate) async fn escalate_question(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<QuestionId>,
) -> Result<Answer<EscalationBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let question = lock(&tx, id, actor, now).await?;
    let (question, events) = question.escalate(actor, now)?;
    save(&tx, clock, &question, events).await?;
    let slots = next_slots(&tx, &question, now).await?;
    let version = question.version;
    let body = EscalationBody::new(QuestionBody::new(question, actor), LENGTH.0, slots);
    Answer::ok(body).at_version(version).commit(tx).await
}

/// What can be booked of its mentor by its asker; nothing while the mentor takes no sessions.
pub(crate) async fn next_slots(
    db: &impl Read,
    question: &Question,
    now: Timestamp,
) -> Result<Vec<Slot>, StoreError> {
    let within = Span::new(now, now + AHEAD);
    let mentor: Vec<_> = question.mentor_id.into_iter().collect();
    let found = store::schedule::list(db, &mentor, Some(question.mentee_id), within).await?;
    let free = found
        .first()
        .map(|bookable| bookable.schedule.slots(LENGTH, within, now));
    let mut free = free.unwrap_or_default();
    free.truncate(SHOWN);
    Ok(free)
}
