//! `GET /api/mentors` and `GET /api/mentors/{id}`

use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use shared::clock::Clock;
use shared::domain::id::UserId;
use shared::domain::slots::{Schedule, Slot};
use shared::domain::time::{Minutes, Span};
use shared::http::{Answer, ApiError, Path, Query, Refused, Searched};
use shared::store::{self, Db};

use crate::body::{CardBody, MentorBody};
use crate::facets::FacetsBody;
use crate::query::SearchQuery;
use crate::walk;

/// How many days ahead the next slot is looked for: a near one is found without reading the whole season.
const AHEAD: [i64; 3] = [7, 30, 92];
/// How long that slot is.
const USUAL: Minutes = Minutes(60);

/// Browse and search the mentors.
///
/// Within one field any entry will do, between fields all must hold. Capitals and accents make no difference.
#[utoipa::path(
    get,
    path = "/api/mentors",
    tag = "mentors",
    params(SearchQuery),
    responses((status = OK, body = Searched<MentorBody, FacetsBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_mentors(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Query(query): Query<SearchQuery>,
) -> Result<Searched<MentorBody, FacetsBody>, ApiError> {
    let question = query.validate()?;
    let page = walk::page(&db.client().await?, &question, clock.now()).await?;
    let next = page.next.map(|place| question.search.cursor(&place));
    let mentors = page.mentors.into_iter().map(|(card, _)| card.into());
    Ok(Searched::new(
        mentors.collect(),
        question.limit,
        next.as_deref(),
        page.counts.map(FacetsBody::from),
    ))
}

/// Show one mentor.
///
/// With the next hour that can be booked, if there is one within 92 days.
#[utoipa::path(
    get,
    path = "/api/mentors/{id}",
    tag = "mentors",
    params(("id" = UserId, Path)),
    responses((status = OK, body = Answer<CardBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_mentor(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Path(id): Path<UserId>,
) -> Result<Answer<CardBody>, ApiError> {
    let (client, now, ids) = (db.client().await?, clock.now(), [id]);
    let [.., last] = AHEAD.map(|days| ahead(now, days));
    let (card, bookable) = futures_util::try_join!(
        store::mentor::find(&client, id),
        store::schedule::list(&client, &ids, None, last),
    )?;
    let card = card.ok_or(ApiError::not_found("mentor"))?;
    let slot = bookable
        .first()
        .and_then(|bookable| next_slot(&bookable.schedule, now));
    Ok(Answer::ok(CardBody::new(card, slot)))
}

fn next_slot(schedule: &Schedule, now: Timestamp) -> Option<Slot> {
    AHEAD
        .into_iter()
        .find_map(|days| schedule.first_slot(USUAL, ahead(now, days), now))
}

fn ahead(now: Timestamp, days: i64) -> Span {
    Span::new(now, now + SignedDuration::from_hours(24 * days))
}
