//! What a person says about themselves. Only names are needed; every other field may stay empty.

use serde::{Deserialize, Serialize};

use super::privacy::Visibility;
use super::time::Zone;
use super::value::ValueError;
pub use super::vetting::Vetting;

/// How far a startup has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartupStage {
    /// Not yet a company.
    Idea,
    /// Before the first institutional money.
    PreSeed,
    /// The first institutional round.
    Seed,
    /// The first priced growth round.
    SeriesA,
    /// Everything later.
    SeriesBPlus,
}

impl StartupStage {
    /// Every stage, earliest first.
    pub const ALL: [Self; 5] = [
        Self::Idea,
        Self::PreSeed,
        Self::Seed,
        Self::SeriesA,
        Self::SeriesBPlus,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idea => "idea",
            Self::PreSeed => "pre_seed",
            Self::Seed => "seed",
            Self::SeriesA => "series_a",
            Self::SeriesBPlus => "series_b_plus",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no stage.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|stage| stage.as_str() == text)
            .ok_or(ValueError::NotOneOf(
                "idea, pre_seed, seed, series_a, series_b_plus",
            ))
    }
}

/// How much a mentee has done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExperienceLevel {
    /// New to it.
    Beginner,
    /// Has done it once.
    Intermediate,
    /// Has done it often.
    Advanced,
}

impl ExperienceLevel {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no level.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "beginner" => Ok(Self::Beginner),
            "intermediate" => Ok(Self::Intermediate),
            "advanced" => Ok(Self::Advanced),
            _ => Err(ValueError::NotOneOf("beginner, intermediate, advanced")),
        }
    }
}

/// What everybody says, and what the role adds.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A few sentences, at most 1000 characters.
    pub bio: Option<String>,
    /// An `https` address of a picture.
    pub profile_picture_url: Option<String>,
    /// Where the person is, in their own words.
    pub location: Option<String>,
    /// The zone times are shown in; schedules have their own.
    pub timezone: Zone,
    /// Languages the person speaks.
    pub languages: Vec<String>,
    /// The part that belongs to the role.
    pub role: RoleProfile,
}

impl Profile {
    /// A profile that says no more than it must.
    #[must_use]
    pub const fn new(
        first_name: String,
        last_name: String,
        timezone: Zone,
        role: RoleProfile,
    ) -> Self {
        Self {
            first_name,
            last_name,
            bio: None,
            profile_picture_url: None,
            location: None,
            timezone,
            languages: Vec::new(),
            role,
        }
    }

    /// The profile without what the person hides from others.
    #[must_use]
    pub fn shown(mut self, visibility: Visibility) -> Self {
        if !visibility.location {
            self.location = None;
        }
        if !visibility.languages {
            self.languages.clear();
        }
        if !visibility.profile_picture {
            self.profile_picture_url = None;
        }
        if let RoleProfile::Mentor(mentor) = &mut self.role
            && !visibility.company
        {
            mentor.company = None;
        }
        self
    }
}

/// The part of a profile that belongs to the role.
#[derive(Clone, Debug)]
pub enum RoleProfile {
    /// What mentors say.
    Mentor(Box<MentorProfile>),
    /// What mentees say.
    Mentee(Box<MenteeProfile>),
    /// Admins add nothing.
    Admin,
}

/// What a mentor adds: expertise, and the rules under which they can be booked.
#[derive(Clone, Debug)]
pub struct MentorProfile {
    /// Where they work.
    pub company: Option<String>,
    /// What they do there.
    pub title: Option<String>,
    /// Years in the field.
    pub years_experience: Option<i32>,
    /// What they know, at most 10.
    pub expertise_areas: Vec<String>,
    /// Which industries they know.
    pub industries: Vec<String>,
    /// Which stages they help.
    pub stages: Vec<StartupStage>,
    /// Price of an hour in minor units of `hourly_rate_currency`.
    pub hourly_rate: Option<i32>,
    /// ISO 4217 code of the price.
    pub hourly_rate_currency: Option<String>,
    /// Most sessions a day, 1–24.
    pub max_sessions_per_day: Option<i32>,
    /// Most sessions a week, 1–100.
    pub max_sessions_per_week: Option<i32>,
    /// Most long-term mentees, 1–50.
    pub max_mentees: i32,
    /// Gap between two sessions, 0–240 minutes.
    pub buffer_minutes: i32,
    /// Shortest time between booking and start, 0–43200 minutes.
    pub min_notice_minutes: i32,
    /// Until when a mentee may cancel, 0–43200 minutes before the start.
    pub cancellation_notice_minutes: i32,
    /// Distance of two slots' starts; the duration when empty.
    pub step_minutes: Option<i32>,
    /// How far ahead can be booked, 1–730 days.
    pub booking_horizon_days: i32,
    /// Whether new sessions are welcome.
    pub accepting: bool,
    /// Whether an admin has let them appear.
    pub vetting: Vetting,
    /// Why an admin has rejected them.
    pub vetting_reason: Option<String>,
    /// Whether they want to be found.
    pub listed: bool,
    /// Whether they want to stand on the leaderboard of quick questions.
    pub in_leaderboard: bool,
}

impl MentorProfile {
    /// The profile of a new mentor: empty, with the product's defaults.
    #[must_use]
    pub const fn new(vetting: Vetting) -> Self {
        Self {
            company: None,
            title: None,
            years_experience: None,
            expertise_areas: Vec::new(),
            industries: Vec::new(),
            stages: Vec::new(),
            hourly_rate: None,
            hourly_rate_currency: None,
            max_sessions_per_day: None,
            max_sessions_per_week: None,
            max_mentees: 5,
            buffer_minutes: 0,
            min_notice_minutes: 120,
            cancellation_notice_minutes: 120,
            step_minutes: None,
            booking_horizon_days: 60,
            accepting: true,
            vetting,
            vetting_reason: None,
            listed: true,
            in_leaderboard: true,
        }
    }
}

/// What a mentee adds.
#[derive(Clone, Debug, Default)]
pub struct MenteeProfile {
    /// Name of their startup.
    pub startup_name: Option<String>,
    /// Which industries it is in, at most 10.
    pub industry_focus: Vec<String>,
    /// How far it has come.
    pub startup_stage: Option<StartupStage>,
    /// What they want to reach.
    pub goals: Option<String>,
    /// What they do now.
    pub current_role: Option<String>,
    /// What they want to talk about, at most 10.
    pub interests: Vec<String>,
    /// How much they have done before.
    pub experience_level: Option<ExperienceLevel>,
    /// Where they want to go.
    pub career_goals: Option<String>,
    /// What they research.
    pub research_interests: Vec<String>,
    /// What they can do.
    pub technical_skills: Vec<String>,
    /// How they like to talk.
    pub communication_preferences: Vec<String>,
}
