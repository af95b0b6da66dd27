//! Quiet hours: the part of the day in which nothing may disturb that can wait.

use jiff::Timestamp;
use jiff::civil::Time;

use crate::domain::availability::TimeOfDay;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Zone;

/// From when until when, by the clock on the reader's wall; over midnight when the end is the earlier of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: TimeOfDay,
    until: TimeOfDay,
}

/// The two ends make no hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours begin and end at two different times, the last of which is 23:59")]
pub struct QuietHoursError;

impl Refusal for QuietHoursError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid_quiet_hours"
    }

    fn field(&self) -> Option<&'static str> {
        Some("quiet_hours")
    }
}

impl QuietHours {
    /// From ten in the evening to seven in the morning.
    pub const USUAL: Self = Self {
        from: TimeOfDay::at(22, 0),
        until: TimeOfDay::at(7, 0),
    };

    /// Puts both ends together.
    ///
    /// # Errors
    /// When they are the same, or one is the end of the day, which is the beginning of the next.
    pub fn new(from: TimeOfDay, until: TimeOfDay) -> Result<Self, QuietHoursError> {
        if from == until || [from, until].contains(&TimeOfDay::END_OF_DAY) {
            return Err(QuietHoursError);
        }
        Ok(Self { from, until })
    }

    /// When they begin.
    #[must_use]
    pub const fn from(self) -> TimeOfDay {
        self.from
    }

    /// When they end.
    #[must_use]
    pub const fn until(self) -> TimeOfDay {
        self.until
    }

    /// When they end that have begun; `None` outside of them. A clock that is put forward over the end ends them then.
    #[must_use]
    pub fn end_of_night(self, now: Timestamp, zone: &Zone) -> Option<Timestamp> {
        let local = zone.local(now);
        let minute = minute_of(local.time())?;
        let is_over_midnight = self.until < self.from;
        let is_quiet = if is_over_midnight {
            minute >= self.from || minute < self.until
        } else {
            (self.from..self.until).contains(&minute)
        };
        if !is_quiet {
            return None;
        }
        let is_evening = is_over_midnight && minute >= self.from;
        let day = if is_evening {
            local.date().tomorrow().ok()?
        } else {
            local.date()
        };
        let end = day.to_datetime(clock(self.until)?);
        let end = zone.time_zone().to_ambiguous_zoned(end).compatible();
        // In the hour that comes twice, the reading can be quiet although the end has passed.
        end.ok().map(|end| end.timestamp()).filter(|end| *end > now)
    }
}

fn minute_of(time: Time) -> Option<TimeOfDay> {
    let (hours, minutes) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
    TimeOfDay::from_minutes(u16::from(hours) * 60 + u16::from(minutes))
}

fn clock(time: TimeOfDay) -> Option<Time> {
    let minutes = time.minutes();
    let (hour, minute) = (i8::try_from(minutes / 60), i8::try_from(minutes % 60));
    Time::new(hour.ok()?, minute.ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(hours: QuietHours, now: &str) -> Option<String> {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        hours
            .end_of_night(now.parse().unwrap(), &zone)
            .map(|end| end.to_string())
    }

    #[test]
    fn a_night_ends_in_the_morning_of_its_reader() {
        let night = QuietHours::USUAL;
        let morning = Some("2026-03-03T06:00:00Z".to_owned());

        assert_eq!(end(night, "2026-03-02T20:59:59Z"), None);
        assert_eq!(end(night, "2026-03-02T21:00:00Z"), morning);
        assert_eq!(end(night, "2026-03-03T05:59:59Z"), morning);
        assert_eq!(end(night, "2026-03-03T06:00:00Z"), None);
    }

    #[test]
    fn a_nap_at_noon_is_as_good() {
        let nap = QuietHours::new(TimeOfDay::at(12, 0), TimeOfDay::at(13, 0)).unwrap();

        assert_eq!(
            end(nap, "2026-03-02T11:30:00Z"),
            Some("2026-03-02T12:00:00Z".to_owned())
        );
        assert_eq!(end(nap, "2026-03-02T12:00:00Z"), None);
    }

    #[test]
    fn a_change_of_the_clocks_makes_a_night_shorter_or_longer() {
        let spring = end(QuietHours::USUAL, "2026-03-28T22:00:00Z");
        let autumn = end(QuietHours::USUAL, "2026-10-24T22:00:00Z");

        assert_eq!(spring, Some("2026-03-29T05:00:00Z".to_owned()));
        assert_eq!(autumn, Some("2026-10-25T06:00:00Z".to_owned()));
        // The end that the clocks jump over is where they jump to.
        let early = QuietHours::new(TimeOfDay::at(22, 0), TimeOfDay::at(2, 30)).unwrap();
        assert_eq!(
            end(early, "2026-03-29T00:30:00Z"),
            Some("2026-03-29T01:30:00Z".to_owned())
        );
    }

    #[test]
    fn two_ends_at_one_time_are_no_hours() {
        let (one, end) = (TimeOfDay::at(1, 0), TimeOfDay::END_OF_DAY);
        assert_eq!(QuietHours::new(one, one), Err(QuietHoursError));
        assert_eq!(QuietHours::new(end, one), Err(QuietHoursError));
    }
}
