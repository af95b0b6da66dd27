//! What people show of themselves, and what they have agreed to.

use jiff::Timestamp;
use serde::Serialize;

use super::refusal::{Refusal, RefusalKind};
use super::value::ValueError;

/// Which parts of a profile others see. What a person writes to be found by is shown until they hide it; the phone
/// number is hidden until they show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the settings"
)]
pub struct Visibility {
    /// Where they are.
    pub location: bool,
    /// Where they work.
    pub company: bool,
    /// What they speak.
    pub languages: bool,
    /// Their picture.
    pub profile_picture: bool,
    /// Their phone number, to whom they have a confirmed session with.
    pub phone: bool,
}

impl Visibility {
    /// What a new person shows.
    pub const NEW: Self = Self {
        location: true,
        company: true,
        languages: true,
        profile_picture: true,
        phone: false,
    };
}

/// What somebody can agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// The terms of the platform.
    Terms,
    /// Mails that advertise.
    Marketing,
    /// Studies about mentoring.
    Research,
}

impl ConsentKind {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Marketing => "marketing",
            Self::Research => "research",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no kind of consent.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "terms" => Ok(Self::Terms),
            "marketing" => Ok(Self::Marketing),
            "research" => Ok(Self::Research),
            _ => Err(ValueError::NotOneOf("terms, marketing, research")),
        }
    }
}

/// That somebody agreed to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// To what.
    pub kind: ConsentKind,
    /// In which words.
    pub text_version: String,
    /// When.
    pub granted_at: Timestamp,
    /// Until when, if they changed their mind.
    pub withdrawn_at: Option<Timestamp>,
}

/// What somebody says about one kind of consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, to these words.
    Grant(ConsentKind, String),
    /// Not any more.
    Withdraw(ConsentKind),
}

/// Why a consent cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// Without the terms there is no account.
    #[error("an account needs the terms: delete it to withdraw from them")]
    TermsNeeded,
}

impl Refusal for ConsentError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::TermsNeeded => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TermsNeeded => "terms_needed",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::TermsNeeded => Some("consents"),
        }
    }
}

impl Decision {
    /// Refuses what would leave an account without its terms.
    ///
    /// # Errors
    /// When the terms are withdrawn.
    pub const fn check(&self) -> Result<(), ConsentError> {
        match self {
            Self::Withdraw(ConsentKind::Terms) => Err(ConsentError::TermsNeeded),
            Self::Withdraw(ConsentKind::Marketing | ConsentKind::Research) | Self::Grant(..) => {
                Ok(())
            }
        }
    }
}
