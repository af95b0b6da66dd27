//! Where a session stands, and what can be done to it.

use serde::{Deserialize, Serialize};

use crate::domain::value::ValueError;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Asked for; blocks its slot until the mentor answers.
    Pending,
    /// Will take place.
    Confirmed,
    /// The mentor said no.
    Declined,
    /// Called off by one of the two.
    Cancelled,
    /// The mentor never answered.
    Expired,
    /// Took place.
    Completed,
    /// One of the two did not come.
    NoShow,
}

impl SessionStatus {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Confirmed,
        Self::Declined,
        Self::Cancelled,
        Self::Expired,
        Self::Completed,
        Self::NoShow,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
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
                "pending, confirmed, declined, cancelled, expired, completed, no_show",
            ))
    }

    /// Whether the two people are held busy by it.
    #[must_use]
    pub const fn is_holding(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
}

/// Something a person can do to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionAction {
    /// The mentor says yes.
    Accept,
    /// The mentor says no.
    Decline,
    /// Either side proposes other times.
    Reschedule,
    /// Either side calls it off.
    Cancel,
    /// It took place.
    Complete,
    /// One of the two did not come.
    NoShow,
}

impl SessionAction {
    /// Every action, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Accept,
        Self::Decline,
        Self::Reschedule,
        Self::Cancel,
        Self::Complete,
        Self::NoShow,
    ];
}
