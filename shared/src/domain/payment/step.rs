//! What the provider is asked, and what comes of it.

use serde::{Deserialize, Serialize};

use crate::domain::value::ValueError;

/// One question to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Hold the money.
    Authorize,
    /// Where does it stand, after the payer has done something?
    LookUp,
    /// Take what is held.
    Capture,
    /// Give back what is held or was taken.
    Refund,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 4] = [Self::Authorize, Self::LookUp, Self::Capture, Self::Refund];

    /// The word for the database and for keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::LookUp => "look_up",
            Self::Capture => "capture",
            Self::Refund => "refund",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no step.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|step| step.as_str() == text)
            .ok_or(ValueError::NotOneOf("authorize, look_up, capture, refund"))
    }
}

/// What the provider says of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds the money.
    Authorized {
        /// Its name of it.
        reference: String,
    },
    /// The payer has to do something first.
    ActionNeeded {
        /// Its name of it.
        reference: String,
        /// Where.
        url: String,
    },
    /// It has taken the money.
    Captured,
    /// It holds nothing and has nothing.
    Refunded,
    /// It says no, for good.
    Declined(Decline),
}

/// Why the provider said no, as far as the payer can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decline {
    /// The bank gives no better reason.
    CardDeclined,
    /// There is not enough money.
    InsufficientFunds,
    /// The card is too old.
    CardExpired,
    /// The provider does not know this token, or it was used before.
    UnknownMethod,
    /// The payer did not prove who they are, or said no.
    ActionFailed,
    /// What was held is held no longer, and could not be taken.
    AuthorizationLapsed,
}

impl Decline {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::CardDeclined,
        Self::InsufficientFunds,
        Self::CardExpired,
        Self::UnknownMethod,
        Self::ActionFailed,
        Self::AuthorizationLapsed,
    ];

    /// The word for the database, the API and the provider.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CardDeclined => "card_declined",
            Self::InsufficientFunds => "insufficient_funds",
            Self::CardExpired => "card_expired",
            Self::UnknownMethod => "unknown_method",
            Self::ActionFailed => "action_failed",
            Self::AuthorizationLapsed => "authorization_lapsed",
        }
    }

    /// Reads a word; one that nobody knows says no more than that the card was declined.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .unwrap_or(Self::CardDeclined)
    }
}
