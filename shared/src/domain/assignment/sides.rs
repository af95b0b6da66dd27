//! What goes into an assignment and what comes out.

use serde::Serialize;

use super::floors::Floors;

/// What is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Coverage, then the floors, then the total.
    Fair,
    /// The total and nothing else.
    Total,
    /// No mentee and mentor prefer each other to what they have.
    Stable,
}

/// One who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mentee {
    /// How many mentors, those already decided included.
    pub wants: u32,
    /// How many of them are decided already.
    pub kept: u32,
}

impl Mentee {
    /// Returns how many are still to be found.
    #[must_use]
    pub fn open(self) -> u32 {
        self.wants.saturating_sub(self.kept)
    }
}

/// Both sides, each in the order of its ids, which is the order in which ties fall.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    /// Those who wait.
    pub mentees: Vec<Mentee>,
    /// The places that each mentor has left.
    pub capacities: Vec<u32>,
}

impl Sides {
    /// Says whether the two could be matched at all, if their pair is scored.
    pub(super) fn may_match(&self, mentee: usize, mentor: u32) -> bool {
        self.mentees[mentee].open() > 0 && self.capacities[mentor as usize] > 0
    }

    /// Reads the pairs of one mentee that can be used, in no order.
    pub(super) fn usable(&self, scores: &dyn Scores, mentee: usize, row: &mut Vec<(u32, i32)>) {
        row.clear();
        if self.mentees[mentee].open() == 0 {
            return;
        }
        scores.row(mentee, row);
        row.retain(|(mentor, _)| self.may_match(mentee, *mentor));
    }
}

/// The score of every pair that is allowed, mentee by mentee: all of them are never in memory at once.
pub trait Scores {
    /// Appends each mentor that this mentee may have, once and in any order, with the score in thousandths; pairs that are
    /// excluded or decided already are left out.
    fn row(&self, mentee: usize, row: &mut Vec<(u32, i32)>);
}

/// A mentee and a mentor who get each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// The mentee's place among the mentees.
    pub mentee: u32,
    /// The mentor's place among the mentors.
    pub mentor: u32,
    /// In thousandths.
    pub score: i32,
}

/// What proves that no other choice has a higher total: the dual prices, in thousandths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Prices {
    /// What each mentee's matches with a floor are worth, best first; none is worth less than the one before it.
    pub floors: Vec<Vec<i64>>,
    /// What one more match is worth to each mentee.
    pub mentees: Vec<i64>,
    /// What one more place of each mentor is worth; nothing where one is free.
    pub mentors: Vec<i64>,
    /// What it costs to leave out a mentee who could be covered: more than all scores can make up for.
    pub uncovered: i64,
}

/// Why a floor cannot be higher: these mentors have fewer places than would have to be theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Of the first, second or third match (0, 1, 2).
    pub level: usize,
    /// The floor that cannot be held, in thousandths; none: the level itself cannot.
    pub floor: Option<i32>,
    /// The mentors who are too few.
    pub mentors: Vec<u32>,
}

/// An assignment and its proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Solution {
    /// By mentee, then by mentor.
    pub pairs: Vec<Pair>,
    /// What the worst first, second and third match had to reach.
    pub floors: Floors,
    /// None for a stable assignment, which is not an optimum of anything.
    pub prices: Option<Prices>,
    /// Why there is no higher floor.
    pub proofs: Vec<Proof>,
}

impl Solution {
    /// Returns the sum of the scores, in thousandths.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.pairs.iter().map(|pair| i64::from(pair.score)).sum()
    }

    /// Returns the number of mentees who have somebody, those with decided pairs included.
    #[must_use]
    pub fn coverage(&self, sides: &Sides) -> usize {
        let mut has_one: Vec<bool> = sides.mentees.iter().map(|mentee| mentee.kept > 0).collect();
        for pair in &self.pairs {
            has_one[pair.mentee as usize] = true;
        }
        has_one.into_iter().filter(|has| *has).count()
    }
}
