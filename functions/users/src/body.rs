//! What `/api/users` takes.

use deserr::Deserr;
use shared::domain::profile::{ExperienceLevel, StartupStage};
use shared::domain::time::Zone;
use shared::domain::user::{Phone, Username};
use shared::domain::value::{Bounded, Currency, HttpsUrl, List, Patch, Text};
use shared::http::Problems;
use utoipa::ToSchema;

pub(crate) type Name = Text<1, 80>;
pub(crate) type Short = Text<1, 160>;
pub(crate) type Word = Text<1, 80>;
pub(crate) type Reason = Text<1, 500>;
pub(crate) type Long = Text<0, 1000>;
pub(crate) type Words = List<Word, 20>;
pub(crate) type TenWords = List<Word, 10>;
pub(crate) type Stages = List<StartupStage, 5>;
pub(crate) type Years = Bounded<0, 80>;
pub(crate) type Price = Bounded<0, 100_000_000>;
pub(crate) type PerDay = Bounded<1, 24>;
pub(crate) type PerWeek = Bounded<1, 100>;
pub(crate) type Mentees = Bounded<1, 50>;
pub(crate) type Buffer = Bounded<0, 240>;
pub(crate) type Notice = Bounded<0, 43_200>;
pub(crate) type Step = Bounded<5, 240>;
pub(crate) type Horizon = Bounded<1, 730>;

/// A change to a profile. Every field is optional.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileChange {
    #[deserr(default, from(Name) = Some)]
    #[schema(nullable = false)]
    pub(crate) first_name: Option<Name>,
    #[deserr(default, from(Name) = Some)]
    #[schema(nullable = false)]
    pub(crate) last_name: Option<Name>,
    #[deserr(default, from(Zone) = Some)]
    #[schema(nullable = false)]
    pub(crate) timezone: Option<Zone>,
    /// The name a person is found by.
    #[deserr(default)]
    #[schema(value_type = Option<Username>)]
    pub(crate) username: Patch<Username>,
    /// Shown to the person and to admins; kept sealed.
    #[deserr(default)]
    #[schema(value_type = Option<Phone>)]
    pub(crate) phone: Patch<Phone>,
    #[deserr(default)]
    #[schema(value_type = Option<Long>)]
    pub(crate) bio: Patch<Long>,
    #[deserr(default)]
    #[schema(value_type = Option<HttpsUrl>)]
    pub(crate) profile_picture_url: Patch<HttpsUrl>,
    #[deserr(default)]
    #[schema(value_type = Option<Short>)]
    pub(crate) location: Patch<Short>,
    #[deserr(default)]
    #[schema(value_type = Option<Words>)]
    pub(crate) languages: Patch<Words>,

    #[deserr(default)]
    #[schema(value_type = Option<Short>)]
    pub(crate) company: Patch<Short>,
    #[deserr(default)]
    #[schema(value_type = Option<Short>)]
    pub(crate) title: Patch<Short>,
    #[deserr(default)]
    #[schema(value_type = Option<Years>)]
    pub(crate) years_experience: Patch<Years>,
    #[deserr(default)]
    #[schema(value_type = Option<TenWords>)]
    pub(crate) expertise_areas: Patch<TenWords>,
    #[deserr(default)]
    #[schema(value_type = Option<Words>)]
    pub(crate) industries: Patch<Words>,
    #[deserr(default)]
    #[schema(value_type = Option<Stages>)]
    pub(crate) stages: Patch<Stages>,
    #[deserr(default)]
    #[schema(value_type = Option<Price>)]
    pub(crate) hourly_rate: Patch<Price>,
    #[deserr(default)]
    #[schema(value_type = Option<Currency>)]
    pub(crate) hourly_rate_currency: Patch<Currency>,
    #[deserr(default)]
    #[schema(value_type = Option<PerDay>)]
    pub(crate) max_sessions_per_day: Patch<PerDay>,
    #[deserr(default)]
    #[schema(value_type = Option<PerWeek>)]
    pub(crate) max_sessions_per_week: Patch<PerWeek>,
    #[deserr(default)]
    #[schema(value_type = Option<Mentees>)]
    pub(crate) max_mentees: Patch<Mentees>,
    #[deserr(default)]
    #[schema(value_type = Option<Buffer>)]
    pub(crate) buffer_minutes: Patch<Buffer>,
    #[deserr(default)]
    #[schema(value_type = Option<Notice>)]
    pub(crate) min_notice_minutes: Patch<Notice>,
    #[deserr(default)]
    #[schema(value_type = Option<Notice>)]
    pub(crate) cancellation_notice_minutes: Patch<Notice>,
    #[deserr(default)]
    #[schema(value_type = Option<Step>)]
    pub(crate) step_minutes: Patch<Step>,
    #[deserr(default)]
    #[schema(value_type = Option<Horizon>)]
    pub(crate) booking_horizon_days: Patch<Horizon>,
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    pub(crate) accepting: Option<bool>,

    #[deserr(default)]
    #[schema(value_type = Option<Short>)]
    pub(crate) startup_name: Patch<Short>,
    #[deserr(default)]
    #[schema(value_type = Option<TenWords>)]
    pub(crate) industry_focus: Patch<TenWords>,
    #[deserr(default)]
    #[schema(value_type = Option<StartupStage>)]
    pub(crate) startup_stage: Patch<StartupStage>,
    #[deserr(default)]
    #[schema(value_type = Option<Long>)]
    pub(crate) goals: Patch<Long>,
    #[deserr(default)]
    #[schema(value_type = Option<Short>)]
    pub(crate) current_role: Patch<Short>,
    #[deserr(default)]
    #[schema(value_type = Option<TenWords>)]
    pub(crate) interests: Patch<TenWords>,
    #[deserr(default)]
    #[schema(value_type = Option<ExperienceLevel>)]
    pub(crate) experience_level: Patch<ExperienceLevel>,
    #[deserr(default)]
    #[schema(value_type = Option<Long>)]
    pub(crate) career_goals: Patch<Long>,
    #[deserr(default)]
    #[schema(value_type = Option<Words>)]
    pub(crate) research_interests: Patch<Words>,
    #[deserr(default)]
    #[schema(value_type = Option<Words>)]
    pub(crate) technical_skills: Patch<Words>,
    #[deserr(default)]
    #[schema(value_type = Option<Words>)]
    pub(crate) communication_preferences: Patch<Words>,
}
