//! What a session costs, and whether it is paid.

use serde::{Deserialize, Serialize};

use crate::domain::value::ValueError;

/// Where the money for a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Nothing is to be paid.
    NotRequired,
    /// The payer has to do something.
    Pending,
    /// Held on the payer's side.
    Authorized,
    /// Paid.
    Captured,
    /// Given back.
    Refunded,
    /// Could not be had.
    Failed,
}

impl PaymentStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::NotRequired,
        Self::Pending,
        Self::Authorized,
        Self::Captured,
        Self::Refunded,
        Self::Failed,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotRequired => "not_required",
            Self::Pending => "pending",
            Self::Authorized => "authorized",
            Self::Captured => "captured",
            Self::Refunded => "refunded",
            Self::Failed => "failed",
        }
    }

    /// Whether a session can be held: nothing is to be paid, or what is to be paid is there.
    #[must_use]
    pub const fn is_secured(self) -> bool {
        matches!(self, Self::NotRequired | Self::Authorized | Self::Captured)
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(ValueError::NotOneOf(
                "not_required, pending, authorized, captured, refunded, failed",
            ))
    }
}

/// What a session costs, and whether it is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Where the money stands.
    pub status: PaymentStatus,
    /// The price in minor units, if there is one.
    pub price: Option<i32>,
    /// Its ISO 4217 currency.
    pub currency: Option<String>,
}

impl Payment {
    /// A session without a price.
    pub const NONE: Self = Self {
        status: PaymentStatus::NotRequired,
        price: None,
        currency: None,
    };
}
