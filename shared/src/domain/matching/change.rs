//! Changes that would add to a score, in words.

use serde::{Deserialize, Serialize};

use crate::domain::profile::StartupStage;
use crate::domain::score::Thousandths;

/// What one change would add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterfactual {
    /// The change.
    pub change: Change,
    /// What it would add to the score, with all else as it is.
    pub points: Thousandths,
    /// Both in words.
    pub line: String,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// The startup is in one more industry.
    Industry {
        /// An industry of the mentor's.
        industry: String,
    },
    /// The mentor works with startups at one more stage.
    MentorStage {
        /// The stage of the startup.
        stage: StartupStage,
    },
    /// The mentee says at which stage the startup is.
    MenteeStage {
        /// A stage of the mentor's.
        stage: StartupStage,
    },
    /// The mentee is where the mentor is.
    Location {
        /// The mentor's place.
        location: String,
    },
    /// The mentee speaks one more language.
    Language {
        /// A language of the mentor's.
        language: String,
    },
    /// The mentor has more free times.
    FreeTimes {
        /// How many more.
        more: u32,
    },
    /// The mentor is free on one more day of the week.
    FreeOn {
        /// That day, 0 = Sunday.
        day_of_week: u32,
        /// The day on which they are free most: as often.
        like_day_of_week: u32,
        /// How many more free times these are.
        more: u32,
    },
    /// Somebody gives the mentor one more rating.
    Rating {
        /// How many stars.
        stars: u32,
    },
}

impl Counterfactual {
    /// Says what a change adds, in thousandths; of one that adds nothing there is nothing to say.
    pub(super) fn said(change: Change, gain: i32) -> Option<Self> {
        if gain <= 0 {
            return None;
        }
        let points = Thousandths::new(gain);
        Some(Self {
            line: format!("{}: +{points}", change.words()),
            change,
            points,
        })
    }
}

const DAYS: [&str; 7] = [
    "Sundays",
    "Mondays",
    "Tuesdays",
    "Wednesdays",
    "Thursdays",
    "Fridays",
    "Saturdays",
];

impl Change {
    fn words(&self) -> String {
        let stage = |stage: &StartupStage| stage.as_str().replace('_', "-");
        let day = |day: &u32| DAYS[*day as usize % 7];
        match self {
            Self::Industry { industry } => format!("with {industry} in the industry focus"),
            Self::MentorStage { stage: at } => {
                format!("with the {} stage among the mentor\u{2019}s", stage(at))
            }
            Self::MenteeStage { stage: at } => {
                format!("with the startup at the {} stage", stage(at))
            }
            Self::Location { location } => format!("in {location}"),
            Self::Language { language } => format!("with {language} among the languages"),
            Self::FreeTimes { more: 1 } => "with one more free time".to_owned(),
            Self::FreeTimes { more } => format!("with {more} more free times"),
            Self::FreeOn {
                day_of_week,
                like_day_of_week,
                ..
            } => format!(
                "free on {} as on {}",
                day(day_of_week),
                day(like_day_of_week)
            ),
            Self::Rating { stars } => format!("with one more rating of {stars}"),
        }
    }
}
