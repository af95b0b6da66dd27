//! The people of the demo and their hours.

use serde::Deserialize;
use shared::domain::availability::AvailabilityDraft;
use shared::domain::profile::{ExperienceLevel, StartupStage};
use shared::domain::time::Zone;

/// A program manager.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoAdmin {
    /// The address to log in with.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The zone times are shown in.
    pub timezone: Zone,
}

/// A mentor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoMentor {
    /// The address to log in with.
    pub email: String,
    /// The fields of `PATCH /api/users/me`.
    pub profile: DemoMentorProfile,
    /// The bodies of `POST /api/mentors/{id}/availability`.
    pub availability: Vec<DemoWindow>,
    /// The bodies of `POST /api/mentors/{id}/offerings`.
    #[serde(default)]
    pub offerings: Vec<DemoOffering>,
}

/// A kind of session that a mentor gives.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoOffering {
    /// The name of a topic.
    pub topic: String,
    /// What the mentor calls it.
    pub title: String,
    /// What happens in it.
    pub description: Option<String>,
    /// How long it takes in minutes.
    pub duration_minutes: u32,
    /// Minor units of the currency.
    pub price: i32,
    /// ISO 4217 code of the price.
    pub currency: String,
}

/// What a mentor says; what is left out keeps the default of the product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoMentorProfile {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A few sentences.
    pub bio: String,
    /// Where the mentor is.
    pub location: String,
    /// The zone times are shown in.
    pub timezone: Zone,
    /// Languages the mentor speaks.
    pub languages: Vec<String>,
    /// Where they work.
    pub company: String,
    /// What they do there.
    pub title: String,
    /// Years in the field.
    pub years_experience: i32,
    /// What they know.
    pub expertise_areas: Vec<String>,
    /// Which industries they know.
    pub industries: Vec<String>,
    /// Which stages they help.
    pub stages: Vec<StartupStage>,
    /// Price of an hour in minor units.
    pub hourly_rate: Option<i32>,
    /// ISO 4217 code of the price.
    pub hourly_rate_currency: Option<String>,
    /// Most sessions a day.
    pub max_sessions_per_day: Option<i32>,
    /// Most sessions a week.
    pub max_sessions_per_week: Option<i32>,
    /// Gap between two sessions in minutes.
    pub buffer_minutes: Option<i32>,
    /// Shortest time between booking and start in minutes.
    pub min_notice_minutes: Option<i32>,
    /// How far ahead can be booked in days.
    pub booking_horizon_days: Option<i32>,
}

/// A weekly window of a mentor's schedule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoWindow {
    /// `open` or `blocked`.
    pub kind: String,
    /// 0 is Sunday.
    pub day_of_week: i64,
    /// `HH:MM`.
    pub start_time: String,
    /// `HH:MM`.
    pub end_time: String,
    /// An IANA name.
    pub timezone: String,
    /// Always true here.
    pub is_recurring: bool,
}

impl DemoWindow {
    /// Gives the window as the API would receive it.
    #[must_use]
    pub fn draft(&self) -> AvailabilityDraft {
        AvailabilityDraft {
            kind: Some(self.kind.clone()),
            day_of_week: Some(self.day_of_week),
            start_time: Some(self.start_time.clone()),
            end_time: Some(self.end_time.clone()),
            timezone: Some(self.timezone.clone()),
            is_recurring: Some(self.is_recurring),
            ..AvailabilityDraft::default()
        }
    }
}

/// A mentee.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoMentee {
    /// The address to log in with.
    pub email: String,
    /// The fields of `PATCH /api/users/me`.
    pub profile: DemoMenteeProfile,
}

/// What a mentee says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoMenteeProfile {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A few sentences.
    pub bio: String,
    /// Where the mentee is.
    pub location: String,
    /// The zone times are shown in.
    pub timezone: Zone,
    /// Languages the mentee speaks.
    pub languages: Vec<String>,
    /// Name of their startup.
    pub startup_name: String,
    /// Which industries it is in.
    pub industry_focus: Vec<String>,
    /// How far it has come.
    pub startup_stage: StartupStage,
    /// What they want to reach.
    pub goals: String,
    /// What they do now.
    pub current_role: String,
    /// What they want to talk about.
    pub interests: Vec<String>,
    /// How much they have done before.
    pub experience_level: ExperienceLevel,
    /// Where they want to go.
    pub career_goals: String,
    /// What they research.
    pub research_interests: Vec<String>,
    /// What they can do.
    pub technical_skills: Vec<String>,
    /// How they like to talk.
    pub communication_preferences: Vec<String>,
}
