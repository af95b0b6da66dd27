//! What an assignment means to people.

use super::sides::{Pair, Scores, Sides};
use super::stable::Worst;

/// The figures of an assignment; scores and Gini coefficients in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    pub total: i64,
    /// Mentees who look for somebody.
    pub mentees: usize,
    /// Those of them who got nobody.
    pub without: usize,
    /// The lowest first match, and the lowest sum of matches; nothing counts as 0.
    pub least_first: i64,
    pub least_sum: i64,
    /// How unequal the sums of the mentees are: 0 for all the same, 1000 for all to one.
    pub mentee_gini: i64,
    /// How unequal the numbers of the mentors are who had places.
    pub mentor_gini: i64,
    /// Pairs that were not made though both would rather have each other, and the mentees in them.
    pub blocking_pairs: u64,
    pub blocked_mentees: usize,
}

/// Measures an assignment over all pairs.
#[must_use]
pub fn measure(sides: &Sides, scores: &dyn Scores, pairs: &[Pair]) -> Measures {
    let mut sums = vec![0_i64; sides.mentees.len()];
    let mut firsts = vec![None; sides.mentees.len()];
    let mut loads = vec![0_i64; sides.capacities.len()];
    for pair in pairs {
        let score = i64::from(pair.score);
        sums[pair.mentee as usize] += score;
        firsts[pair.mentee as usize] = firsts[pair.mentee as usize].max(Some(score));
        loads[pair.mentor as usize] += 1;
    }
    let looking = |mentee: &usize| sides.mentees[*mentee].open() > 0;
    let looking: Vec<usize> = (0..sums.len()).filter(looking).collect();
    let had_places = |mentor: &usize| sides.capacities[*mentor] > 0;
    let loads = (0..loads.len())
        .filter(had_places)
        .map(|mentor| loads[mentor]);
    let of_sums: Vec<i64> = looking.iter().map(|mentee| sums[*mentee]).collect();
    let of_firsts = looking.iter().map(|mentee| firsts[*mentee]);
    let (blocking_pairs, blocked_mentees) = blocking(sides, scores, pairs);
    Measures {
        total: sums.iter().sum(),
        mentees: looking.len(),
        without: of_firsts.clone().filter(Option::is_none).count(),
        least_first: of_firsts.map(|first| first.unwrap_or(0)).min().unwrap_or(0),
        least_sum: of_sums.iter().min().copied().unwrap_or(0),
        mentee_gini: gini(of_sums),
        mentor_gini: gini(loads.collect()),
        blocking_pairs,
        blocked_mentees,
    }
}

fn blocking(sides: &Sides, scores: &dyn Scores, pairs: &[Pair]) -> (u64, usize) {
    let worst = Worst::new(sides, pairs);
    let (mut count, mut mentees, mut row) = (0, 0, Vec::new());
    for mentee in 0..sides.mentees.len() {
        sides.usable(scores, mentee, &mut row);
        let mentee = super::index(mentee);
        let found = row.iter().filter(|(mentor, score)| {
            let pair = Pair {
                mentee,
                mentor: *mentor,
                score: *score,
            };
            worst.is_blocked_strictly_by(pair) && pairs.binary_search(&pair).is_err()
        });
        let found = found.count();
        count += found as u64;
        mentees += usize::from(found > 0);
    }
    (count, mentees)
}

/// The Gini coefficient in thousandths; 0 where there is nothing to share.
fn gini(mut shares: Vec<i64>) -> i64 {
    shares.sort_unstable();
    let count = i128::from(super::index(shares.len()));
    let sum: i128 = shares.iter().map(|share| i128::from(*share)).sum();
    if sum <= 0 {
        return 0;
    }
    let ranked = (1_i128..).zip(&shares);
    let spread: i128 = ranked
        .map(|(rank, share)| (2 * rank - count - 1) * i128::from(*share))
        .sum();
    i64::try_from(spread * 1000 / (count * sum)).unwrap_or(i64::MAX)
}
