//! The days a window comes back on, as arithmetic on numbered days (day 0 is 1970-01-01).

use jiff::civil::{self, Date};

use super::{Availability, Recurrence};

/// Every `step`-th day through `anchor`, from `first` to `last`.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain) struct Days {
    anchor: i64,
    step: i64,
    first: i64,
    last: i64,
}

impl Days {
    /// Lists the days between two days, both inclusive.
    pub(in crate::domain) fn between(self, from: i64, to: i64) -> impl Iterator<Item = i64> {
        let from = from.max(self.first);
        let next = from + (self.anchor - from).rem_euclid(self.step);
        let to = to.min(self.last);
        (0..)
            .map(move |n| next + n * self.step)
            .take_while(move |day| *day <= to)
    }

    /// Gives the last day, if there is one.
    pub(in crate::domain) fn last(self) -> i64 {
        self.last
    }
}

impl Availability {
    /// Gives the days the window comes back on.
    pub(in crate::domain) fn days(&self) -> Days {
        let first = self.valid_from.map(day_number);
        let last = self.valid_until.map(day_number);
        match self.recurrence {
            Recurrence::OneOff => Days {
                anchor: first.unwrap_or(0),
                step: 1,
                first: first.unwrap_or(0),
                // A one-off without its day has none.
                last: first.map_or(i64::MIN, |first| last.unwrap_or(first)),
            },
            Recurrence::Weekly {
                day_of_week,
                every_n_weeks,
            } => Days {
                anchor: monday_of(first.unwrap_or(0)) + (i64::from(day_of_week) + 6) % 7,
                step: 7 * i64::from(every_n_weeks.max(1)),
                first: first.unwrap_or(FIRST_DAY),
                last: last.unwrap_or(i64::MAX),
            },
        }
    }
}

/// Earlier than any day there is, and far from overflowing.
const FIRST_DAY: i64 = i64::MIN / 4;

/// Numbers a day.
pub(in crate::domain) fn day_number(date: Date) -> i64 {
    date.duration_since(civil::date(1970, 1, 1)).as_hours() / 24
}

/// Gives the Monday on which a day's week starts.
pub(in crate::domain) fn monday_of(day: i64) -> i64 {
    // Day 0 was a Thursday.
    day - (day + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_from_1970_on() {
        assert_eq!(day_number(civil::date(1970, 1, 1)), 0);
        assert_eq!(day_number(civil::date(1969, 12, 31)), -1);
        assert_eq!(day_number(civil::date(2026, 3, 2)), 20_514);
    }

    #[test]
    fn weeks_start_on_monday() {
        let monday = day_number(civil::date(2026, 3, 2));
        assert_eq!(
            (monday..monday + 7).map(monday_of).collect::<Vec<_>>(),
            [monday; 7]
        );
        assert_eq!(monday_of(monday - 1), monday - 7);
        assert_eq!(monday_of(-4), -10);
    }
}
