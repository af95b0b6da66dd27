//! A program: how much each component counts, and from where on a match is a good one.

use serde::Serialize;

use super::weights::{COMPONENTS, Weights};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::score::Thousandths;

/// The name by which requests and matches know a program: 2 to 40 of a–z, 0–9 and `_`, a letter first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ProgramKey(String);

impl ProgramKey {
    /// Reads a key.
    ///
    /// # Errors
    /// When it has other characters, or too few or many.
    pub fn parse(text: &str) -> Result<Self, ProgramError> {
        let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let is_key = (2..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(is_word);
        is_key
            .then(|| Self(text.to_owned()))
            .ok_or(ProgramError::InvalidKey)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a program was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// The weights do not add up.
    #[error("the weights must sum to 100, and sum to {0}")]
    WrongSum(u32),
    /// Ratings were given a weight.
    #[error("ratings give points beside the weights and have none themselves")]
    RatingHasNoWeight,
    /// The key is none.
    #[error("must have 2 to 40 of the characters a–z, 0–9 and '_', and begin with a letter")]
    InvalidKey,
    /// Another program has the key.
    #[error("there is a program with this key already")]
    KeyTaken,
    /// Nothing was written since the active version.
    #[error("there is no draft: the newest version is the active one")]
    NoDraft,
}

impl Refusal for ProgramError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::WrongSum(_) | Self::RatingHasNoWeight | Self::InvalidKey => RefusalKind::Invalid,
            Self::KeyTaken | Self::NoDraft => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongSum(_) => "weights_wrong_sum",
            Self::RatingHasNoWeight => "rating_has_no_weight",
            Self::InvalidKey => "invalid_program_key",
            Self::KeyTaken => "program_key_taken",
            Self::NoDraft => "no_program_draft",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::WrongSum(_) | Self::RatingHasNoWeight => Some("weights"),
            Self::InvalidKey | Self::KeyTaken => Some("key"),
            Self::NoDraft => None,
        }
    }
}

/// One version of how matches are scored; a match remembers the key and the version it was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    key: String,
    version: i32,
    weights: Weights,
    good_score: Thousandths,
}

/// The weights of the two programs that come with the product, in the order of
/// [`ComponentName::ALL`](super::ComponentName::ALL).
const OFFICE_HOURS: [u32; COMPONENTS] = [40, 30, 20, 0, 0, 0, 0, 0, 0, 10, 0];
const MENTORSHIP: [u32; COMPONENTS] = [0, 0, 0, 30, 25, 20, 15, 5, 5, 0, 0];

impl Program {
    /// Below this a match is weak, unless a program says otherwise.
    pub const GOOD_SCORE: Thousandths = Thousandths::new(70_000);

    /// Puts a version of a program together.
    #[must_use]
    pub const fn new(key: String, version: i32, weights: Weights, good_score: Thousandths) -> Self {
        Self {
            key,
            version,
            weights,
            good_score,
        }
    }

    /// Returns the program for single sessions, as it comes with the product.
    #[must_use]
    pub fn office_hours() -> Self {
        Self::new(
            "office_hours".to_owned(),
            1,
            Weights::built_in(OFFICE_HOURS),
            Self::GOOD_SCORE,
        )
    }

    /// Returns the program for long-term mentoring, as it comes with the product.
    #[must_use]
    pub fn mentorship() -> Self {
        Self::new(
            "mentorship".to_owned(),
            1,
            Weights::built_in(MENTORSHIP),
            Self::GOOD_SCORE,
        )
    }

    /// The same with other weights, for somebody who prefers them.
    #[must_use]
    pub fn weighing(self, weights: Weights) -> Self {
        Self { weights, ..self }
    }

    /// Returns the name that requests and matches use.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the version, rising by one with each edit.
    #[must_use]
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Returns the weights.
    #[must_use]
    pub fn weights(&self) -> Weights {
        self.weights
    }

    /// Returns the score (0–100) below which a match is weak.
    #[must_use]
    pub fn good_score(&self) -> Thousandths {
        self.good_score
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_word() {
        assert!(ProgramKey::parse("office_hours").is_ok());
        for bad in ["", "a", "Ab", "1a", "a-b", "a b", "ä_", &"a".repeat(41)] {
            assert_eq!(
                ProgramKey::parse(bad),
                Err(ProgramError::InvalidKey),
                "{bad}"
            );
        }
    }
}
