//! When the two are asked how it goes: on a few occasions, each of which comes once.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Mentorship, MentorshipStatus};
use crate::domain::value::ValueError;

/// Why the two are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// They should have met by now.
    FirstMeeting,
    /// A month has passed.
    Month1,
    /// Three months have passed.
    Month3,
    /// Half a year has passed.
    Month6,
    /// It is completed: how was it?
    Survey,
}

/// One occasion, and when it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedCheck {
    /// Why they are asked.
    pub occasion: Occasion,
    /// When.
    pub due_at: Timestamp,
}

impl Occasion {
    /// Every occasion.
    pub const ALL: [Self; 5] = [
        Self::FirstMeeting,
        Self::Month1,
        Self::Month3,
        Self::Month6,
        Self::Survey,
    ];

    /// The word for the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstMeeting => "first_meeting",
            Self::Month1 => "month_1",
            Self::Month3 => "month_3",
            Self::Month6 => "month_6",
            Self::Survey => "survey",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no occasion.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|occasion| occasion.as_str() == text)
            .ok_or(ValueError::NotOneOf("the occasions of a check-in"))
    }

    /// How long after the beginning it comes, or after the end when it is the survey.
    #[must_use]
    pub const fn after(self) -> SignedDuration {
        let days = match self {
            Self::FirstMeeting => 14,
            Self::Month1 => 30,
            Self::Month3 => 90,
            Self::Month6 => 180,
            Self::Survey => 1,
        };
        SignedDuration::from_hours(24 * days)
    }

    /// Plans what is asked while it goes on.
    #[must_use]
    pub fn plan(begins_at: Timestamp) -> Vec<PlannedCheck> {
        let on_the_way = Self::ALL
            .into_iter()
            .filter(|occasion| *occasion != Self::Survey);
        on_the_way
            .map(|occasion| PlannedCheck {
                occasion,
                due_at: begins_at + occasion.after(),
            })
            .collect()
    }

    /// Whether it still makes sense to ask.
    #[must_use]
    pub fn is_of_use(self, mentorship: &Mentorship) -> bool {
        let status = mentorship.status;
        match self {
            Self::FirstMeeting => status == MentorshipStatus::Pending,
            Self::Month1 | Self::Month3 | Self::Month6 => {
                matches!(status, MentorshipStatus::Pending | MentorshipStatus::Active)
            }
            Self::Survey => status == MentorshipStatus::Completed,
        }
    }
}
