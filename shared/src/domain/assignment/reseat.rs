//! One empty seat: a path over seats that can change their pair, to a mentor with a free place.

use super::cover::{Cover, Held};
use super::{LEVELS, index};

/// A seat on a path, which looks for another pair in the room of the one before.
#[derive(Clone, Copy)]
pub(super) struct Step {
    seat: u32,
    /// The pair by which the step before takes this seat's place; none: it takes over what this seat holds.
    by: Option<Held>,
    /// The candidate that is being tried, and the next seat at its mentor.
    place: u32,
    other: u32,
}

impl Cover<'_, '_> {
    /// Looks for a pair for one seat, over others that can move; what this pass has seen leads nowhere.
    pub(super) fn seat(&mut self, root: u32) -> bool {
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

    pub(super) fn is_new(&self, mentee: usize, (mentor, _): Held) -> bool {
        let own = &self.seats[mentee * LEVELS..(mentee + 1) * LEVELS];
        self.seen_mentors[mentor as usize] != self.pass
            && own
                .iter()
                .all(|seat| seat.held.is_none_or(|held| held.0 != mentor))
    }

    pub(super) fn has_place(&self, (mentor, _): Held) -> bool {
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

    /// Goes to a seat, unless it was seen, or a later one of the same mentee: that may take all that this one may.
    fn meet(&mut self, seat: u32, by: Option<Held>) -> bool {
        let end = (seat as usize / LEVELS + 1) * LEVELS;
        let mut wider = self.seen_seats[seat as usize..end].iter();
        if wider.any(|seen| *seen == self.pass) {
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
