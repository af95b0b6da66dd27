//! Assignment: who gets whom when many mentees wait for few mentors, at the proven optimum.
//!
//! ```text
//! Scores ──candidates──▶ Columns ──floors──▶ Floors ──flow──▶ pairs + prices ──scan all pairs──▶ Solution
//!  (row by row)            ▲                                     │
//!                          └────── pairs that the prices miss ◀──┘
//! verify(Sides, Scores, Solution): the proof, in one pass, without the solver
//! ```
//!
//! [`Objective::Fair`] is what the product uses. It decides in this order, and never gives up an earlier aim for a later one:
//!
//! 1. **Coverage**: as many mentees as possible have somebody.
//! 2. **Floors**: the worst first match is as good as it can be (`t1`), then the worst second (`t2`), then the worst third (`t3`).
//!    A floor of level `l` holds for all who want `l` and have `l` mentors open to them. Where these cannot all have `l` at
//!    once there is no floor of that level, nor of a later one; where not even all of them can have one, `t1` is the worst
//!    first match among as many as can be covered.
//! 3. **Total**: the sum of the scores.
//! 4. Ties fall by id: people are numbered in the order of their ids, and all that is done is done in that order.
//!
//! A pair that is not scored is forbidden. A negative score is a pair nobody wants: only coverage and the floors, which come
//! before the total, ever use it. Pairs that are decided already count as a mentee's first ones and take their places.

mod best;
mod candidates;
mod check;
mod columns;
mod cover;
mod dense;
mod floors;
mod flow;
mod measures;
mod network;
mod raise;
mod refill;
mod reseat;
mod search;
mod sides;
mod solve;
mod sparse;
mod stable;
mod verify;
mod widen;

pub use dense::Dense;
pub use floors::Floors;
pub use measures::{Measures, measure};
pub use sides::{Mentee, Objective, Pair, Prices, Proof, Scores, Sides, Solution};
pub use solve::{Settings, solve};
pub use sparse::{Sparse, SparseError};
pub use verify::{Flaw, verify};

/// How many of a mentee's matches have a floor: the first, the second and the third.
pub const LEVELS: usize = 3;

/// The largest score, in thousandths, with either sign: sums of all pairs stay far from the end of 64 bits.
pub const MAX_SCORE: i32 = 1_000_000_000;

/// An index, which is never larger than the number of people or pairs that fit into memory.
fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod oracles;
#[cfg(test)]
mod tests;
