//! Which floors can be held: a matching of asked seats to places, and the mentors who are too few where there is none.
//!
//! A seat is one match of one mentee that has a floor. Each seat may take any pair from its floor up. A seat that gives up its
//! pair may also take over the pair of a later seat of the same mentee, if that is good enough: that is what makes nested
//! floors a plain matching. A search goes over the candidates, and where they lead nowhere over all pairs of those it met, so
//! what it says holds for all pairs.

use super::columns::Columns;
use super::floors::Terms;
use super::sides::{Scores, Sides};
use super::{LEVELS, index};

/// A mentor and the score.
type Held = (u32, i32);

/// What a seat may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Candidates,
    All,
}

/// A seat on a path, which looks for another pair in the room of the one before.
#[derive(Clone, Copy)]
struct Step {
    seat: u32,
    /// The pair by which the step before takes this seat's place; none: it takes over what this seat holds.
    by: Option<Held>,
    /// The candidate that is being tried, and the next seat at its mentor.
    place: u32,
    other: u32,
}

#[derive(Clone, Copy)]
struct Seat {
    floor: i32,
    held: Option<Held>,
}

/// Seats and the pairs they hold.
pub(super) struct Cover<'a, 'b, S: ?Sized> {
    sides: &'a Sides,
    pub(super) columns: &'b mut Columns<'a, S>,
    seats: Vec<Seat>,
    asked: Vec<u32>,
    /// The seats at each mentor.
    at: Vec<Vec<u32>>,
    seen_mentors: Vec<u32>,
    seen_seats: Vec<u32>,
    pass: u32,
    path: Vec<Step>,
    below: i32,
}

impl<'a, 'b, S: Scores + ?Sized> Cover<'a, 'b, S> {
    pub(super) fn new(sides: &'a Sides, columns: &'b mut Columns<'a, S>) -> Self {
        let empty = Seat {
            floor: i32::MIN,
            held: None,
        };
        let seats = sides.mentees.len() * LEVELS;
        Self {
            sides,
            columns,
            seats: vec![empty; seats],
            asked: Vec::new(),
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

    /// Looks at all pairs of those whom the last pass met, and makes candidates of the best that lead further; or only at
    /// the candidates, to see what the next lower floor is.
    fn widen(&mut self, is_narrow: bool) -> bool {
        let (mut has_grown, mut row) = (false, Vec::new());
        self.below = i32::MIN;
        for mentee in 0..self.sides.mentees.len() {
            let seats = mentee * LEVELS..(mentee + 1) * LEVELS;
            let met = seats.filter(|seat| self.seen_seats[*seat] == self.pass);
            let Some(floor) = met.map(|seat| self.seats[seat].floor).min() else {
                continue;
            };
            if is_narrow {
                row.clear();
                row.extend_from_slice(self.columns.row(mentee));
            } else {
                self.columns.read(mentee, &mut row);
            }
            row.retain(|pair| self.is_new(mentee, *pair));
            let below = row.iter().map(|pair| pair.1).filter(|score| *score < floor);
            self.below = self.below.max(below.max().unwrap_or(i32::MIN));
            if is_narrow {
                continue;
            }
            row.retain(|pair| pair.1 >= floor);
            if row.iter().any(|pair| self.has_place(*pair)) {
                row.retain(|pair| self.has_place(*pair));
            }
            has_grown |= !row.is_empty();
            self.columns.add_to(mentee, &mut row);
        }
        has_grown
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
                self.columns.add_to(seat / LEVELS, &mut [*held]);
            }
        }
    }

