//! Everybody whom a run may match, and how well each two of them fit.

use std::collections::{HashMap, HashSet};

use super::{MAX_SCORES, Order, Population};
use crate::domain::assignment::{Dense, Flaw, Mentee, Sides};
use crate::domain::id::UserId;
use crate::domain::matching::{Ask, Catalog, FreeSlots, MenteeFacts, Program, Ranking};
use crate::domain::mentorship::Pair;
use crate::domain::score::Thousandths;

/// A mentee who looks for mentors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeker {
    /// Who.
    pub id: UserId,
    /// What matching knows of them.
    pub facts: MenteeFacts,
    /// What they ask for.
    pub ask: Ask,
    /// How many mentors they work with.
    pub has: u32,
    /// How many they are to have, those included.
    pub wants: u32,
}

/// The people of a run, as they are when it is solved.
pub struct Cast {
    /// The mentees, by id.
    pub seekers: Vec<Seeker>,
    /// The mentors.
    pub catalog: Catalog,
    /// The places that each mentor has left.
    pub places: HashMap<UserId, u32>,
    /// The free slots of each mentor, if the program counts them.
    pub free: HashMap<UserId, FreeSlots>,
    /// Pairs that may not be: they work together, have broken it off, or the mentor has passed.
    pub barred: HashSet<Pair>,
    /// The weights.
    pub program: Program,
    /// How many mentees are compared by words alone, though a model is there.
    pub words_only: u32,
}

/// Why a run cannot be solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// There are more pairs of people than one run looks at.
    #[error("{mentees} mentees and {mentors} mentors are too many for one batch")]
    TooLarge {
        /// Those who look for somebody.
        mentees: usize,
        /// Those who can be matched.
        mentors: usize,
    },
    /// One of the two cannot be matched.
    #[error("a pinned pair cannot be: mentor {} and mentee {}: {why}", .pair.mentor_id, .pair.mentee_id)]
    Pinned {
        /// The pair.
        pair: Pair,
        /// What stands against it.
        why: &'static str,
    },
    /// What was found is not what it should be: our bug.
    #[error("the result could not be proven: {0}")]
    Unproven(#[from] Flaw),
}

/// What was decided about a pair before anything was scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ruling {
    Barred,
    Pinned,
}

/// A pair that an admin has decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pin {
    pub(super) mentee: usize,
    pub(super) mentor: usize,
    pub(super) score: Thousandths,
}

/// The instance that is solved: everybody by number.
pub(super) struct Board {
    pub(super) mentors: Vec<UserId>,
    pub(super) sides: Sides,
    pub(super) scores: Dense,
    pub(super) pins: Vec<Pin>,
}

impl Cast {
    /// Who takes part.
    #[must_use]
    pub fn people(&self) -> Population {
        let mentees = self.seekers.iter().map(|seeker| seeker.id);
        let with_places = self.places.iter().filter(|(_, places)| **places > 0);
        Population {
            mentees: mentees.collect(),
            mentors: with_places.map(|(mentor, _)| *mentor).collect(),
        }
    }

    pub(super) fn ranking<'a>(&'a self, seeker: &'a Seeker) -> Ranking<'a> {
        self.catalog.rank(&seeker.facts, &seeker.ask, &self.program)
    }

    pub(super) fn free(&self, mentor: UserId) -> FreeSlots {
        self.free.get(&mentor).cloned().unwrap_or_default()
    }

    /// Scores every pair. `on_mentee` hears the number of mentees that are done.
    pub(super) fn board(
        &self,
        order: &Order,
        on_mentee: &dyn Fn(usize),
    ) -> Result<Board, DraftError> {
        let (mentees, mentors) = (self.seekers.len(), self.catalog.len());
        if mentees.saturating_mul(mentors) > MAX_SCORES {
            return Err(DraftError::TooLarge { mentees, mentors });
        }
        let (rulings, mut board) = (self.rulings(order), self.empty_board());
        let free: Vec<FreeSlots> = board.mentors.iter().map(|id| self.free(*id)).collect();
        for (number, seeker) in self.seekers.iter().enumerate() {
            let ranking = self.ranking(seeker);
            let ruled = rulings.get(&seeker.id);
            let mut row = Vec::with_capacity(mentors);
            for partial in ranking.each() {
                let mentor = partial.place() as usize;
                let score = ranking.score(&partial, &free[mentor]);
                match ruled.and_then(|ruled| ruled.get(&partial.mentor_id())) {
                    None => row.push((partial.place(), score.get())),
                    Some(Ruling::Barred) => {}
                    Some(Ruling::Pinned) => board.pins.push(Pin {
                        mentee: number,
                        mentor,
                        score,
                    }),
                }
            }
            board.scores.push(row);
            on_mentee(number + 1);
        }
        self.seat_pins(order, &mut board)?;
        Ok(board)
    }

    /// What was decided about pairs, by mentee and mentor: nothing about most.
    fn rulings(&self, order: &Order) -> HashMap<UserId, HashMap<UserId, Ruling>> {
        let mut rulings: HashMap<UserId, HashMap<UserId, Ruling>> = HashMap::new();
        let barred = self.barred.iter().chain(&order.excluded);
        let pinned = order.pinned.iter().map(|pair| (pair, Ruling::Pinned));
        for (pair, ruling) in barred.map(|pair| (pair, Ruling::Barred)).chain(pinned) {
            let of_mentee = rulings.entry(pair.mentee_id).or_default();
            of_mentee.insert(pair.mentor_id, ruling);
        }
        rulings
    }

    fn empty_board(&self) -> Board {
        let mentors: Vec<UserId> = self.catalog.ids().collect();
        let places = |mentor: &UserId| self.places.get(mentor).copied().unwrap_or(0);
        let mentee = |seeker: &Seeker| Mentee {
            wants: seeker.wants,
            kept: seeker.has,
        };
        Board {
            sides: Sides {
                mentees: self.seekers.iter().map(mentee).collect(),
                capacities: mentors.iter().map(places).collect(),
            },
            scores: Dense::with_capacity(self.seekers.len(), mentors.len()),
            mentors,
            pins: Vec::new(),
        }
    }

    /// Gives pinned pairs their places before anybody else.
    fn seat_pins(&self, order: &Order, board: &mut Board) -> Result<(), DraftError> {
        let refuse = |pair: Pair, why| Err(DraftError::Pinned { pair, why });
        let scored: HashSet<Pair> = board.pins.iter().map(|pin| self.pair(board, pin)).collect();
        if let Some(pair) = order.pinned.iter().find(|pair| !scored.contains(pair)) {
            return refuse(*pair, "one of them does not take part");
        }
        for pin in &board.pins {
            let pair = self.pair(board, pin);
            if board.sides.capacities[pin.mentor] == 0 {
                return refuse(pair, "the mentor has no place left");
            }
            board.sides.capacities[pin.mentor] -= 1;
            let mentee = &mut board.sides.mentees[pin.mentee];
            mentee.kept += 1;
            mentee.wants = mentee.wants.max(mentee.kept);
        }
        Ok(())
    }

    pub(super) fn pair(&self, board: &Board, pin: &Pin) -> Pair {
        Pair {
            mentor_id: board.mentors[pin.mentor],
            mentee_id: self.seekers[pin.mentee].id,
        }
    }
}
