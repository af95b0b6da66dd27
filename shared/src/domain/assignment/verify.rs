//! The proof of an assignment, checked from the instance and the result alone, in one pass over all pairs.
//!
//! It knows nothing of how the result was found. Three things are shown:
//!
//! * **It is allowed**: pairs exist, nobody has more than they want or can take, and the floors hold.
//! * **Nothing has a higher total**: for any prices `v` of mentors and values `u` of a mentee's matches that no unused pair
//!   beats (`score <= u + v`), every assignment under the same floors and with the same coverage has a total of at most
//!   `sum(u) + sum(capacity * v) + sum(what used pairs earn beyond)`. Here both sides are equal.
//! * **No floor is higher, no coverage larger**: for each there is a set of mentors with fewer places than the matches that
//!   would have to come from them (a Hall set).

use super::check::Check;
use super::sides::{Objective, Scores, Sides, Solution};

/// What is wrong with an assignment or its proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("the pairs are not in order, or one comes twice")]
    Disorder,
    #[error("mentee {0} and mentor {1} are no pair of this instance, or their score is another")]
    NoSuchPair(u32, u32),
    #[error("mentee {0} has more than they want")]
    TooManyMentors(u32),
    #[error("mentor {0} has more than they can take")]
    TooManyMentees(u32),
    #[error("mentee {0} is below a floor")]
    BelowFloor(u32),
    #[error("the prices are missing, incomplete or out of order")]
    BadPrices,
    #[error("{0} pairs are worth more than their sides ask for")]
    Violated(u64),
    #[error("the prices do not add up to the total")]
    Gap,
    #[error("nothing shows that the floor of match {0} is the highest")]
    Unproven(usize),
    #[error("both sides of {0} pairs would rather have each other")]
    Blocked(u64),
}

/// Checks an assignment and everything that is claimed of it.
pub fn verify(
    sides: &Sides,
    scores: &dyn Scores,
    objective: Objective,
    solution: &Solution,
) -> Result<(), Flaw> {
    let mut check = Check::new(sides, solution)?;
    let (mut row, mut pairs) = (Vec::new(), solution.pairs.as_slice());
    for mentee in 0..sides.mentees.len() {
        let own = pairs.partition_point(|pair| pair.mentee as usize <= mentee);
        let (own, rest) = pairs.split_at(own);
        pairs = rest;
        row.clear();
        scores.row(mentee, &mut row);
        let person = sides.mentees[mentee];
        row.retain(|(mentor, _)| person.open() > 0 && sides.capacities[*mentor as usize] > 0);
        check.mentee(mentee, own, &row)?;
    }
    match pairs.first() {
        Some(pair) => Err(Flaw::NoSuchPair(pair.mentee, pair.mentor)),
        None if objective == Objective::Stable => stable(sides, scores, solution),
        None => check.finish(objective),
    }
}

fn stable(sides: &Sides, scores: &dyn Scores, solution: &Solution) -> Result<(), Flaw> {
    match super::measure(sides, scores, &solution.pairs).blocking_pairs {
        0 => Ok(()),
        blocked => Err(Flaw::Blocked(blocked)),
    }
}