    /// Sets what each seat may hold, and lets go of what it may hold no longer.
    fn ask(&mut self, terms: &Terms) {
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

    fn hold(&mut self, seat: u32, pair: Held) {
        self.seats[seat as usize].held = Some(pair);
        self.at[pair.0 as usize].push(seat);
    }

    /// Looks for a pair for one seat, over others that can move; what this pass has seen leads nowhere.
    fn seat(&mut self, root: u32) -> bool {
        self.path.clear();
        self.meet(root, None);
        while let Some(step) = self.path.last().copied() {
            if step.place == 0
                && step.other == 0
                && let Some(pair) = self.free(step.seat)
            {
                self.shift(pair);
                return true;
            }
            if !self.descend(step) {
                self.path.pop();
            }
        }
        false
    }

    /// A candidate of a seat with a free place.
    fn free(&self, seat: u32) -> Option<Held> {
        let mentee = seat as usize / LEVELS;
        let floor = self.seats[seat as usize].floor;
        let good = self.columns.row(mentee).iter();
        let mut good = good.take_while(|pair| pair.1 >= floor);
        good.find(|pair| self.has_place(**pair) && self.is_new(mentee, **pair))
            .copied()
    }

    /// Goes on to a seat at the next mentor, or to a later seat of the same mentee that can hand over what it holds.
    fn descend(&mut self, step: Step) -> bool {
        let at = self.path.len() - 1;
        let mentee = step.seat as usize / LEVELS;
        let floor = self.seats[step.seat as usize].floor;
        let (mut place, mut other) = (step.place as usize, step.other as usize);
        while let Some(pair) = self.columns.row(mentee).get(place).copied() {
            let mentor = pair.0 as usize;
            if pair.1 < floor {
                break;
            }
            if other == 0 && self.is_new(mentee, pair) {
                self.seen_mentors[mentor] = self.pass;
                other = 1;
            }
            while other > 0 && other <= self.at[mentor].len() {
                let seat = self.at[mentor][other - 1];
                other += 1;
                if self.meet(seat, Some(pair)) {
                    (self.path[at].place, self.path[at].other) = (index(place), index(other));
                    return true;
                }
            }
            (place, other) = (place + 1, 0);
        }
        // Never back to the first candidate, which would look for a free place once more.
        (self.path[at].place, self.path[at].other) = (u32::MAX, 0);
        self.offer_up(step.seat, floor)
    }

    fn is_new(&self, mentee: usize, (mentor, _): Held) -> bool {
        let own = &self.seats[mentee * LEVELS..(mentee + 1) * LEVELS];
        self.seen_mentors[mentor as usize] != self.pass
            && own
                .iter()
                .all(|seat| seat.held.is_none_or(|held| held.0 != mentor))
    }

    fn has_place(&self, (mentor, _): Held) -> bool {
        self.at[mentor as usize].len() < self.sides.capacities[mentor as usize] as usize
    }

    /// Goes to a later seat of the same mentee that can hand its pair to this one and look for another.
    fn offer_up(&mut self, seat: u32, floor: i32) -> bool {
        let end = (seat / index(LEVELS) + 1) * index(LEVELS);
        let can_give = |seat: &u32| {
            let held = self.seats[*seat as usize].held;
            held.is_some_and(|held| held.1 >= floor) && self.seen_seats[*seat as usize] != self.pass
        };
        let later = (seat + 1..end).find(can_give);
        later.is_some_and(|later| self.meet(later, None))
    }

    fn meet(&mut self, seat: u32, by: Option<Held>) -> bool {
        if self.seen_seats[seat as usize] == self.pass {
            return false;
        }
        self.seen_seats[seat as usize] = self.pass;
        self.path.push(Step {
            seat,
            by,
            place: 0,
            other: 0,
        });
        true
    }

    /// Gives a free place to the last seat of the path, and what it leaves to the one before it, back to the first.
    fn shift(&mut self, pair: Held) {
        let mut pair = pair;
        while let Some(Step { seat, by, .. }) = self.path.pop() {
            let left = self.seats[seat as usize].held;
            if let Some((mentor, _)) = left {
                self.at[mentor as usize].retain(|other| *other != seat);
            }
            self.hold(seat, pair);
            if let Some(given) = by.or(left) {
                pair = given;
            }
        }
    }
}
