//! The stable assignment: pair by pair from the best score down, whoever still has a place on both sides.
//!
//! Both sides rank by the same score, and ties fall by mentee, then by mentor, so there is exactly one.

use std::cmp::Reverse;

use super::candidates::Candidates;
use super::columns::Columns;
use super::index;
use super::sides::{Pair, Sides};

/// The order in which pairs are made.
pub(super) type Rank = (Reverse<i32>, u32, u32);

pub(super) fn rank(pair: Pair) -> Rank {
    (Reverse(pair.score), pair.mentee, pair.mentor)
}

/// Finds it over all pairs, from candidates.
pub(super) fn solve(sides: &Sides, columns: &mut Columns<'_>) -> Vec<Pair> {
    loop {
        let mut pairs = greedy(sides, &columns.graph());
        pairs.sort_unstable();
        let worst = Worst::new(sides, &pairs);
        if !columns.block(|pair| worst.is_blocked_by(pair)) {
            return pairs;
        }
    }
}

fn greedy(sides: &Sides, graph: &Candidates) -> Vec<Pair> {
    let mut ranked = Vec::new();
    for mentee in 0..graph.mentees() {
        let (start, end) = graph.range(mentee);
        let of = |place: usize| Pair {
            mentee: index(mentee),
            mentor: graph.mentors[place],
            score: graph.scores[place],
        };
        // Nobody wants a negative one.
        ranked.extend((start..end).map(of).filter(|pair| pair.score >= 0));
    }
    ranked.sort_unstable_by_key(|pair| rank(*pair));
    let mut open: Vec<u32> = sides.mentees.iter().map(|mentee| mentee.open()).collect();
    let mut places = sides.capacities.clone();
    ranked.retain(|pair| {
        let (mentee, mentor) = (pair.mentee as usize, pair.mentor as usize);
        let is_taken = open[mentee] > 0 && places[mentor] > 0;
        if is_taken {
            open[mentee] -= 1;
            places[mentor] -= 1;
        }
        is_taken
    });
    ranked
}

/// The pair that each side would rather give up, once it has no place left.
pub(super) struct Worst {
    mentees: Vec<Option<Rank>>,
    mentors: Vec<Option<Rank>>,
}

impl Worst {
    pub(super) fn new(sides: &Sides, pairs: &[Pair]) -> Self {
        let mut open: Vec<u32> = sides.mentees.iter().map(|mentee| mentee.open()).collect();
        let mut places = sides.capacities.clone();
        let mut mentees = vec![None; open.len()];
        let mut mentors = vec![None; places.len()];
        for pair in pairs {
            let (mentee, mentor) = (pair.mentee as usize, pair.mentor as usize);
            open[mentee] = open[mentee].saturating_sub(1);
            places[mentor] = places[mentor].saturating_sub(1);
            mentees[mentee] = mentees[mentee].max(Some(rank(*pair)));
            mentors[mentor] = mentors[mentor].max(Some(rank(*pair)));
        }
        let full = |worst: Vec<Option<Rank>>, left: Vec<u32>| {
            let sides = worst.into_iter().zip(left);
            sides
                .map(|(worst, left)| worst.filter(|_| left == 0))
                .collect()
        };
        Self {
            mentees: full(mentees, open),
            mentors: full(mentors, places),
        }
    }

    /// Says whether both sides of a pair that was not made would rather have each other, ties by id included.
    pub(super) fn is_blocked_by(&self, pair: Pair) -> bool {
        let prefers = |worst: &Option<Rank>| worst.is_none_or(|worst| rank(pair) < worst);
        pair.score >= 0
            && prefers(&self.mentees[pair.mentee as usize])
            && prefers(&self.mentors[pair.mentor as usize])
    }

    /// The same, where equal scores are no reason to change.
    pub(super) fn is_blocked_strictly_by(&self, pair: Pair) -> bool {
        let prefers =
            |worst: &Option<Rank>| worst.is_none_or(|(Reverse(worst), ..)| pair.score > worst);
        pair.score >= 0
            && prefers(&self.mentees[pair.mentee as usize])
            && prefers(&self.mentors[pair.mentor as usize])
    }
}
