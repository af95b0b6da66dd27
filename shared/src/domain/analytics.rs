//! How the program does: what is counted, over which days, and what follows from the counts.
//!
//! A session belongs to the day on which it starts, and a request to the day on which it was made, both as the clocks
//! of the asked zone show them. **Booked** are the sessions to which the mentor said yes and that nobody called off:
//! confirmed, completed and no-show ones. **Utilisation** is booked time beside offered time. **Active** is whoever
//! asked for a session, was asked for one, or has a booked one in the asked days. Everything is whole numbers; a share
//! of nothing is none.

mod answers;
mod offer;
mod period;
mod statuses;
mod taken;

use super::score::Thousandths;

pub use answers::{AnswerTimes, rounded};
pub use offer::{by_quarter, cut};
pub use period::{Bucket, Cover, Interval, MOST_DAYS, MOST_DAYS_AHEAD, Period, PeriodError};
pub use statuses::Statuses;
pub use taken::Taken;

/// Which part of a whole something is, rounded to three places; none when there is no whole.
#[must_use]
pub fn share(part: i64, whole: i64) -> Option<Thousandths> {
    if whole <= 0 {
        return None;
    }
    let thousandths = (i128::from(part) * 1000 + i128::from(whole) / 2) / i128::from(whole);
    Some(Thousandths::new(
        i32::try_from(thousandths).unwrap_or(i32::MAX),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_to_three_places() {
        let thousandths = |part, whole| share(part, whole).map(Thousandths::get);
        assert_eq!(thousandths(1, 3), Some(333));
        assert_eq!(thousandths(2, 3), Some(667));
        assert_eq!(thousandths(1, 2000), Some(1));
        assert_eq!(thousandths(0, 7), Some(0));
        assert_eq!(thousandths(9, 6), Some(1500));
    }

    #[test]
    fn nothing_of_nothing_is_no_share() {
        assert_eq!(share(0, 0), None);
    }
}
