//! Scores that are given as a list of pairs.

use std::collections::HashSet;

use super::sides::{Pair, Scores, Sides};
use super::{MAX_SCORE, index};

/// Why a list of pairs cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SparseError {
    #[error("there is no mentee {0}")]
    NoSuchMentee(u32),
    #[error("there is no mentor {0}")]
    NoSuchMentor(u32),
    #[error("mentee {0} and mentor {1} are scored twice")]
    Twice(u32, u32),
    #[error("the score of mentee {0} and mentor {1} is out of range")]
    OutOfRange(u32, u32),
}

/// The pairs of each mentee, by mentor; a pair that is not there is forbidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sparse {
    starts: Vec<u32>,
    entries: Vec<(u32, i32)>,
}

impl Sparse {
    /// Sorts pairs by mentee and mentor, and refuses people who are not there and pairs that come twice.
    pub fn new(sides: &Sides, pairs: &[Pair]) -> Result<Self, SparseError> {
        let mut starts = vec![0_u32; sides.mentees.len() + 1];
        for pair in pairs {
            check(sides, *pair)?;
            starts[pair.mentee as usize + 1] += 1;
        }
        for mentee in 1..starts.len() {
            starts[mentee] += starts[mentee - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0); pairs.len()];
        for pair in pairs {
            let place = &mut next[pair.mentee as usize];
            entries[*place as usize] = (pair.mentor, pair.score);
            *place += 1;
        }
        let mut sparse = Self { starts, entries };
        for mentee in 0..sides.mentees.len() {
            let row = sparse.row_mut(mentee);
            row.sort_unstable();
            if let Some(twice) = row.windows(2).find(|two| two[0].0 == two[1].0) {
                return Err(SparseError::Twice(index(mentee), twice[0].0));
            }
        }
        Ok(sparse)
    }

    /// Forbids pairs, such as those that somebody excluded or that are decided already.
    #[must_use]
    pub fn without(&self, pairs: &[(u32, u32)]) -> Self {
        let gone: HashSet<(u32, u32)> = pairs.iter().copied().collect();
        let mut rest = Self {
            starts: vec![0],
            entries: Vec::with_capacity(self.entries.len()),
        };
        for mentee in 0..self.starts.len().saturating_sub(1) {
            let kept = self.of(mentee).iter();
            let kept = kept.filter(|(mentor, _)| !gone.contains(&(index(mentee), *mentor)));
            rest.entries.extend(kept);
            rest.starts.push(index(rest.entries.len()));
        }
        rest
    }

    /// Returns the score of one pair, if it is allowed.
    #[must_use]
    pub fn get(&self, mentee: u32, mentor: u32) -> Option<i32> {
        let row = self.of(mentee as usize);
        let place = row
            .binary_search_by_key(&mentor, |(other, _)| *other)
            .ok()?;
        Some(row[place].1)
    }

    /// Returns the number of pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Says whether every pair is forbidden.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn of(&self, mentee: usize) -> &[(u32, i32)] {
        &self.entries[self.starts[mentee] as usize..self.starts[mentee + 1] as usize]
    }

    fn row_mut(&mut self, mentee: usize) -> &mut [(u32, i32)] {
        &mut self.entries[self.starts[mentee] as usize..self.starts[mentee + 1] as usize]
    }
}

impl Scores for Sparse {
    fn row(&self, mentee: usize, row: &mut Vec<(u32, i32)>) {
        row.extend_from_slice(self.of(mentee));
    }
}

fn check(sides: &Sides, pair: Pair) -> Result<(), SparseError> {
    if pair.mentee as usize >= sides.mentees.len() {
        return Err(SparseError::NoSuchMentee(pair.mentee));
    }
    if pair.mentor as usize >= sides.capacities.len() {
        return Err(SparseError::NoSuchMentor(pair.mentor));
    }
    if pair.score.unsigned_abs() > MAX_SCORE.unsigned_abs() {
        return Err(SparseError::OutOfRange(pair.mentee, pair.mentor));
    }
    Ok(())
}
