//! A remembered answer: who was shown, and who else could have been, so that one can tell without a new ranking whether
//! the answer would still be the same.
//!
//! Everything but free slots follows from the profiles, and whoever remembers an answer forgets it when one of them
//! changes. Of those who were not shown, only mentors whose points would be enough with many free slots can come in: they
//! are the contenders. So the slots of those shown and of the contenders decide, exactly.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::counterfactual::limited;
use super::fixed::points;
use super::free::FreeSlots;
use super::partial::Partial;
use super::program::Program;
use super::scored::ComponentName;
use crate::domain::id::UserId;

/// How many contenders are remembered at most; with more of them a new ranking is as good.
pub(super) const MOST_CONTENDERS: usize = 200;

/// A mentor with all points but those for free slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) mentor_id: UserId,
    pub(super) points: i32,
}

/// What an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Those shown, the best first, each with a digest of their free slots.
    shown: Vec<(Known, u64)>,
    contenders: Vec<Known>,
    /// Whether as many were shown as were asked for: else whoever can be booked comes in.
    is_full: bool,
}

impl Remembered {
    pub(super) fn new<'a>(
        shown: impl Iterator<Item = (&'a Partial, &'a FreeSlots)>,
        contenders: impl Iterator<Item = &'a Partial>,
        is_full: bool,
    ) -> Self {
        Self {
            is_full,
            shown: shown
                .map(|(one, free)| (known(one), digest(free)))
                .collect(),
            contenders: contenders.map(known).collect(),
        }
    }

    /// Lists the mentors who were shown, the best first.
    #[must_use]
    pub fn shown(&self) -> Vec<UserId> {
        self.shown
            .iter()
            .map(|(known, _)| known.mentor_id)
            .collect()
    }

    /// Lists the mentors whose free slots decide.
    #[must_use]
    pub fn people(&self) -> Vec<UserId> {
        let shown = self.shown.iter().map(|(known, _)| known.mentor_id);
        let contenders = self.contenders.iter().map(|known| known.mentor_id);
        shown.chain(contenders).collect()
    }

    /// Tells whether the answer is still the same with these free slots; whoever is missing cannot be booked.
    #[must_use]
    pub fn holds(&self, program: &Program, free: &HashMap<UserId, FreeSlots>) -> bool {
        let is_same = |(known, before): &(Known, u64)| {
            let now = free.get(&known.mentor_id);
            now.is_some_and(|now| digest(now) == *before)
        };
        let standing = |known: &Known| {
            let free = free.get(&known.mentor_id)?;
            Some((Reverse(total(known, program, free)), known.mentor_id))
        };
        let last = self.shown.last().and_then(|(last, _)| standing(last));
        let stays_out = |one: &Known| match standing(one) {
            None => true,
            Some(standing) => self.is_full && last.is_some_and(|last| standing > last),
        };
        self.shown.iter().all(is_same) && self.contenders.iter().all(stays_out)
    }
}

fn known(partial: &Partial) -> Known {
    Known {
        mentor_id: partial.id,
        points: partial.points,
    }
}

/// The full score, as [`Ranking`](super::Ranking) has it.
fn total(known: &Known, program: &Program, free: &FreeSlots) -> u32 {
    let weight = program.weights().of(ComponentName::Availability);
    let availability = points(FreeSlots::score(free.count()), weight);
    limited(known.points.saturating_add(availability.cast_signed()))
}

fn digest(free: &FreeSlots) -> u64 {
    let mut hasher = DefaultHasher::new();
    free.hash(&mut hasher);
    hasher.finish()
}
