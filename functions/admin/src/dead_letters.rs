//! `GET /api/admin/dead-letters` and `GET /api/admin/dead-letters/{queue}`

use axum::extract::State;
use shared::domain::event::Queue;
use shared::http::{Admin, Answer, ApiError, AppState, Path, Query, Refused};
use shared::queue::{Sqs, SqsError};

use crate::dead_letter_body::{DeadLetterBody, DeadLetterQueueBody, DeadLettersQuery};

/// List the queues, and how many dead letters each has.
///
/// A message that five workers in turn could not act on, or that cannot be read, waits there for a person.
#[utoipa::path(
    get,
    path = "/api/admin/dead-letters",
    tag = "admin",
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<DeadLetterQueueBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_dead_letter_queues(
    State(state): State<AppState>,
    Admin(_): Admin,
) -> Result<Answer<Vec<DeadLetterQueueBody>>, ApiError> {
    let mut bodies = Vec::new();
    for name in Queue::ALL.map(Queue::name) {
        if let Ok((sqs, queue)) = open(&state, name) {
            let count = sqs.count_dead(queue).await.map_err(unavailable)?;
            bodies.push(DeadLetterQueueBody::new(queue, count));
        }
    }
    Ok(Answer::ok(bodies))
}

/// Look at the dead letters of a queue.
///
/// They stay where they are. What a message says is not shown, only what it is about; one that cannot be read is known by
/// its length and its hash. While somebody else looks at them some may be missing here.
#[utoipa::path(
    get,
    path = "/api/admin/dead-letters/{queue}",
    tag = "admin",
    params(("queue" = String, Path, example = "email"), DeadLettersQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<DeadLetterBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(queue = name))]
pub(crate) async fn list_dead_letters(
    State(state): State<AppState>,
    Admin(_): Admin,
    Path(name): Path<String>,
    Query(query): Query<DeadLettersQuery>,
) -> Result<Answer<Vec<DeadLetterBody>>, ApiError> {
    let (sqs, queue) = open(&state, &name)?;
    let letters = sqs.look_at_dead(queue, query.limit()).await;
    let letters = letters.map_err(unavailable)?.into_iter();
    Ok(Answer::ok(letters.map(DeadLetterBody::from).collect()))
}

/// A queue that has to be there.
pub(crate) fn open<'a>(state: &'a AppState, name: &str) -> Result<(&'a Sqs, Queue), ApiError> {
    let queue = Queue::parse(name).map_err(|_| ApiError::not_found("queue"))?;
    let sqs = state.relay.sqs().filter(|sqs| sqs.knows(queue));
    sqs.map(|sqs| (&**sqs, queue))
        .ok_or(ApiError::not_found("queue"))
}

/// The queues can be reached again in a moment.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where errors are mapped"
)]
pub(crate) fn unavailable(failure: SqsError) -> ApiError {
    tracing::warn!(%failure, "a queue cannot be used at the moment");
    ApiError::unavailable()
}
