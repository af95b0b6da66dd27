//! Column generation: the solver sees few pairs, and its prices say which others could matter.
//!
//! It starts from the best pairs of each mentee and of each mentor. What it finds among them is the optimum of all pairs as
//! soon as no other pair is worth more than its two sides ask for; until then, the pairs that are worth most are added.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::best::{above_rest, order, top};
use super::candidates::Candidates;
use super::floors::Terms;
use super::index;
use super::sides::{Pair, Prices, Scores, Sides};

/// The candidates so far, out of all pairs.
#[derive(Clone)]
pub(super) struct Columns<'a> {
    sides: &'a Sides,
    scores: &'a dyn Scores,
    rows: Vec<Vec<(u32, i32)>>,
    whole_from: Vec<i32>,
    /// Usable pairs of each mentee.
    pub(super) degrees: Vec<u32>,
    /// The candidates are all pairs.
    is_whole: bool,
    /// How many pairs a mentee may get at once.
    batch: usize,
}

type Best = BinaryHeap<Reverse<(i32, Reverse<u32>)>>;

impl<'a> Columns<'a> {
    /// Takes the `depth` best pairs of each side, or all.
    pub(super) fn new(sides: &'a Sides, scores: &'a dyn Scores, depth: Option<usize>) -> Self {
        let depth = depth.unwrap_or(usize::MAX).max(super::LEVELS);
        let mut rows = vec![Vec::new(); sides.mentees.len()];
        let mut degrees = vec![0; rows.len()];
        let mut best: Vec<Best> = vec![Best::new(); sides.capacities.len()];
        let mut whole_from = vec![i32::MIN; rows.len()];
        let (mut row, mut is_whole) = (Vec::new(), true);
        for (mentee, kept) in rows.iter_mut().enumerate() {
            sides.usable(scores, mentee, &mut row);
            degrees[mentee] = index(row.len());
            if depth == usize::MAX {
                kept.clone_from(&row);
                continue;
            }
            for (mentor, score) in &row {
                let (best, entry) = (
                    &mut best[*mentor as usize],
                    (*score, Reverse(index(mentee))),
                );
                if best.len() < depth {
                    best.push(Reverse(entry));
                } else if best.peek().is_some_and(|Reverse(least)| *least < entry) {
                    best.pop();
                    best.push(Reverse(entry));
                }
            }
            *kept = top(&mut row, depth, |pair| order(*pair));
            whole_from[mentee] = above_rest(kept, row.len());
        }
        for (mentor, best) in best.into_iter().enumerate() {
            for Reverse((score, Reverse(mentee))) in best {
                rows[mentee as usize].push((index(mentor), score));
            }
        }
        for (row, degree) in rows.iter_mut().zip(&degrees) {
            row.sort_unstable_by_key(|pair| order(*pair));
            row.dedup();
            is_whole &= row.len() == *degree as usize;
        }
        Self {
            sides,
            scores,
            rows,
            whole_from,
            degrees,
            is_whole,
            batch: depth,
        }
    }

    /// Says whether the candidates are all pairs.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns the candidates of a mentee, best first.
    pub(super) fn row(&self, mentee: usize) -> &[(u32, i32)] {
        &self.rows[mentee]
    }

    /// Returns the score from which up the candidates of a mentee are all pairs.
    pub(super) fn whole_from(&self, mentee: usize) -> i32 {
        self.whole_from[mentee]
    }

    /// Reads all pairs of a mentee that can be used, and makes candidates of twice as many of the best as there were.
    pub(super) fn deepen(&mut self, mentee: usize, row: &mut Vec<(u32, i32)>) {
        self.sides.usable(self.scores, mentee, row);
        let known = &mut self.rows[mentee];
        let best = top(row, 2 * known.len().max(self.batch), |pair| order(*pair));
        self.whole_from[mentee] = above_rest(&best, row.len());
        known.extend(best);
        known.sort_unstable_by_key(|pair| order(*pair));
        known.dedup();
    }

    /// Adds the best of some pairs to the candidates of a mentee.
    pub(super) fn add_to(&mut self, mentee: usize, pairs: &mut [(u32, i32)]) {
        let known = &mut self.rows[mentee];
        for pair in top(pairs, self.batch, |pair| order(*pair)) {
            if let Err(place) = known.binary_search_by_key(&order(pair), |pair| order(*pair)) {
                known.insert(place, pair);
            }
        }
    }

    /// Returns the candidates, ready for the solver.
    pub(super) fn graph(&self) -> Candidates {
        Candidates::new(&self.rows)
    }

    /// Adds pairs that are worth more than their sides ask for; none are left when it says no.
    pub(super) fn extend(&mut self, terms: &Terms, prices: &Prices, pairs: &[Pair]) -> bool {
        let mut pairs = pairs;
        self.add(|sides, mentee, row| {
            let own = pairs.partition_point(|pair| pair.mentee as usize <= mentee);
            let (used, rest) = pairs.split_at(own);
            pairs = rest;
            let asked = terms.asked(sides, mentee);
            let has_rest = sides.mentees[mentee].open() as usize > asked.end - asked.first;
            let rest = has_rest.then_some(prices.mentees[mentee]);
            let floors: Vec<i32> = (asked.first..asked.end)
                .map(|level| terms.floor(asked, level))
                .collect();
            let mut found: Vec<(i64, u32, i32)> = Vec::new();
            for (mentor, score) in row {
                let place = floors.iter().position(|floor| score >= floor);
                let value = place.map(|place| prices.floors[mentee][place]).or(rest);
                let Some(value) = value else {
                    continue;
                };
                let missed = i64::from(*score) - prices.mentors[*mentor as usize] - value;
                if missed > 0 && used.iter().all(|pair| pair.mentor != *mentor) {
                    found.push((missed, *mentor, *score));
                }
            }
            found
        })
    }

    /// Adds pairs that break up others.
    pub(super) fn block(&mut self, does_break: impl Fn(Pair) -> bool) -> bool {
        self.add(|_, mentee, row| {
            let pairs = row.iter().map(|(mentor, score)| Pair {
                mentee: index(mentee),
                mentor: *mentor,
                score: *score,
            });
            let pairs = pairs.filter(|pair| does_break(*pair));
            pairs
                .map(|pair| (i64::from(pair.score), pair.mentor, pair.score))
                .collect()
        })
    }

    /// Adds what `find` names with its worth, the best of each mentee first; no when all of it was there.
    fn add(
        &mut self,
        mut find: impl FnMut(&Sides, usize, &[(u32, i32)]) -> Vec<(i64, u32, i32)>,
    ) -> bool {
        if self.is_whole {
            return false;
        }
        let (mut row, mut has_grown) = (Vec::new(), false);
        for (mentee, known) in self.rows.iter_mut().enumerate() {
            self.sides.usable(self.scores, mentee, &mut row);
            let mut found = find(self.sides, mentee, &row);
            found.retain(|(_, mentor, score)| {
                let pair = (*mentor, *score);
                known
                    .binary_search_by_key(&order(pair), |pair| order(*pair))
                    .is_err()
            });
            let found = top(&mut found, self.batch, |(worth, mentor, _)| {
                (Reverse(*worth), *mentor)
            });
            if !found.is_empty() {
                has_grown = true;
                known.extend(found.into_iter().map(|(_, mentor, score)| (mentor, score)));
                known.sort_unstable_by_key(|pair| order(*pair));
            }
        }
        has_grown
    }
}
