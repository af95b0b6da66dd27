//! Time: minutes, half-open spans and zones. Every zone comes from the tz database that is compiled in.

mod zone;

use std::fmt;
use std::ops::{Add, Sub};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use zone::{Zone, ZoneError, tzdb_version};

/// An amount of real time in whole minutes; prints as the bare number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Minutes(pub u32);

impl Minutes {
    /// Gives the amount in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        // Widening; `i64::from` is not const.
        self.0 as i64 * 60
    }

    /// Gives the amount as jiff counts it.
    #[must_use]
    pub const fn duration(self) -> SignedDuration {
        SignedDuration::from_secs(self.seconds())
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Add<Minutes> for Timestamp {
    type Output = Self;

    /// Moves a moment later, at most to the last moment there is.
    fn add(self, amount: Minutes) -> Self {
        self.checked_add(amount.duration()).unwrap_or(Self::MAX)
    }
}

impl Sub<Minutes> for Timestamp {
    type Output = Self;

    /// Moves a moment earlier, at most to the first moment there is.
    fn sub(self, amount: Minutes) -> Self {
        self.checked_sub(amount.duration()).unwrap_or(Self::MIN)
    }
}

/// The moments from `start` up to, but not including, `end`: neighbours touch without overlapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first moment inside.
    pub start: Timestamp,
    /// The first moment after.
    pub end: Timestamp,
}

impl Span {
    /// Spans from one moment to another; it is empty unless `end` is later.
    #[must_use]
    pub const fn new(start: Timestamp, end: Timestamp) -> Self {
        Self { start, end }
    }

    /// Spans an amount of real time from a moment on.
    #[must_use]
    pub fn starting(start: Timestamp, length: Minutes) -> Self {
        Self {
            start,
            end: start + length,
        }
    }

    /// Tells whether no moment lies inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start >= self.end
    }

    /// Tells whether the moment lies inside.
    #[must_use]
    pub fn contains(&self, moment: Timestamp) -> bool {
        self.start <= moment && moment < self.end
    }

    /// Tells whether the other span lies wholly inside.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Tells whether some moment lies in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }

    /// Gives the moments that lie in both; empty when there are none.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            start: self.start.max(other.start),
            end: self.end.min(other.end),
        }
    }

    /// Grows by an amount on both sides.
    #[must_use]
    pub fn widened(&self, by: Minutes) -> Self {
        Self {
            start: self.start - by,
            end: self.end + by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: &str, end: &str) -> Span {
        Span::new(start.parse().unwrap(), end.parse().unwrap())
    }

    #[test]
    fn neighbours_touch_without_overlapping() {
        let first = span("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
        let second = Span::starting(first.end, Minutes(60));
        assert!(!first.overlaps(&second));
        assert!(!first.contains(first.end) && second.contains(first.end));
        assert!(first.overlaps(&second.widened(Minutes(1))));
        assert!(span("2026-03-02T09:00:00Z", "2026-03-02T11:00:00Z").covers(&second));
        assert!(!first.covers(&second));
    }

    #[test]
    fn an_empty_span_overlaps_nothing() {
        let hour = span("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
        let nothing = Span::starting(hour.start + Minutes(30), Minutes(0));
        assert!(nothing.is_empty());
        assert!(!hour.overlaps(&nothing) && !nothing.overlaps(&hour));
    }

    #[test]
    fn time_stops_at_its_ends() {
        assert_eq!(Timestamp::MAX + Minutes(1), Timestamp::MAX);
        assert_eq!(Timestamp::MIN - Minutes(u32::MAX), Timestamp::MIN);
    }

    #[test]
    fn minutes_read_and_print_as_a_bare_number() {
        assert_eq!(Minutes(90).to_string(), "90");
        assert_eq!(serde_json::to_string(&Minutes(90)).unwrap(), "90");
        assert_eq!(serde_json::from_str::<Minutes>("90").unwrap(), Minutes(90));
    }
}
