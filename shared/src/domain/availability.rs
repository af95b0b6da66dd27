//! Availability: when a mentor can be booked, and when not. One row is one window of hours on certain days.

mod days;
mod draft;
mod error;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::id::{AvailabilityId, UserId};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Zone;

pub(in crate::domain) use days::{day_number, monday_of};
pub use draft::AvailabilityDraft;
pub use error::AvailabilityError;

/// A window of hours, opened or blocked, on the days that its recurrence and its dates name, read in its own zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// The window.
    pub id: AvailabilityId,
    /// Whose time it is.
    pub mentor_id: UserId,
    /// Whether it offers time or takes it away.
    pub kind: AvailabilityKind,
    /// The days it comes back on.
    pub recurrence: Recurrence,
    /// The first minute inside.
    pub starts: TimeOfDay,
    /// The first minute after; later than `starts`.
    pub ends: TimeOfDay,
    /// The zone in which days and minutes are read.
    pub zone: Zone,
    /// The first day, inclusive; a one-off always has it.
    pub valid_from: Option<Date>,
    /// The last day, inclusive; without it a weekly window never ends, and a one-off has just one day.
    pub valid_until: Option<Date>,
    /// Counts its changes.
    pub version: i64,
}

/// Whether a window offers time or takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityKind {
    /// Sessions may be booked inside.
    Open,
    /// Nothing may be booked inside, whatever is open.
    Blocked,
}

impl AvailabilityKind {
    /// Gives the word of the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Blocked => "blocked",
        }
    }

    /// Reads the word of the API and the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Blocked]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// The days a window comes back on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recurrence {
    /// One day of the week, in every n-th week; weeks start on Monday, and the week of `valid_from` is the first.
    Weekly {
        /// 0 is Sunday, 6 is Saturday.
        day_of_week: u8,
        /// 1 is every week; more than 1 needs `valid_from`.
        every_n_weeks: u32,
    },
    /// Every day from `valid_from` to `valid_until`, or the one day `valid_from`.
    OneOff,
}

/// A minute of the day from `00:00` to `24:00`, the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// `00:00`.
    pub const MIDNIGHT: Self = Self(0);
    /// `24:00`.
    pub const END_OF_DAY: Self = Self(24 * 60);

    /// A time that stands in the code: an hour of 0 to 23 and a minute of 0 to 59.
    pub(crate) const fn at(hour: u16, minute: u16) -> Self {
        Self(hour * 60 + minute)
    }

    /// Reads minutes since midnight, 0 to 1440.
    #[must_use]
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= Self::END_OF_DAY.0 {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// Gives the minutes since midnight, 0 to 1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// A text that is no time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is written HH:MM, from 00:00 to 24:00")]
pub struct TimeOfDayError;

impl Refusal for TimeOfDayError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid_time_of_day"
    }
}

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    fn from_str(text: &str) -> Result<Self, TimeOfDayError> {
        let &[
            h1 @ b'0'..=b'9',
            h2 @ b'0'..=b'9',
            b':',
            m1 @ b'0'..=b'5',
            m2 @ b'0'..=b'9',
        ] = text.as_bytes()
        else {
            return Err(TimeOfDayError);
        };
        let [h1, h2, m1, m2] = [h1, h2, m1, m2].map(|digit| u16::from(digit - b'0'));
        Self::from_minutes((h1 * 10 + h2) * 60 + m1 * 10 + m2).ok_or(TimeOfDayError)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = TimeOfDayError;

    fn try_from(text: String) -> Result<Self, TimeOfDayError> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_runs_from_0000_to_2400() {
        for text in ["00:00", "09:05", "23:59", "24:00"] {
            assert_eq!(text.parse::<TimeOfDay>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "9:00",
            "24:01",
            "25:00",
            "12:60",
            "12:5",
            "12:00:00",
            "+1:00",
            "１２:00",
        ] {
            assert_eq!(text.parse::<TimeOfDay>(), Err(TimeOfDayError), "{text}");
        }
    }

    #[test]
    fn words_and_minutes_come_back_as_they_went() {
        for kind in [AvailabilityKind::Open, AvailabilityKind::Blocked] {
            assert_eq!(AvailabilityKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(TimeOfDay::from_minutes(1440), Some(TimeOfDay::END_OF_DAY));
        assert_eq!(TimeOfDay::from_minutes(1441), None);
    }
}
