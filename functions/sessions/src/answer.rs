//! `PUT /api/sessions/{id}/reschedule-requests/{request_id}`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::id::{RescheduleId, SessionId};
use shared::domain::value::Text;
use shared::http::{Actor, Answer, ApiError, IfMatch, Json, Path2, Problems, Refused};
use shared::store::Db;

use crate::moving::Answering;
use crate::reschedule_body::{AnswerAction, AnswerBody, RescheduleBody};

/// Take one of the proposed times, reject them all, or take the proposal back.
///
/// `accept` moves the session: it keeps its id and gets a new version, the old time is free and the new one taken in the same
/// instant. If the new time is taken meanwhile, nothing changes, and `slot_taken` names the nearest free times. The one who
/// proposed can `withdraw`, the other one can `accept` or `reject`; `allowed_actions` says what is possible.
#[utoipa::path(
    put,
    path = "/api/sessions/{id}/reschedule-requests/{request_id}",
    tag = "sessions",
    params(("id" = SessionId, Path), ("request_id" = RescheduleId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = AnswerBody,
    responses((status = OK, body = Answer<RescheduleBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn answer_reschedule_request(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path2(id, request_id): Path2<SessionId, RescheduleId>,
    if_match: IfMatch,
    Json(body): Json<AnswerBody>,
) -> Result<Answer<RescheduleBody>, ApiError> {
    only_what_fits(&body)?;
    let answering = Answering {
        session: id,
        request: request_id,
        actor,
        if_match,
    };
    let named = body.scheduled_at.map(|moment| moment.0);
    let reason = body.reason.map(Text::into_string);
    let mut client = db.client().await?;
    let tx = client.transaction();

    let (session, request) = match body.action {
        AnswerAction::Accept => Box::pin(answering.accept(&tx, &clock, named)).await?,
        AnswerAction::Reject => answering.close(&tx, &clock, false, reason).await?,
        AnswerAction::Withdraw => answering.close(&tx, &clock, true, reason).await?,
    };

    tx.commit().await?;
    let version = request.version;
    let body = RescheduleBody::with_session(request, session, actor, clock.now());
    Ok(Answer::ok(body).at_version(version))
}

fn only_what_fits(body: &AnswerBody) -> Result<(), Problems> {
    let is_accepted = body.action == AnswerAction::Accept;
    if is_accepted && body.reason.is_some() {
        let message = "only rejecting and withdrawing take a reason";
        return Err(Problems::of("reason", "unknown_field", message));
    }
    if !is_accepted && body.scheduled_at.is_some() {
        let message = "only accepting takes a time";
        return Err(Problems::of("scheduled_at", "unknown_field", message));
    }
    Ok(())
}
