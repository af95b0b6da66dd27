//! Which days are asked for, and where they begin and end in real time.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::{Span, Zone};
use crate::domain::words::words;

/// Most days of a period.
pub const MOST_DAYS: i32 = 366;

/// How many days ahead a period may reach: for so long it is counted what mentors offer.
pub const MOST_DAYS_AHEAD: i32 = 92;

/// How many days a period has when nobody says.
const USUAL_DAYS: i32 = 30;

/// The first day that can be asked for. Since then every zone is whole quarters of an hour away from UTC.
const FIRST_DAY: Date = Date::constant(2000, 1, 1);

words! {
    /// What a volume is told by.
    Interval {
        /// Each day.
        Day = "day",
        /// Each week, from Monday on.
        Week = "week",
        /// Each month.
        Month = "month",
    }
}

/// Whole days in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Whose clocks count.
    pub zone: Zone,
    /// The first day.
    pub first: Date,
    /// The last day, inclusive.
    pub last: Date,
}

/// Some days of a period that are told together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The first day.
    pub first: Date,
    /// The last day, inclusive.
    pub last: Date,
    /// When the first day begins.
    pub starts_at: Timestamp,
}

/// A period as days in UTC, and what is left of it before and behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The first whole day in UTC.
    pub first: Date,
    /// The day behind the last whole one; the same as the first one when there is none.
    pub end: Date,
    /// What lies before and behind; may be empty.
    pub edges: [Span; 2],
}

/// Why there is no such period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It ends before it begins.
    #[error("must not be earlier than the first day")]
    Backwards,
    /// It has too many days.
    #[error("must be at most {MOST_DAYS} days")]
    TooLong,
    /// It begins before anything was counted.
    #[error("must not be earlier than 2000-01-01")]
    TooEarly,
    /// It ends when nobody knows yet what is offered.
    #[error("must be at most {MOST_DAYS_AHEAD} days ahead")]
    TooFar,
}

impl Refusal for PeriodError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Backwards => "period_backwards",
            Self::TooLong => "period_too_long",
            Self::TooEarly => "period_too_early",
            Self::TooFar => "period_too_far",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::TooEarly => Some("from"),
            Self::Backwards | Self::TooLong | Self::TooFar => Some("to"),
        }
    }
}

impl Period {
    /// Reads which days are meant: without an end up to today, without a beginning thirty days.
    ///
    /// # Errors
    /// When they are too many, too early, too late, or none.
    pub fn new(
        zone: Zone,
        (from, to): (Option<Date>, Option<Date>),
        now: Timestamp,
    ) -> Result<Self, PeriodError> {
        let today = zone.date(now);
        let last = to.unwrap_or(today);
        let first = from.unwrap_or_else(|| plus(last, 1 - USUAL_DAYS).max(FIRST_DAY));
        if first < FIRST_DAY {
            return Err(PeriodError::TooEarly);
        }
        if last < first {
            return Err(PeriodError::Backwards);
        }
        if last > plus(today, MOST_DAYS_AHEAD) {
            return Err(PeriodError::TooFar);
        }
        if last > plus(first, MOST_DAYS - 1) {
            return Err(PeriodError::TooLong);
        }
        Ok(Self { zone, first, last })
    }

    /// From when to when that is.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.begin(self.first), self.begin(plus(self.last, 1)))
    }

    /// The days, told together by day, week or month. A week or a month that is cut off has the days that are asked for.
    #[must_use]
    pub fn buckets(&self, interval: Interval) -> Vec<Bucket> {
        let mut buckets = Vec::new();
        let mut first = self.first;
        while first <= self.last {
            let next = match interval {
                Interval::Day => plus(first, 1),
                Interval::Week => plus(first, 7 - days_since_monday(first)),
                Interval::Month => plus(first.last_of_month(), 1),
            };
            buckets.push(Bucket {
                first,
                last: plus(next, -1).min(self.last),
                starts_at: self.begin(first),
            });
            first = next;
        }
        buckets
    }

    /// The whole days in UTC, and the rest.
    #[must_use]
    pub fn cover(&self) -> Cover {
        let Span { start, end } = self.span();
        let utc = Zone::UTC;
        let midnight = |day| begin(&utc, day);
        let day = utc.date(start);
        let first = if midnight(day) < start {
            plus(day, 1)
        } else {
            day
        };
        let behind = utc.date(end);
        if behind <= first {
            return Cover {
                first,
                end: first,
                edges: [Span::new(start, end), Span::new(end, end)],
            };
        }
        Cover {
            first,
            end: behind,
            edges: [
                Span::new(start, midnight(first)),
                Span::new(midnight(behind), end),
            ],
        }
    }

    fn begin(&self, day: Date) -> Timestamp {
        begin(&self.zone, day)
    }
}

