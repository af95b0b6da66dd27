//! The way from scores to an assignment with its proof.

use super::columns::Columns;
use super::floors::{Floors, Terms};
use super::network::Flow;
use super::raise::Raise;
use super::sides::{Objective, Prices, Scores, Sides, Solution};
use super::stable;

/// How the solver goes about it; what it finds is an optimum either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How many pairs of each mentee and each mentor it starts from, and how many a mentee may get in each round after that;
    /// none: it looks at all of them at once.
    pub depth: Option<usize>,
}

/// Finds the best assignment over all pairs.
#[must_use]
pub fn solve(
    sides: &Sides,
    scores: &dyn Scores,
    objective: Objective,
    settings: Settings,
) -> Solution {
    let mut columns = Columns::new(sides, scores, settings.depth);
    let mut terms = Terms::new(Floors::default(), columns.degrees.clone());
    let mut solution = Solution::default();
    match objective {
        Objective::Stable => {
            solution.pairs = stable::solve(sides, &mut columns);
            return solution;
        }
        Objective::Fair => solution.proofs = Raise::new(sides, &mut columns).all(&mut terms),
        Objective::Total => {}
    }
    solution.floors = terms.floors();
    let mut known = vec![0; sides.capacities.len()];
    loop {
        let graph = columns.graph();
        let mut flow = Flow::new(sides, &graph, &terms, known);
        flow.solve();
        let (pairs, mut prices) = (flow.pairs(), flow.prices());
        if !columns.extend(&terms, &prices, &pairs) {
            price_the_closed(sides, scores, &mut prices);
            solution.pairs = pairs;
            solution.prices = Some(prices);
            return solution;
        }
        known = prices.mentors;
    }
}

/// Gives those who have no place left a price too, so that it holds for every pair.
fn price_the_closed(sides: &Sides, scores: &dyn Scores, prices: &mut Prices) {
    let is_closed = |mentor: u32| sides.capacities[mentor as usize] == 0;
    if sides.capacities.iter().all(|places| *places > 0)
        && sides.mentees.iter().all(|mentee| mentee.open() > 0)
    {
        return;
    }
    let mut row = Vec::new();
    for (mentee, value) in prices.mentees.iter().enumerate() {
        row.clear();
        scores.row(mentee, &mut row);
        for (mentor, score) in row.iter().filter(|(mentor, _)| is_closed(*mentor)) {
            let price = &mut prices.mentors[*mentor as usize];
            *price = (*price).max(i64::from(*score) - value);
        }
    }
    for (mentee, value) in prices.mentees.iter_mut().enumerate() {
        if sides.mentees[mentee].open() == 0 {
            row.clear();
            scores.row(mentee, &mut row);
            let earned = row
                .iter()
                .map(|(mentor, score)| i64::from(*score) - prices.mentors[*mentor as usize]);
            *value = earned.max().unwrap_or(0).max(0);
        }
    }
}
