//! Floors: what the worst first, second and third match must reach, and for whom.

use serde::{Deserialize, Serialize};

use super::LEVELS;
use super::sides::{Mentee, Sides};

/// The floors of the first, second and third match, in thousandths; none where there is nothing that all could hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floors(pub [Option<i32>; LEVELS]);

/// What the floors ask for each mentee.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    floors: Floors,
    /// The usable pairs of each mentee, candidate or not.
    degrees: Vec<u32>,
}

/// The matches of one mentee that have a floor: `first..end` counted from 0, decided ones left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) first: usize,
    pub(super) end: usize,
}

impl Terms {
    pub(super) fn new(floors: Floors, degrees: Vec<u32>) -> Self {
        Self { floors, degrees }
    }

    pub(super) fn floors(&self) -> Floors {
        self.floors
    }

    /// Sets the floor of one level; `i32::MIN` asks for the match and nothing of it.
    pub(super) fn set(&mut self, level: usize, floor: Option<i32>) {
        self.floors.0[level] = floor;
    }

    /// Says whether a floor of this level would concern a mentee: who wants that many and can have them.
    pub(super) fn concerns(&self, sides: &Sides, mentee: usize, level: usize) -> bool {
        let Mentee { wants, kept } = sides.mentees[mentee];
        let level = super::index(level);
        kept <= level && level < wants && level < kept.saturating_add(self.degrees[mentee])
    }

    /// Which matches of a mentee have a floor.
    pub(super) fn asked(&self, sides: &Sides, mentee: usize) -> Asked {
        let kept = sides.mentees[mentee].kept as usize;
        let first = kept.min(LEVELS);
        let holds =
            |level: &usize| self.floors.0[*level].is_some() && self.concerns(sides, mentee, *level);
        Asked {
            first,
            end: first + (first..LEVELS).take_while(holds).count(),
        }
    }

    /// The floor of one asked match: a later match with a higher floor raises those before it.
    pub(super) fn floor(&self, asked: Asked, level: usize) -> i32 {
        let floors = self.floors.0[level..asked.end].iter();
        floors.flatten().copied().max().unwrap_or(i32::MIN)
    }
}
