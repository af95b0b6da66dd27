//! Where a mentorship stands, how it came about, and what can be done to it.

use serde::{Deserialize, Serialize};

use crate::domain::value::ValueError;

/// Where a mentorship stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentorshipStatus {
    /// The two know of each other and have not met yet.
    Pending,
    /// The two have met.
    Active,
    /// The two take a break; the place stays theirs.
    Paused,
    /// It has reached its end.
    Completed,
    /// It was broken off.
    Dissolved,
}

impl MentorshipStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Active,
        Self::Paused,
        Self::Completed,
        Self::Dissolved,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Dissolved => "dissolved",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(ValueError::NotOneOf(
                "pending, active, paused, completed, dissolved",
            ))
    }

    /// Whether it takes one of the mentor's places.
    #[must_use]
    pub const fn is_holding(self) -> bool {
        matches!(self, Self::Pending | Self::Active | Self::Paused)
    }
}

/// How two people came together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The mentor selected the mentee.
    Selected,
    /// An assignment of all waiting mentees brought them together.
    Assigned,
    /// An admin did.
    Manual,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 3] = [Self::Selected, Self::Assigned, Self::Manual];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Selected => "selected",
            Self::Assigned => "assigned",
            Self::Manual => "manual",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no origin.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|origin| origin.as_str() == text)
            .ok_or(ValueError::NotOneOf("selected, assigned, manual"))
    }
}

/// Something a person can do to a mentorship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentorshipAction {
    /// Takes a break.
    Pause,
    /// Goes on after a break.
    Resume,
    /// Says that it has reached its end.
    Complete,
    /// Breaks it off.
    Dissolve,
}

impl MentorshipAction {
    /// Every action, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Pause, Self::Resume, Self::Complete, Self::Dissolve];

    /// The word for the audit log and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Complete => "complete",
            Self::Dissolve => "dissolve",
        }
    }
}
