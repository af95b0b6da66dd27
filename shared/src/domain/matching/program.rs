//! A program: how much each component counts, and from where on a match is a good one.

use serde::Serialize;

use crate::domain::score::Thousandths;

/// The weights of a program in points; they sum to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Weights {
    /// How well the mentor's expertise answers the ask.
    pub expertise: u32,
    /// How close the industries are.
    pub industry: u32,
    /// Whether the mentor works with startups of that stage.
    pub stage: u32,
    /// How soon the mentor has time.
    pub availability: u32,
    /// Past ratings; they move a score by points of their own and take none from the others.
    pub rating: u32,
}

/// How matches are scored; a match remembers the key and the version it was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Program {
    key: String,
    version: i32,
    weights: Weights,
    good_score: Thousandths,
}

impl Program {
    /// Returns the program for single sessions, as it comes with the product.
    #[must_use]
    pub fn office_hours() -> Self {
        Self {
            key: "office_hours".to_owned(),
            version: 1,
            weights: Weights {
                expertise: 40,
                industry: 30,
                stage: 20,
                availability: 10,
                rating: 0,
            },
            good_score: Thousandths::new(70_000),
        }
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
    fn the_weights_of_office_hours_sum_to_one_hundred() {
        let weights = Program::office_hours().weights();

        let total = weights.expertise
            + weights.industry
            + weights.stage
            + weights.availability
            + weights.rating;
        assert_eq!(total, 100);
    }
}
