//! What a run comes to, and what proves it.

use serde::{Deserialize, Serialize};

use crate::domain::assignment::{Floors, Measures, Prices, Proof};
use crate::domain::id::UserId;

/// The figures of a run; scores in thousandths of a point, Gini coefficients in thousandths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Mentees who looked for somebody.
    pub mentees: u32,
    /// Mentors who had places.
    pub mentors: u32,
    /// Their places.
    pub places: u32,
    /// Pairs, those that were pinned included.
    pub pairs: u32,
    /// Pairs that could not be made any more when the run was published; none before.
    pub lost: Option<u32>,
    /// Mentees who got somebody.
    pub matched: u32,
    /// The sum of the pairs' scores.
    pub total: i64,
    /// What the worst first, second and third match had to reach.
    pub floors: Floors,
    /// The lowest first match, and the lowest sum of a mentee's matches, of those whom the solver had to decide on.
    pub least_first: i64,
    /// See `least_first`.
    pub least_sum: i64,
    /// How unequal the sums of mentees are: 0 for all the same, 1000 for all to one.
    pub mentee_gini: i64,
    /// How unequal the numbers of mentees are that mentors got.
    pub mentor_gini: i64,
    /// Pairs that were not made though both would rather have each other.
    pub blocking_pairs: u64,
    /// The mentees in them.
    pub blocked_mentees: u64,
    /// People who got less than they wanted.
    pub gaps: u32,
    /// Mentees with other mentors than in the run before.
    pub changes: u32,
    /// Mentees whose texts could be compared by words alone, though a model is there to read them.
    pub words_only: u32,
}

impl Figures {
    /// Takes over what was measured of the pairs that the solver found.
    pub(super) fn measured(self, measures: &Measures) -> Self {
        Self {
            least_first: measures.least_first,
            least_sum: measures.least_sum,
            mentee_gini: measures.mentee_gini,
            mentor_gini: measures.mentor_gini,
            blocking_pairs: measures.blocking_pairs,
            blocked_mentees: measures.blocked_mentees as u64,
            ..self
        }
    }
}

/// What shows that no other assignment is better; see [`verify`](crate::domain::assignment::verify). People are named by
/// their places in these lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// The mentees, by id.
    pub mentees: Vec<UserId>,
    /// The mentors, by id.
    pub mentors: Vec<UserId>,
    /// The floors that hold.
    pub floors: Floors,
    /// The prices at which no pair is worth more than its sides ask for; none in a stable run.
    pub prices: Option<Prices>,
    /// Why no floor can be higher.
    pub proofs: Vec<Proof>,
}
