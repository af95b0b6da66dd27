//! When people are reminded of a session: 24 hours and 1 hour before, in elapsed time.

use jiff::{SignedDuration, Timestamp};

/// One of the two reminders that each side gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offset {
    /// 24 hours before the start.
    Day,
    /// 1 hour before the start.
    Hour,
}

impl Offset {
    /// Both, the earlier first.
    pub const ALL: [Self; 2] = [Self::Day, Self::Hour];

    /// How long before the start, in minutes.
    #[must_use]
    pub const fn minutes(self) -> i32 {
        match self {
            Self::Day => 1440,
            Self::Hour => 60,
        }
    }

    /// Reads the minutes back.
    #[must_use]
    pub fn from_minutes(minutes: i32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|offset| offset.minutes() == minutes)
    }

    /// Shortest time between planning and start for which this reminder still makes sense:
    /// a day for the first, 75 minutes for the second (else the confirmation itself reminds).
    const fn least_lead(self) -> SignedDuration {
        match self {
            Self::Day => SignedDuration::from_hours(24),
            Self::Hour => SignedDuration::from_mins(75),
        }
    }

    /// How close to the start it may still go out, if it is late: 2 hours for the first, 10 minutes for the second.
    const fn last_call(self) -> SignedDuration {
        match self {
            Self::Day => SignedDuration::from_hours(2),
            Self::Hour => SignedDuration::from_mins(10),
        }
    }

    /// When this reminder of a session that starts at `starts_at` is due, if it is planned at all `now`.
    #[must_use]
    pub fn due_at(self, starts_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let makes_sense = now + self.least_lead() <= starts_at;
        makes_sense.then(|| starts_at - SignedDuration::from_mins(i64::from(self.minutes())))
    }

    /// Whether a reminder that is sent `now` still comes in time.
    #[must_use]
    pub fn is_in_time(self, starts_at: Timestamp, now: Timestamp) -> bool {
        now + self.last_call() <= starts_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "2026-03-02T15:00:00Z";

    fn due(offset: Offset, now: &str) -> Option<String> {
        offset
            .due_at(START.parse().unwrap(), now.parse().unwrap())
            .map(|at| at.to_string())
    }

    #[test]
    fn a_session_booked_early_gets_both() {
        assert_eq!(
            due(Offset::Day, "2026-02-01T00:00:00Z").as_deref(),
            Some("2026-03-01T15:00:00Z")
        );
        assert_eq!(
            due(Offset::Hour, "2026-02-01T00:00:00Z").as_deref(),
            Some("2026-03-02T14:00:00Z")
        );
    }

    #[test]
    fn a_late_booking_gets_fewer() {
        assert_eq!(due(Offset::Day, "2026-03-01T15:00:01Z"), None);
        assert!(due(Offset::Hour, "2026-03-02T13:45:00Z").is_some());
        assert_eq!(due(Offset::Hour, "2026-03-02T13:45:01Z"), None);
    }

    #[test]
    fn a_reminder_that_is_too_late_is_dropped() {
        let start = START.parse().unwrap();
        assert!(Offset::Day.is_in_time(start, "2026-03-02T13:00:00Z".parse().unwrap()));
        assert!(!Offset::Day.is_in_time(start, "2026-03-02T13:00:01Z".parse().unwrap()));
        assert!(!Offset::Hour.is_in_time(start, "2026-03-02T14:50:01Z".parse().unwrap()));
    }
}
