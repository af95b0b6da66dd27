//! What `/api/mentors` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::availability::{
    Availability, AvailabilityDraft, AvailabilityKind, Recurrence, TimeOfDay,
};
use shared::domain::id::{AvailabilityId, UserId};
use shared::domain::profile::StartupStage;
use shared::domain::score::Thousandths;
use shared::domain::slots::Slot;
use shared::domain::time::Zone;
use shared::http::Problems;
use shared::store::mentor::MentorCard;
use utoipa::ToSchema;

/// A mentor, as everybody may see them.
#[derive(Serialize, ToSchema)]
pub(crate) struct MentorBody {
    id: UserId,
    first_name: String,
    last_name: String,
    bio: Option<String>,
    profile_picture_url: Option<String>,
    location: Option<String>,
    timezone: String,
    languages: Vec<String>,
    company: Option<String>,
    title: Option<String>,
    years_experience: Option<i32>,
    expertise_areas: Vec<String>,
    industries: Vec<String>,
    stages: Vec<StartupStage>,
    /// Minor units of the currency.
    hourly_rate: Option<i32>,
    hourly_rate_currency: Option<String>,
    accepting: bool,
    /// `null` while there are fewer than three ratings.
    rating: Option<RatingBody>,
    sessions_completed: i32,
    /// The share of requests that were answered in time, from 0 to 1; `null` while there are fewer than five.
    answer_rate: Option<Thousandths>,
}

/// How mentees have rated a mentor.
#[derive(Serialize, ToSchema)]
pub(crate) struct RatingBody {
    /// From 1 to 5.
    mean: Thousandths,
    count: i32,
}

impl From<MentorCard> for MentorBody {
    fn from(card: MentorCard) -> Self {
        Self {
            id: card.id,
            first_name: card.first_name,
            last_name: card.last_name,
            bio: card.bio,
            profile_picture_url: card.profile_picture_url,
            location: card.location,
            timezone: card.timezone,
            languages: card.languages,
            company: card.company,
            title: card.title,
            years_experience: card.years_experience,
            expertise_areas: card.expertise_areas,
            industries: card.industries,
            stages: card.stages,
            hourly_rate: card.hourly_rate,
            hourly_rate_currency: card.hourly_rate_currency,
            accepting: card.accepting,
            rating: card.rating.map(|rating| RatingBody {
                mean: rating.mean,
                count: rating.count,
            }),
            sessions_completed: card.sessions_completed,
            answer_rate: card.answer_rate,
        }
    }
}

/// A mentor, with the next time that can be booked.
#[derive(Serialize, ToSchema)]
pub(crate) struct CardBody {
    #[serde(flatten)]
    mentor: MentorBody,
    next_slot: Option<NextSlotBody>,
}

/// An hour that can be booked.
#[derive(Serialize, ToSchema)]
pub(crate) struct NextSlotBody {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

impl CardBody {
    pub(crate) fn new(card: MentorCard, slot: Option<Slot>) -> Self {
        Self {
            mentor: card.into(),
            next_slot: slot.map(|slot| NextSlotBody {
                starts_at: slot.starts_at,
                ends_at: slot.ends_at,
            }),
        }
    }
}

/// Hours of a schedule: open or blocked, every week or on certain dates.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct AvailabilityInput {
    /// `open` when left out.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, value_type = Option<AvailabilityKindSchema>)]
    kind: Option<String>,
    /// 0 is Sunday; weekly hours need it.
    #[deserr(default, from(i64) = Some)]
    #[schema(nullable = false, minimum = 0, maximum = 6, example = 2)]
    day_of_week: Option<i64>,
    /// `HH:MM`, read in the schedule's own zone.
    #[deserr(default, from(String) = Some)]
    #[schema(
        nullable = false,
        pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        example = "09:00"
    )]
    start_time: Option<String>,
    /// `HH:MM`, up to `24:00`.
    #[deserr(default, from(String) = Some)]
    #[schema(
        nullable = false,
        pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        example = "17:00"
    )]
    end_time: Option<String>,
    #[schema(example = "Europe/Berlin")]
    timezone: Zone,
    /// Weekly, or on the dates from `valid_from` to `valid_until` only.
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    is_recurring: Option<bool>,
    #[deserr(default, from(RecurrenceInput) = Some)]
    #[schema(nullable = false)]
    recurrence: Option<RecurrenceInput>,
    /// The first day.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, format = Date)]
    valid_from: Option<String>,
    /// The last day.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false, format = Date)]
    valid_until: Option<String>,
}

/// Which weeks.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecurrenceInput {
    /// Every n-th week, counted from the week of `valid_from`.
    #[schema(minimum = 1, maximum = 52, example = 2)]
    every_n_weeks: i64,
}

/// Only for the document: the domain reads the word itself.
#[derive(ToSchema)]
#[schema(as = AvailabilityKind, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum AvailabilityKindSchema {
    Open,
    Blocked,
}

impl From<AvailabilityInput> for AvailabilityDraft {
    fn from(input: AvailabilityInput) -> Self {
        Self {
            kind: input.kind,
            day_of_week: input.day_of_week,
            start_time: input.start_time,
            end_time: input.end_time,
            timezone: Some(input.timezone.name().to_owned()),
            is_recurring: input.is_recurring,
            every_n_weeks: input.recurrence.map(|recurrence| recurrence.every_n_weeks),
            valid_from: input.valid_from,
            valid_until: input.valid_until,
        }
    }
}

/// Hours of a schedule.
#[derive(Serialize, ToSchema)]
pub(crate) struct AvailabilityBody {
    id: AvailabilityId,
    mentor_id: UserId,
    #[schema(value_type = AvailabilityKindSchema)]
    kind: AvailabilityKind,
    day_of_week: Option<u8>,
    #[schema(value_type = String, example = "09:00")]
    start_time: TimeOfDay,
    #[schema(value_type = String, example = "17:00")]
    end_time: TimeOfDay,
    timezone: Zone,
    is_recurring: bool,
    recurrence: Option<RecurrenceBody>,
    #[schema(value_type = Option<String>, format = Date)]
    valid_from: Option<jiff::civil::Date>,
    #[schema(value_type = Option<String>, format = Date)]
    valid_until: Option<jiff::civil::Date>,
    /// Counts the changes; `If-Match` names it.
    version: i64,
}

/// Which weeks.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecurrenceBody {
    every_n_weeks: u32,
}

impl From<Availability> for AvailabilityBody {
    fn from(window: Availability) -> Self {
        let (day_of_week, recurrence) = match window.recurrence {
            Recurrence::Weekly {
                day_of_week,
                every_n_weeks,
            } => (Some(day_of_week), Some(RecurrenceBody { every_n_weeks })),
            Recurrence::OneOff => (None, None),
        };
        Self {
            id: window.id,
            mentor_id: window.mentor_id,
            kind: window.kind,
            day_of_week,
            start_time: window.starts,
            end_time: window.ends,
            timezone: window.zone,
            is_recurring: recurrence.is_some(),
            recurrence,
            valid_from: window.valid_from,
            valid_until: window.valid_until,
            version: window.version,
        }
    }
}
