//! `/api/mentors/{id}/offerings`

use axum::extract::State;
use http::StatusCode;
use shared::clock::Clock;
use shared::domain::id::{OfferingId, UserId};
use shared::domain::offering::Offering;
use shared::domain::topic::Topic;
use shared::domain::value::Text;
use shared::http::{
    Answer, ApiError, IdempotencyKey, IfMatch, Json, MaybeActor, Mentor, Path, Path2, Problems,
    Refused,
};
use shared::store::{self, Db};

use crate::named::Named;
use crate::offering_body::{NewOfferingBody, OfferingBody, OfferingChange, minutes};
use crate::own::require_self;

/// List the kinds of sessions a mentor gives.
///
/// Everybody sees those that can be booked; the mentor and admins also see the paused ones.
#[utoipa::path(
    get,
    path = "/api/mentors/{id}/offerings",
    tag = "mentors",
    params(("id" = UserId, Path)),
    responses((status = OK, body = Answer<Vec<OfferingBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_offerings(
    State(db): State<Db>,
    MaybeActor(actor): MaybeActor,
    Path(mentor): Path<UserId>,
) -> Result<Answer<Vec<OfferingBody>>, ApiError> {
    let is_insider = actor.is_some_and(|actor| actor.id == mentor || actor.is_admin());
    let client = db.client().await?;
    let (person, offerings) = futures_util::try_join!(
        store::user::find(&client, mentor),
        store::offering::list(&client, mentor, is_insider),
    )?;
    person
        .filter(|person| person.appears() || (is_insider && person.is_mentor()))
        .ok_or(ApiError::not_found("mentor"))?;
    Ok(Answer::ok(
        offerings.into_iter().map(OfferingBody::from).collect(),
    ))
}

/// Offer a kind of session.
#[utoipa::path(
    post,
    path = "/api/mentors/{id}/offerings",
    tag = "mentors",
    params(("id" = UserId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = NewOfferingBody,
    responses((status = CREATED, body = Answer<OfferingBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn add_offering(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Mentor(actor): Mentor,
    Path(mentor): Path<UserId>,
    Json(body): Json<NewOfferingBody>,
) -> Result<Answer<OfferingBody>, ApiError> {
    require_self(actor, mentor, "offering")?;
    let named = Named::read(body.topic_id, body.topic.clone())?
        .ok_or_else(|| Problems::of("topic_id", "missing_field", "is required, or topic"))?;
    let mut client = db.client().await?;
    let tx = client.transaction();
    let topic = named.find(&tx, &clock, mentor).await?;
    let offering = draft(body, clock.id(), mentor, topic, clock.now());
    store::offering::insert(&tx, &offering).await??;
    let location = format!("/api/mentors/{mentor}/offerings/{}", offering.id);
    Answer::created(OfferingBody::from(offering), location)
        .at_version(1)
        .commit(tx)
        .await
}

/// Change a kind of session.
///
/// Sessions that are booked already keep their length and price.
#[utoipa::path(
    patch,
    path = "/api/mentors/{id}/offerings/{offering_id}",
    tag = "mentors",
    params(("id" = UserId, Path), ("offering_id" = OfferingId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = OfferingChange,
    responses((status = OK, body = Answer<OfferingBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_offering(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Mentor(actor): Mentor,
    Path2(mentor, id): Path2<UserId, OfferingId>,
    if_match: IfMatch,
    Json(change): Json<OfferingChange>,
) -> Result<Answer<OfferingBody>, ApiError> {
    require_self(actor, mentor, "offering")?;
    let named = Named::read(change.topic_id, change.topic.clone())?;
    let mut client = db.client().await?;
    let tx = client.transaction();
    let offering = store::offering::lock_for(&tx, id, mentor)
        .await?
        .ok_or(ApiError::not_found("offering"))?;
    if_match.check(offering.version)?;
    let mut offering = change.apply(offering, clock.now());
    if let Some(named) = named {
        let topic = named.find(&tx, &clock, mentor).await?;
        (offering.topic_id, offering.topic_name) = (topic.id, topic.name);
    }
    store::offering::update(&tx, &offering).await??;
    tx.commit().await?;
    let version = offering.version;
    Ok(Answer::ok(OfferingBody::from(offering)).at_version(version))
}

/// Stop offering a kind of session.
///
/// Sessions that are booked already stay.
#[utoipa::path(
    delete,
    path = "/api/mentors/{id}/offerings/{offering_id}",
    tag = "mentors",
    params(("id" = UserId, Path), ("offering_id" = OfferingId, Path), IfMatch),
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn remove_offering(
    State(db): State<Db>,
    Mentor(actor): Mentor,
    Path2(mentor, id): Path2<UserId, OfferingId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    require_self(actor, mentor, "offering")?;
    let mut client = db.client().await?;
    let tx = client.transaction();
    let offering = store::offering::lock_for(&tx, id, mentor)
        .await?
        .ok_or(ApiError::not_found("offering"))?;
    if_match.check(offering.version)?;
    store::offering::delete(&tx, id, mentor).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn draft(
    body: NewOfferingBody,
    id: OfferingId,
    mentor_id: UserId,
    topic: Topic,
    now: jiff::Timestamp,
) -> Offering {
    Offering {
        id,
        mentor_id,
        topic_id: topic.id,
        topic_name: topic.name,
        title: body.title.into_string(),
        description: body.description.map(Text::into_string),
        duration: minutes(body.duration_minutes),
        price: body.price.get(),
        currency: body.currency.into_string(),
        active: body.active.unwrap_or(true),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
