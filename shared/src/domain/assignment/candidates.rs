//! The pairs that the solver looks at: each mentee's, best first, equals by mentor.

use super::index;

/// Pairs in one row per mentee.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    pub(super) starts: Vec<u32>,
    pub(super) mentors: Vec<u32>,
    pub(super) scores: Vec<i32>,
}

impl Candidates {
    /// Lays out rows that are sorted already.
    pub(super) fn new(rows: &[Vec<(u32, i32)>]) -> Self {
        let mut all = Self {
            starts: vec![0],
            ..Self::default()
        };
        for row in rows {
            all.mentors.extend(row.iter().map(|(mentor, _)| *mentor));
            all.scores.extend(row.iter().map(|(_, score)| *score));
            all.starts.push(index(all.mentors.len()));
        }
        all
    }

    pub(super) fn mentees(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Where the row of a mentee begins and ends.
    pub(super) fn range(&self, mentee: usize) -> (usize, usize) {
        (
            self.starts[mentee] as usize,
            self.starts[mentee + 1] as usize,
        )
    }

    /// Where the pairs of a mentee end that reach a floor.
    pub(super) fn end_above(&self, mentee: usize, floor: i32) -> usize {
        let (start, end) = self.range(mentee);
        start + self.scores[start..end].partition_point(|score| *score >= floor)
    }
}
