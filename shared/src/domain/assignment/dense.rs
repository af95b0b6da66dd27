//! Scores of every pair, side by side in memory: 4 bytes a pair.

use super::index;
use super::sides::Scores;

/// What stands for a pair that may not be.
const FORBIDDEN: i32 = i32::MIN;

/// Rows of all mentors, one per mentee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dense {
    mentors: usize,
    scores: Vec<i32>,
}

impl Dense {
    /// Makes room for so many mentees and mentors.
    #[must_use]
    pub fn with_capacity(mentees: usize, mentors: usize) -> Self {
        Self {
            mentors,
            scores: Vec::with_capacity(mentees * mentors),
        }
    }

    /// Adds the next mentee: the mentors they may have, once each and in any order, with the scores in thousandths.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, i32)>) {
        let start = self.scores.len();
        self.scores.resize(start + self.mentors, FORBIDDEN);
        for (mentor, score) in row {
            self.scores[start + mentor as usize] = score;
        }
    }

    /// Returns the pairs of one mentee, by mentor.
    pub fn of(&self, mentee: usize) -> impl Iterator<Item = (u32, i32)> {
        let row = &self.scores[mentee * self.mentors..(mentee + 1) * self.mentors];
        (0..)
            .zip(row)
            .filter(|(_, score)| **score != FORBIDDEN)
            .map(|(mentor, score)| (index(mentor), *score))
    }

    /// Returns the score of one pair, if it is allowed.
    #[must_use]
    pub fn get(&self, mentee: usize, mentor: usize) -> Option<i32> {
        let score = self.scores[mentee * self.mentors + mentor];
        (score != FORBIDDEN).then_some(score)
    }
}

impl Scores for Dense {
    fn row(&self, mentee: usize, row: &mut Vec<(u32, i32)>) {
        row.extend(self.of(mentee));
    }
}
