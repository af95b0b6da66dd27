//! More candidates for the search of a floor, where those there are lead nowhere.

use super::LEVELS;
use super::cover::{Cover, Held};

impl Cover<'_, '_> {
    /// Looks at all pairs of those whom the last pass met, and makes candidates of the best that lead further; or only at
    /// the candidates, to see what the next lower floor is.
    pub(super) fn widen(&mut self, is_narrow: bool) -> bool {
        let (mut has_grown, mut row) = (false, Vec::new());
        self.below = i32::MIN;
        for mentee in 0..self.sides.mentees.len() {
            let Some(floor) = self.lowest_met(mentee) else {
                continue;
            };
            let whole_from = self.columns.whole_from(mentee);
            let is_known = is_narrow || whole_from <= floor;
            if is_known {
                row.clear();
                row.extend_from_slice(self.columns.row(mentee));
            } else {
                self.columns.deepen(mentee, &mut row);
            }
            row.retain(|pair| self.is_new(mentee, *pair));
            // Seats with another floor keep it whatever is tried next.
            if self.tried == Some(floor) {
                let below = row.iter().map(|pair| pair.1).filter(|score| *score < floor);
                let rest = (!is_narrow && is_known).then_some(whole_from.saturating_sub(1));
                self.below = below.chain(rest).fold(self.below, i32::max);
            }
            has_grown |= !is_known && self.add_best(mentee, floor, &mut row);
        }
        has_grown
    }

    /// The lowest floor of the seats of a mentee that the last pass met, if it met any.
    fn lowest_met(&self, mentee: usize) -> Option<i32> {
        let seats = mentee * LEVELS..(mentee + 1) * LEVELS;
        let met = seats.filter(|seat| self.seen_seats[*seat] == self.pass);
        met.map(|seat| self.seats[seat].floor).min()
    }

    /// Makes candidates of the best pairs that reach a floor, of those with a free place if there are any.
    fn add_best(&mut self, mentee: usize, floor: i32, row: &mut Vec<Held>) -> bool {
        row.retain(|pair| pair.1 >= floor);
        if row.iter().any(|pair| self.has_place(*pair)) {
            row.retain(|pair| self.has_place(*pair));
        }
        self.columns.add_to(mentee, row);
        !row.is_empty()
    }
}
