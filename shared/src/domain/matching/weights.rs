//! Weights: how many points each component of a program gives at most.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::program::ProgramError;
use super::scored::ComponentName;

/// What the weights of a program sum to, in points.
const ALL_POINTS: u32 = 100;

/// How many components there are.
pub(super) const COMPONENTS: usize = ComponentName::ALL.len();

/// The weights of a program in points; they sum to 100, and those left out are 0.
///
/// Ratings have no weight: they move a score by points of their own and take none from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<ComponentName, u32>",
    into = "BTreeMap<ComponentName, u32>"
)]
pub struct Weights([u32; COMPONENTS]);

impl Weights {
    /// Weights of ours, in the order of [`ComponentName::ALL`]; a test sees to their sum.
    pub(super) const fn built_in(weights: [u32; COMPONENTS]) -> Self {
        Self(weights)
    }

    /// Takes weights by component.
    ///
    /// # Errors
    /// When they do not sum to 100, or give ratings a weight.
    pub fn new(
        parts: impl IntoIterator<Item = (ComponentName, u32)>,
    ) -> Result<Self, ProgramError> {
        let mut weights = [0_u32; COMPONENTS];
        for (name, weight) in parts {
            weights[name as usize] = weight.min(ALL_POINTS + 1);
        }
        let sum = weights.iter().sum();
        if weights[ComponentName::Rating as usize] > 0 {
            return Err(ProgramError::RatingHasNoWeight);
        }
        if sum == ALL_POINTS {
            Ok(Self(weights))
        } else {
            Err(ProgramError::WrongSum(sum))
        }
    }

    /// Returns the weight of one component.
    #[must_use]
    pub const fn of(&self, name: ComponentName) -> u32 {
        self.0[name as usize]
    }

    /// Returns the components that count, in the order in which they are shown.
    pub fn parts(&self) -> impl Iterator<Item = (ComponentName, u32)> + '_ {
        ComponentName::ALL
            .into_iter()
            .map(|name| (name, self.of(name)))
            .filter(|(_, weight)| *weight > 0)
    }
}

impl TryFrom<BTreeMap<ComponentName, u32>> for Weights {
    type Error = ProgramError;

    fn try_from(parts: BTreeMap<ComponentName, u32>) -> Result<Self, ProgramError> {
        Self::new(parts)
    }
}

impl From<Weights> for BTreeMap<ComponentName, u32> {
    fn from(weights: Weights) -> Self {
        weights.parts().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::matching::Program;

    #[test]
    fn the_weights_of_the_built_in_programs_sum_to_one_hundred() {
        for program in [Program::office_hours(), Program::mentorship()] {
            let weights = program.weights();
            assert_eq!(Weights::new(weights.parts()), Ok(weights));
        }
    }

    #[test]
    fn weights_are_read_and_written_by_component() {
        let written = serde_json::to_value(Program::mentorship().weights()).unwrap();
        assert_eq!(
            written,
            serde_json::json!({
                "career_goals": 30, "industry_and_expertise": 25, "research_interests": 20, "technical_skills": 15,
                "location": 5, "communication_preferences": 5,
            })
        );
        let read: Weights = serde_json::from_value(written).unwrap();
        assert_eq!(read, Program::mentorship().weights());
    }

    #[test]
    fn weights_that_do_not_sum_to_one_hundred_are_refused() {
        let weights = |stage, rating| {
            Weights::new([
                (ComponentName::Stage, stage),
                (ComponentName::Rating, rating),
            ])
        };
        assert!(weights(100, 0).is_ok());
        assert_eq!(weights(99, 0), Err(ProgramError::WrongSum(99)));
        assert_eq!(weights(u32::MAX, 0), Err(ProgramError::WrongSum(101)));
        assert_eq!(weights(95, 5), Err(ProgramError::RatingHasNoWeight));
        assert_eq!(Weights::new([]), Err(ProgramError::WrongSum(0)));
    }

    #[test]
    fn components_stand_in_their_order() {
        assert!(ComponentName::ALL.is_sorted());
        for name in ComponentName::ALL {
            let word = serde_json::to_value(name).unwrap();
            assert_eq!(word, name.as_str());
        }
    }
}
