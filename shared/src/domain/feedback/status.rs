//! The words of feedback.

use serde::{Deserialize, Serialize};

use crate::domain::value::ValueError;

/// Whom a feedback is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A mentee says it of the mentor.
    Mentor,
    /// A mentor says it of the mentee.
    Mentee,
}

impl About {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Mentor, Self::Mentee];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mentor => "mentor",
            Self::Mentee => "mentee",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When it is none of the two.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let named = Self::ALL.into_iter().find(|about| about.as_str() == text);
        named.ok_or(ValueError::NotOneOf("mentor, mentee"))
    }
}

/// Where a feedback stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackStatus {
    /// Anonymous, and published once enough others are.
    Waiting,
    /// Everybody sees it.
    Published,
    /// About a mentee: nobody but its author and admins sees it.
    Internal,
    /// An admin took it out of sight.
    Hidden,
}

impl FeedbackStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Published, Self::Internal, Self::Hidden];

    /// The word for the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Published => "published",
            Self::Internal => "internal",
            Self::Hidden => "hidden",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let named = Self::ALL.into_iter().find(|status| status.as_str() == text);
        named.ok_or(ValueError::NotOneOf("waiting, published, internal, hidden"))
    }
}

/// What an admin does to a feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moderation {
    /// Takes it out of sight.
    Hide,
    /// Brings it back.
    Restore,
}

impl Moderation {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Hide, Self::Restore];

    /// The word for the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hide => "hide",
            Self::Restore => "restore",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When it is none of the two.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let named = Self::ALL.into_iter().find(|action| action.as_str() == text);
        named.ok_or(ValueError::NotOneOf("hide, restore"))
    }
}
