//! `/api/sessions/{id}/reschedule-requests`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::id::SessionId;
use shared::domain::value::Text;
use shared::http::{Actor, Answer, ApiError, IdempotencyKey, Json, Path, Refused};
use shared::store::{self, Db};

use crate::moving::{Wish, propose};
use crate::reschedule_body::{ProposalBody, RescheduleBody};

/// List the proposals to move a session, the first one first.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/reschedule-requests",
    tag = "sessions",
    params(("id" = SessionId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<RescheduleBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn list_reschedule_requests(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<SessionId>,
) -> Result<Answer<Vec<RescheduleBody>>, ApiError> {
    let client = db.client().await?;
    let (session, requests) = futures_util::try_join!(
        store::session::find_for(&client, id, actor),
        store::reschedule::list(&client, id),
    )?;
    let session = session.ok_or(ApiError::not_found("session"))?;
    let now = clock.now();
    let bodies = requests
        .into_iter()
        .map(|request| RescheduleBody::new(request, &session, actor, now));
    Ok(Answer::ok(bodies.collect()))
}

/// Propose other times for a session.
///
/// Either of the two may, three times at most per session and one proposal at a time. The times must be free when they are
/// proposed; they are not held, so they are looked at once more when one is taken. Until then the session stays where it is.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/reschedule-requests",
    tag = "sessions",
    params(("id" = SessionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = ProposalBody,
    responses((status = CREATED, body = Answer<RescheduleBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn propose_times(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<SessionId>,
    Json(body): Json<ProposalBody>,
) -> Result<Answer<RescheduleBody>, ApiError> {
    let wish = Wish::read(body.proposed_times, body.reason.map(Text::into_string))?;
    let mut client = db.client().await?;
    let tx = client.transaction();

    let session = store::session::lock_for(&tx, id, actor)
        .await?
        .ok_or(ApiError::not_found("session"))?;
    let (session, request) = propose(&tx, &clock, session, wish, actor).await?;

    let location = format!("/api/sessions/{id}/reschedule-requests/{}", request.id);
    let version = request.version;
    let body = RescheduleBody::with_session(request, session, actor, clock.now());
    Answer::created(body, location)
        .at_version(version)
        .commit(tx)
        .await
}
