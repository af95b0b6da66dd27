//! `GET /api/mentors/{id}/slots/explain`

use axum::extract::State;
use deserr::Deserr;
use serde::Serialize;
use serde_json::Value;
use shared::clock::Clock;
use shared::domain::id::{OfferingId, UserId};
use shared::domain::refusal::Refusal;
use shared::domain::slots::{Slot, SlotRefusal};
use shared::domain::time::{Span, Zone};
use shared::http::{
    Answer, ApiError, MaybeActor, Moment, Path, Problems, Query, Refused, SessionMinutes,
};
use shared::store::schedule::Asked;
use shared::store::{self, Db};
use utoipa::{IntoParams, ToSchema};

use crate::length::Length;
use crate::slots::SlotBody;

/// Which moment.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExplainQuery {
    /// When the session would start.
    #[param(inline)]
    at: Moment,
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

/// Whether a moment can be booked, and if not, why.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainBody {
    bookable: bool,
    #[serde(flatten)]
    asked: SlotBody,
    /// Everything that stands in the way, the most telling first; empty when the moment can be booked.
    reasons: Vec<ReasonBody>,
}

/// Something that stands in the way.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReasonBody {
    /// Stable, for programs.
    #[schema(example = "time_blocked")]
    code: &'static str,
    /// A sentence for a person.
    #[schema(example = "the mentor has blocked this time")]
    message: String,
    /// Facts to act on, such as the nearest start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    details: Option<Value>,
}

impl From<&SlotRefusal> for ReasonBody {
    fn from(refusal: &SlotRefusal) -> Self {
        Self {
            code: refusal.code(),
            message: refusal.to_string(),
            details: refusal.details(),
        }
    }
}

/// Explain why a moment can or cannot be booked.
///
/// The list of slots and the booking ask the same: what is bookable here is listed there, and can be booked.
#[utoipa::path(
    get,
    path = "/api/mentors/{id}/slots/explain",
    tag = "mentors",
    params(("id" = UserId, Path), ExplainQuery),
    responses((status = OK, body = Answer<ExplainBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn explain_slot(
    State(db): State<Db>,
    State(clock): State<Clock>,
    MaybeActor(actor): MaybeActor,
    Path(mentor): Path<UserId>,
    Query(query): Query<ExplainQuery>,
) -> Result<Answer<ExplainBody>, ApiError> {
    let (now, Moment(starts_at)) = (clock.now(), query.at);
    let length = Length::read(query.duration_minutes, query.offering_id)?;
    let asked = Asked {
        mentor,
        asker: actor.map(|actor| actor.id).filter(|id| *id != mentor),
        offering: length.offering(),
        around: Span::new(starts_at, starts_at),
    };
    let found = store::schedule::find(&db.client().await?, asked).await?;
    let bookable = found.ok_or(ApiError::not_found("mentor"))?;

    let duration = length.with(&bookable)?;
    let checked = bookable.schedule.check(duration, starts_at, now);
    let slot = Slot {
        starts_at,
        ends_at: starts_at + duration,
    };
    let zone = query.timezone.unwrap_or(Zone::UTC);
    Ok(Answer::ok(ExplainBody {
        bookable: checked.is_ok(),
        asked: SlotBody::new(slot, &zone),
        reasons: checked
            .err()
            .iter()
            .flatten()
            .map(ReasonBody::from)
            .collect(),
    }))
}
