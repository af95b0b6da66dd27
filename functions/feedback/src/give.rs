//! `POST /api/feedback` and `PUT /api/feedback/{session_id}`

use axum::extract::State;
use jiff::Timestamp;
use shared::clock::Clock;
use shared::domain::feedback::{About, Feedback};
use shared::domain::id::SessionId;
use shared::domain::mentorship::Pair;
use shared::http::{Actor, Answer, ApiError, IdempotencyKey, IfMatch, Json, Path, Refused};
use shared::store::{self, Db, StoreError, Transaction};

use crate::body::SessionFeedbackBody;
use crate::input::{SessionFeedbackChange, SessionFeedbackInput};

/// Say how a session was.
///
/// Once for each of the two, when it is completed. What a mentee says of the mentor is public at once if it carries their
/// name. If it is anonymous nothing shows until it is published together with that of at least two other people, at the
/// beginning of a week. What a mentor says of the mentee is for admins only.
#[utoipa::path(
    post,
    path = "/api/feedback",
    tag = "feedback",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = SessionFeedbackInput,
    responses((status = CREATED, body = Answer<SessionFeedbackBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn give_session_feedback(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Json(body): Json<SessionFeedbackInput>,
) -> Result<Answer<SessionFeedbackBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let session = store::session::find_for(&tx, body.session_id, actor)
        .await?
        .ok_or(ApiError::not_found("session"))?;
    let new = (clock.id(), body.opinion());
    let (feedback, events) = Feedback::give(new, &session, actor.id, now)?;
    let inserted = store::feedback::insert(&tx, &feedback);
    let promised = store::outbox::append_all(&tx, || clock.id(), now, events);
    let (inserted, promised) = futures_util::join!(inserted, promised);
    inserted??;
    promised?;
    follow(&tx, &feedback, feedback.is_public(), now).await?;
    let location = format!("/api/feedback/{}", feedback.session_id);
    let version = feedback.version;
    Answer::created(SessionFeedbackBody::from(feedback), location)
        .at_version(version)
        .commit(tx)
        .await
}

/// Change what I said of a session.
///
/// For 24 hours; what it said before is kept. What was not anonymous cannot become so: the mentor may have seen it.
#[utoipa::path(
    put,
    path = "/api/feedback/{session_id}",
    tag = "feedback",
    params(("session_id" = SessionId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = SessionFeedbackChange,
    responses((status = OK, body = Answer<SessionFeedbackBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_session_feedback(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(session): Path<SessionId>,
    if_match: IfMatch,
    Json(body): Json<SessionFeedbackChange>,
) -> Result<Answer<SessionFeedbackBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let known = store::feedback::lock(&tx, session, actor.id)
        .await?
        .ok_or(ApiError::not_found("feedback"))?;
    if_match.check(known.version)?;
    let was_public = known.is_public();
    let (changed, told) = known.change(body.opinion(), now)?;
    let updated = store::feedback::update(&tx, &changed);
    let promised = store::outbox::append_all(&tx, || clock.id(), now, told);
    futures_util::try_join!(updated, promised)?;
    follow(&tx, &changed, was_public || changed.is_public(), now).await?;
    tx.commit().await?;
    let version = changed.version;
    Ok(Answer::ok(SessionFeedbackBody::from(changed)).at_version(version))
}

/// What follows from a change: matching reads the public figures of mentors, and the health of a match what its mentor
/// says. Its last statement may hold what everybody waits for.
pub(crate) async fn follow(
    tx: &Transaction<'_>,
    feedback: &Feedback,
    shows: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    match feedback.about {
        About::Mentor if shows => store::catalog::raise(tx).await,
        About::Mentor => Ok(()),
        About::Mentee => {
            let pair = Pair {
                mentor_id: feedback.author_id,
                mentee_id: feedback.subject_id,
            };
            store::mentorship::update_risk_of(tx, pair, now).await
        }
    }
}