/// The first moment of a day, whatever the clocks show then.
fn begin(zone: &Zone, day: Date) -> Timestamp {
    let local = |tz: TimeZone| day.to_zoned(tz).map(|zoned| zoned.timestamp());
    local(zone.time_zone().clone()).unwrap_or(Timestamp::MAX)
}

fn plus(day: Date, days: i32) -> Date {
    let edge = if days < 0 { Date::MIN } else { Date::MAX };
    day.checked_add(jiff::Span::new().days(days))
        .unwrap_or(edge)
}

fn days_since_monday(day: Date) -> i32 {
    i32::from(day.weekday().to_monday_zero_offset())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use jiff::civil::date;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn period(name: &str, first: Date, last: Date) -> Period {
        let now = "2026-03-20T12:00:00Z".parse().unwrap();
        Period::new(zone(name), (Some(first), Some(last)), now).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_as_long_as_the_clocks_make_them() {
        let spring = period("America/New_York", date(2026, 3, 7), date(2026, 3, 9));
        let hours: Vec<_> = spring
            .buckets(Interval::Day)
            .windows(2)
            .map(|pair| pair[1].starts_at.duration_since(pair[0].starts_at))
            .collect();
        assert_eq!(hours, [24, 23].map(SignedDuration::from_hours));
        let span = spring.span();
        assert_eq!(span.start, at("2026-03-07T05:00:00Z"));
        assert_eq!(span.end, at("2026-03-10T04:00:00Z"));
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_late() {
        let cairo = period("Africa/Cairo", date(2025, 4, 25), date(2025, 4, 25));
        assert_eq!(cairo.span().start, at("2025-04-24T22:00:00Z"));
        assert_eq!(cairo.span().end, at("2025-04-25T21:00:00Z"));
    }

    #[test]
    fn every_day_of_every_zone_begins_with_a_quarter_of_an_hour() {
        let days = [date(2000, 1, 1), date(2011, 12, 30), date(2026, 3, 29)];
        for name in Zone::names() {
            let zone: Zone = name.parse().unwrap();
            for day in days {
                let at = begin(&zone, day);
                assert_eq!(at.as_second() % 900, 0, "{name} {day}");
            }
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_their_first_day() {
        let asked = period("UTC", date(2026, 2, 26), date(2026, 3, 10));
        let firsts = |interval| -> Vec<(Date, Date)> {
            let buckets = asked.buckets(interval).into_iter();
            buckets.map(|bucket| (bucket.first, bucket.last)).collect()
        };
        assert_eq!(
            firsts(Interval::Week),
            [
                (date(2026, 2, 26), date(2026, 3, 1)),
                (date(2026, 3, 2), date(2026, 3, 8)),
                (date(2026, 3, 9), date(2026, 3, 10)),
            ]
        );
        assert_eq!(
            firsts(Interval::Month),
            [
                (date(2026, 2, 26), date(2026, 2, 28)),
                (date(2026, 3, 1), date(2026, 3, 10)),
            ]
        );
        assert_eq!(firsts(Interval::Day).len(), 13);
    }

    #[test]
    fn whole_days_and_edges_are_the_period() {
        for name in [
            "UTC",
            "Asia/Kathmandu",
            "America/New_York",
            "Pacific/Kiritimati",
        ] {
            for last in [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 12)] {
                let asked = period(name, date(2026, 3, 7), last);
                let Cover { first, end, edges } = asked.cover();
                let length = |span: Span| span.end.duration_since(span.start);
                let whole = Span::new(begin(&Zone::UTC, first), begin(&Zone::UTC, end));
                let sum = length(edges[0]) + length(whole) + length(edges[1]);
                assert_eq!(sum, length(asked.span()), "{name} {last}");
                assert_eq!(edges[0].start, asked.span().start);
                assert_eq!(edges[1].end, asked.span().end);
            }
        }
    }

    #[test]
    fn a_period_has_a_beginning_an_end_and_a_measure() {
        let now = at("2026-03-20T23:30:00Z");
        let asked = |from, to| Period::new(zone("Europe/Berlin"), (from, to), now);
        let usual = asked(None, None).unwrap();
        assert_eq!(usual.last, date(2026, 3, 21));
        assert_eq!(usual.buckets(Interval::Day).len(), 30);
        let day = |year, month, day| Some(date(year, month, day));
        for (from, to, refusal) in [
            (day(1999, 12, 31), None, PeriodError::TooEarly),
            (day(2026, 3, 22), None, PeriodError::Backwards),
            (day(2025, 3, 20), day(2026, 3, 21), PeriodError::TooLong),
            (None, day(2026, 6, 22), PeriodError::TooFar),
            (None, day(1999, 1, 1), PeriodError::Backwards),
        ] {
            assert_eq!(asked(from, to), Err(refusal), "{from:?} {to:?}");
        }
        assert!(asked(day(2025, 3, 21), day(2026, 3, 21)).is_ok());
        assert!(asked(None, day(2026, 6, 21)).is_ok());
    }
}
