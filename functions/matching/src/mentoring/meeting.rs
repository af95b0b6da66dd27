//! `/api/matching/matches/{id}/meetings`

use axum::extract::State;
use http::StatusCode;
use shared::clock::Clock;
use shared::domain::id::{MeetingId, MentorshipId};
use shared::domain::mentorship::{Meeting, Mentorship, MentorshipError};
use shared::domain::page::PageRequest;
use shared::http::{
    Actor, Answer, ApiError, IdempotencyKey, IfMatch, Json, Listed, PageQuery, Path, Path2, Query,
    Refused,
};
use shared::store::{self, Db, Transaction};

use super::meeting_body::{MeetingBody, MeetingInput, MeetingPatch};

/// List the meetings of a match, the last one first.
#[utoipa::path(
    get,
    path = "/api/matching/matches/{id}/meetings",
    tag = "matching",
    params(("id" = MentorshipId, Path), PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<MeetingBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_meetings(
    State(db): State<Db>,
    actor: Actor,
    Path(id): Path<MentorshipId>,
    Query(query): Query<PageQuery>,
) -> Result<Listed<MeetingBody>, ApiError> {
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let (known, found) = futures_util::try_join!(
        store::mentorship::find_for(&client, id, actor),
        store::mentorship::list_meetings(&client, id, page),
    )?;
    known.ok_or(ApiError::not_found("match"))?;
    let bodies = found.items.into_iter().map(MeetingBody::from);
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}

/// Write a meeting down.
///
/// Either of the two does, once it has taken place. The first one makes the match `active`.
#[utoipa::path(
    post,
    path = "/api/matching/matches/{id}/meetings",
    tag = "matching",
    params(("id" = MentorshipId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = MeetingInput,
    responses((status = CREATED, body = Answer<MeetingBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn log_meeting(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<MentorshipId>,
    Json(body): Json<MeetingInput>,
) -> Result<Answer<MeetingBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let known = lock_own(&tx, id, actor).await?;
    let meeting = body.draft((clock.id(), id), actor.id, now);
    meeting.check(now)?;
    let met = known.meet(meeting.met_at, now)?;
    store::mentorship::insert_meeting(&tx, &meeting).await?;
    store::mentorship::update(&tx, &met).await?;
    store::mentorship::update_risk(&tx, id, now).await?;
    let location = format!("/api/matching/matches/{id}/meetings/{}", meeting.id);
    let version = meeting.version;
    Answer::created(MeetingBody::from(meeting), location)
        .at_version(version)
        .commit(tx)
        .await
}

/// Change a meeting that I wrote down.
#[utoipa::path(
    patch,
    path = "/api/matching/matches/{id}/meetings/{meeting_id}",
    tag = "matching",
    params(("id" = MentorshipId, Path), ("meeting_id" = MeetingId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = MeetingPatch,
    responses((status = OK, body = Answer<MeetingBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn edit_meeting(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path2(id, meeting): Path2<MentorshipId, MeetingId>,
    if_match: IfMatch,
    Json(body): Json<MeetingPatch>,
) -> Result<Answer<MeetingBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let known = lock_authored(&tx, (id, meeting), actor, &if_match).await?;
    let edited = known.edit(body.into(), actor.id, now)?;
    store::mentorship::update_meeting(&tx, &edited).await?;
    store::mentorship::update_risk(&tx, id, now).await?;
    tx.commit().await?;
    let version = edited.version;
    Ok(Answer::ok(MeetingBody::from(edited)).at_version(version))
}

/// Delete a meeting that I wrote down by mistake.
///
/// The match stays as it is.
#[utoipa::path(
    delete,
    path = "/api/matching/matches/{id}/meetings/{meeting_id}",
    tag = "matching",
    params(("id" = MentorshipId, Path), ("meeting_id" = MeetingId, Path), IfMatch),
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn delete_meeting(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path2(id, meeting): Path2<MentorshipId, MeetingId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    let mut client = db.client().await?;
    let tx = client.transaction();
    lock_authored(&tx, (id, meeting), actor, &if_match).await?;
    store::mentorship::delete_meeting(&tx, meeting).await?;
    store::mentorship::update_risk(&tx, id, clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Holds a match and a meeting of it that the actor wrote down.
async fn lock_authored(
    tx: &Transaction<'_>,
    (id, meeting): (MentorshipId, MeetingId),
    actor: Actor,
    if_match: &IfMatch,
) -> Result<Meeting, ApiError> {
    lock_own(tx, id, actor).await?;
    let known = store::mentorship::lock_meeting(tx, id, meeting)
        .await?
        .ok_or(ApiError::not_found("meeting"))?;
    known.check_author(actor.id)?;
    if_match.check(known.version)?;
    Ok(known)
}

/// Holds a match in which the actor takes part; admins only read what the two wrote.
pub(super) async fn lock_own(
    tx: &Transaction<'_>,
    id: MentorshipId,
    actor: Actor,
) -> Result<Mentorship, ApiError> {
    let known = store::mentorship::lock_for(tx, id, actor)
        .await?
        .ok_or(ApiError::not_found("match"))?;
    if known.has_participant(actor.id) {
        Ok(known)
    } else {
        Err(MentorshipError::NotYours.into())
    }
}
