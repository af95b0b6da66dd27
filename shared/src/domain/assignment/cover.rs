//! Which floors can be held: a matching of asked seats to places, and the mentors who are too few where there is none.
//!
//! A seat is one match of one mentee that has a floor. Each seat may take any pair from its floor up. A seat that gives up its
//! pair may also take over the pair of a later seat of the same mentee, if that is good enough: that is what makes nested
//! floors a plain matching. A search goes over the candidates, and where they lead nowhere over all pairs of those it met, so
//! what it says holds for all pairs.

use super::columns::Columns;
use super::floors::Terms;
use super::reseat::Step;
use super::sides::Sides;
use super::{LEVELS, index};

/// A mentor and the score.
pub(super) type Held = (u32, i32);

/// What a seat may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Candidates,
    All,
}

#[derive(Clone, Copy)]
pub(super) struct Seat {
    pub(super) floor: i32,
    pub(super) held: Option<Held>,
}

/// Seats and the pairs they hold.
pub(super) struct Cover<'a, 'b> {
    pub(super) sides: &'a Sides,
    /// More candidates than the solver needs, which has those of `kept`.
    pub(super) columns: Columns<'a>,
    kept: &'b mut Columns<'a>,
    pub(super) seats: Vec<Seat>,
    asked: Vec<u32>,
    /// The floor of the last level, which is the one that is searched for.
    pub(super) tried: Option<i32>,
    /// The seats at each mentor.
    pub(super) at: Vec<Vec<u32>>,
    pub(super) seen_mentors: Vec<u32>,
    pub(super) seen_seats: Vec<u32>,
    pub(super) pass: u32,
    pub(super) path: Vec<Step>,
    pub(super) below: i32,
}

impl<'a, 'b> Cover<'a, 'b> {
    pub(super) fn new(sides: &'a Sides, columns: &'b mut Columns<'a>) -> Self {
        let empty = Seat {
            floor: i32::MIN,
            held: None,
        };
        let seats = sides.mentees.len() * LEVELS;
        Self {
            sides,
            columns: columns.clone(),
            kept: columns,
            seats: vec![empty; seats],
            asked: Vec::new(),
            tried: None,
            at: vec![Vec::new(); sides.capacities.len()],
            seen_mentors: vec![0; sides.capacities.len()],
            seen_seats: vec![0; seats],
            pass: 0,
            path: Vec::new(),
            below: i32::MIN,
        }
    }

    /// Returns how many seats the terms ask for.
    pub(super) fn asked(&mut self, terms: &Terms) -> usize {
        self.ask(terms);
        self.asked.len()
    }

    /// Fills as many seats as can be, and says how many; it may stop as soon as `need` cannot be reached.
    pub(super) fn fill(&mut self, terms: &Terms, need: usize, reach: Reach) -> usize {
        self.ask(terms);
        let asked = self.asked.len();
        let mut empty: Vec<u32> = self.asked.clone();
        empty.retain(|seat| self.seats[*seat as usize].held.is_none());
        let is_narrow = reach == Reach::Candidates || self.columns.is_whole();
        let may_stop = need == asked && is_narrow;
        while self.pass(&mut empty, may_stop) || (!empty.is_empty() && self.widen(is_narrow)) {}
        asked - empty.len()
    }

    /// Tries every empty seat once; no when nothing has moved, or when one can never be filled and that is enough to know.
    fn pass(&mut self, empty: &mut Vec<u32>, may_stop: bool) -> bool {
        self.pass += 1;
        let (mut has_moved, mut is_lost) = (false, false);
        empty.retain(|seat| {
            let is_filled = !is_lost && self.seat(*seat);
            has_moved |= is_filled;
            // What nothing has moved since is final: this seat stays empty whatever else is done.
            is_lost |= may_stop && !is_filled && !has_moved;
            !is_filled
        });
        has_moved
    }

    /// Returns the highest score by which the last attempt could have gone further: no floor above it can be held either.
    pub(super) fn below(&self) -> i32 {
        self.below
    }

    /// Returns the mentors that the last attempt reached: all full, and too few for the seats that can go nowhere else.
    pub(super) fn too_few(&self) -> Vec<u32> {
        let mentors = 0..index(self.seen_mentors.len());
        mentors
            .filter(|mentor| self.seen_mentors[*mentor as usize] == self.pass)
            .collect()
    }

    /// Returns the lowest score that is held.
    pub(super) fn lowest(&self) -> i32 {
        let held = self.seats.iter().filter_map(|seat| seat.held);
        held.map(|(_, score)| score).min().unwrap_or(i32::MIN)
    }

    /// Returns the lowest score among all that is held by those who have a seat of a level.
    pub(super) fn lowest_with(&self, level: usize) -> Option<i32> {
        let people = self.seats.chunks(LEVELS);
        let concerned = people.filter(|seats| seats[level].held.is_some());
        let held = concerned.flatten().filter_map(|seat| seat.held);
        held.map(|(_, score)| score).min()
    }

    /// Makes candidates of the pairs that are held, so that the solver can hold the floors, too.
    pub(super) fn keep(&mut self) {
        for (seat, Seat { held, .. }) in self.seats.iter().enumerate() {
            if let Some(held) = held {
                self.kept.add_to(seat / LEVELS, &mut [*held]);
            }
        }
    }

    /// Sets what each seat may hold, and lets go of what it may hold no longer.
    fn ask(&mut self, terms: &Terms) {
        self.tried = terms.floors().0.into_iter().flatten().last();
        self.asked.clear();
        self.at.iter_mut().for_each(Vec::clear);
        for mentee in 0..self.sides.mentees.len() {
            let asked = terms.asked(self.sides, mentee);
            let seats = mentee * LEVELS..(mentee + 1) * LEVELS;
            let mut held: Vec<Held> = self.seats[seats.clone()]
                .iter()
                .filter_map(|seat| seat.held)
                .collect();
            held.sort_unstable_by_key(|(mentor, score)| (std::cmp::Reverse(*score), *mentor));
            let mut held = held.into_iter().peekable();
            for (level, seat) in seats.enumerate() {
                self.seats[seat].held = None;
                if !(asked.first..asked.end).contains(&level) {
                    continue;
                }
                let floor = terms.floor(asked, level);
                self.seats[seat].floor = floor;
                self.asked.push(index(seat));
                if let Some(pair) = held.next_if(|(_, score)| *score >= floor) {
                    self.hold(index(seat), pair);
                }
            }
        }
    }

    pub(super) fn hold(&mut self, seat: u32, pair: Held) {
        self.seats[seat as usize].held = Some(pair);
        self.at[pair.0 as usize].push(seat);
    }
}
