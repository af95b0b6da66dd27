//! `/api/mentors/{id}/availability`

use axum::extract::State;
use http::StatusCode;
use shared::clock::Clock;
use shared::domain::availability::{Availability, AvailabilityDraft};
use shared::domain::id::{AvailabilityId, UserId};
use shared::domain::user::Role;
use shared::http::{
    Actor, Answer, ApiError, IdempotencyKey, IfMatch, Json, Mentor, Path, Path2, Problems, Refused,
};
use shared::store::{self, Client, Db};

use crate::body::{AvailabilityBody, AvailabilityInput};
use crate::own::require_self;

/// List the hours of a schedule.
///
/// Only the mentor and admins see them; everybody else asks for slots.
#[utoipa::path(
    get,
    path = "/api/mentors/{id}/availability",
    tag = "mentors",
    params(("id" = UserId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<AvailabilityBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_availability(
    State(db): State<Db>,
    actor: Actor,
    Path(mentor): Path<UserId>,
) -> Result<Answer<Vec<AvailabilityBody>>, ApiError> {
    if actor.id != mentor && !actor.is_admin() {
        return Err(ApiError::not_found("schedule"));
    }
    let client = db.client().await?;
    let windows = store::availability::list(&client, &[mentor]).await?;
    if windows.is_empty() && !is_mentor(&client, mentor).await? {
        return Err(ApiError::not_found("schedule"));
    }
    Ok(Answer::ok(
        windows.into_iter().map(AvailabilityBody::from).collect(),
    ))
}

async fn is_mentor(client: &Client, person: UserId) -> Result<bool, ApiError> {
    let user = store::user::find(client, person).await?;
    Ok(user.is_some_and(|user| user.role() == Role::Mentor))
}

/// Open or block hours.
///
/// Weekly hours, or hours on certain dates, read in the schedule's own zone.
#[utoipa::path(
    post,
    path = "/api/mentors/{id}/availability",
    tag = "mentors",
    params(("id" = UserId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = AvailabilityInput,
    responses((status = CREATED, body = Answer<AvailabilityBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn add_availability(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Mentor(actor): Mentor,
    Path(mentor): Path<UserId>,
    Json(input): Json<AvailabilityInput>,
) -> Result<Answer<AvailabilityBody>, ApiError> {
    require_self(actor, mentor, "schedule")?;
    let window = validate(input, clock.id(), mentor)?;
    let mut client = db.client().await?;
    let tx = client.transaction();
    if !store::availability::insert(&tx, &window, clock.now()).await? {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "too_many_windows",
            "a schedule has at most 200 entries: remove some that are over",
        ));
    }
    let location = format!("/api/mentors/{mentor}/availability/{}", window.id);
    Answer::created(window.into(), location)
        .at_version(1)
        .commit(tx)
        .await
}

/// Change hours.
#[utoipa::path(
    put,
    path = "/api/mentors/{id}/availability/{availability_id}",
    tag = "mentors",
    params(("id" = UserId, Path), ("availability_id" = AvailabilityId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = AvailabilityInput,
    responses((status = OK, body = Answer<AvailabilityBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_availability(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Mentor(actor): Mentor,
    Path2(mentor, id): Path2<UserId, AvailabilityId>,
    if_match: IfMatch,
    Json(input): Json<AvailabilityInput>,
) -> Result<Answer<AvailabilityBody>, ApiError> {
    require_self(actor, mentor, "schedule")?;
    let window = validate(input, id, mentor)?;
    let mut client = db.client().await?;
    let tx = client.transaction();
    let version = store::availability::lock_version(&tx, id, mentor)
        .await?
        .ok_or(ApiError::not_found("entry of this schedule"))?;
    if_match.check(version)?;
    let window = Availability {
        version: version + 1,
        ..window
    };
    store::availability::update(&tx, &window, clock.now()).await?;
    tx.commit().await?;
    Ok(Answer::ok(AvailabilityBody::from(window)).at_version(version + 1))
}

/// Remove hours.
///
/// Sessions that are booked already stay.
#[utoipa::path(
    delete,
    path = "/api/mentors/{id}/availability/{availability_id}",
    tag = "mentors",
    params(("id" = UserId, Path), ("availability_id" = AvailabilityId, Path), IfMatch),
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn remove_availability(
    State(db): State<Db>,
    Mentor(actor): Mentor,
    Path2(mentor, id): Path2<UserId, AvailabilityId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    require_self(actor, mentor, "schedule")?;
    let mut client = db.client().await?;
    let tx = client.transaction();
    let version = store::availability::lock_version(&tx, id, mentor)
        .await?
        .ok_or(ApiError::not_found("entry of this schedule"))?;
    if_match.check(version)?;
    store::availability::delete(&tx, id, mentor).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn validate(
    input: AvailabilityInput,
    id: AvailabilityId,
    mentor: UserId,
) -> Result<Availability, Problems> {
    AvailabilityDraft::from(input)
        .validate(id, mentor)
        .map_err(Problems::from)
}
