//! How mentors take to the mentees who are proposed to them.

use std::ops::AddAssign;

use super::share;
use crate::domain::score::Thousandths;

/// What became of proposals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many mentors were asked.
    pub proposed: i64,
    /// How many said yes first.
    pub selected: i64,
    /// How many said no.
    pub passed: i64,
    /// How many said nothing in time.
    pub lapsed: i64,
    /// How many were not needed any more.
    pub closed: i64,
}

impl Taken {
    /// Of those who said yes, no or nothing in time, the share that said yes.
    #[must_use]
    pub fn acceptance(&self) -> Option<Thousandths> {
        share(self.selected, self.selected + self.passed + self.lapsed)
    }
}

impl AddAssign for Taken {
    fn add_assign(&mut self, other: Self) {
        self.proposed += other.proposed;
        self.selected += other.selected;
        self.passed += other.passed;
        self.lapsed += other.lapsed;
        self.closed += other.closed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_not_needed_any_more_has_not_refused() {
        let taken = Taken {
            proposed: 100,
            selected: 1,
            passed: 1,
            lapsed: 2,
            closed: 90,
        };
        assert_eq!(taken.acceptance().map(Thousandths::get), Some(250));
        assert_eq!(Taken::default().acceptance(), None);
    }

    #[test]
    fn sums_have_all_of_both() {
        let mut sum = Taken {
            proposed: 15,
            selected: 1,
            passed: 2,
            lapsed: 3,
            closed: 4,
        };
        sum += sum;
        let all = [sum.selected, sum.passed, sum.lapsed, sum.closed];
        assert_eq!((sum.proposed, all), (30, [2, 4, 6, 8]));
    }
}
