//! `GET /api/mentors/{id}/slots`

use axum::extract::State;
use deserr::Deserr;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::clock::Clock;
use shared::domain::id::{OfferingId, UserId};
use shared::domain::slots::Slot;
use shared::domain::time::{Span, Zone};
use shared::http::{
    Answer, ApiError, MaybeActor, Moment, Path, Problems, Query, Refused, SessionMinutes,
};
use shared::store::schedule::Asked;
use shared::store::{self, Db};
use utoipa::{IntoParams, ToSchema};

use crate::length::Length;

/// The longest list: 92 days.
const LONGEST: SignedDuration = SignedDuration::from_hours(92 * 24);
/// How far a list reaches when nothing is said: 14 days.
const USUAL: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Which slots.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SlotsQuery {
    /// Slots that start at or after this moment; now, when left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Moment>,
    /// Slots that end at or before this moment, at most 92 days later; 14 days later, when left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    to: Option<Moment>,
    /// How long the session takes, 30–180 minutes; 60 when both this and `offering_id` are left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    duration_minutes: Option<SessionMinutes>,
    /// The kind of session, which says how long it takes.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    offering_id: Option<OfferingId>,
    /// The zone in which local times are shown; UTC when left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    timezone: Option<Zone>,
}

/// A time that can be booked.
#[derive(Serialize, ToSchema)]
pub(crate) struct SlotBody {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// The start on the reader's clock, with its offset.
    #[schema(example = "2026-03-02T16:00:00+01:00")]
    local_start: String,
    /// The end on the reader's clock, with its offset.
    #[schema(example = "2026-03-02T17:00:00+01:00")]
    local_end: String,
}

impl SlotBody {
    /// A time as the clocks of a zone show it.
    pub(crate) fn new(slot: Slot, zone: &Zone) -> Self {
        let local = |at: Timestamp| {
            at.display_with_offset(zone.time_zone().to_offset(at))
                .to_string()
        };
        Self {
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            local_start: local(slot.starts_at),
            local_end: local(slot.ends_at),
        }
    }
}

/// List the times that can be booked.
///
/// What is listed can be booked, and nothing else. Whoever is logged in does not see times at which they are busy.
#[utoipa::path(
    get,
    path = "/api/mentors/{id}/slots",
    tag = "mentors",
    params(("id" = UserId, Path), SlotsQuery),
    responses((status = OK, body = Answer<Vec<SlotBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_slots(
    State(db): State<Db>,
    State(clock): State<Clock>,
    MaybeActor(actor): MaybeActor,
    Path(mentor): Path<UserId>,
    Query(query): Query<SlotsQuery>,
) -> Result<Answer<Vec<SlotBody>>, ApiError> {
    let now = clock.now();
    let length = Length::read(query.duration_minutes, query.offering_id)?;
    let within = span(&query, now)?;
    let asked = Asked {
        mentor,
        asker: actor.map(|actor| actor.id).filter(|id| *id != mentor),
        offering: length.offering(),
        around: within,
    };
    let found = store::schedule::find(&db.client().await?, asked).await?;
    let bookable = found.ok_or(ApiError::not_found("mentor"))?;

    let slots = bookable
        .schedule
        .slots(length.with(&bookable)?, within, now);
    let zone = query.timezone.unwrap_or(Zone::UTC);
    let slots = slots.into_iter().map(|slot| SlotBody::new(slot, &zone));
    Ok(Answer::ok(slots.collect()))
}

fn span(query: &SlotsQuery, now: Timestamp) -> Result<Span, Problems> {
    let from = query.from.map_or(now, |moment| moment.0);
    let to = query.to.map_or(from + USUAL, |moment| moment.0);
    if to <= from {
        return Err(Problems::of(
            "to",
            "ends_before_it_begins",
            "must be later than from",
        ));
    }
    if to.duration_since(from) > LONGEST {
        return Err(Problems::of(
            "to",
            "range_too_long",
            "must be at most 92 days after from",
        ));
    }
    Ok(Span::new(from, to))
}
