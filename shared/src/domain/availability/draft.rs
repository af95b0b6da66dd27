//! What a mentor typed for a window, before it is one.

use jiff::civil::Date;

use super::{Availability, AvailabilityError, AvailabilityKind, Recurrence, TimeOfDay};
use crate::domain::id::{AvailabilityId, UserId};
use crate::domain::time::Zone;

/// A window as it arrives, every field as it was typed; `None` is a field that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvailabilityDraft {
    /// `open` (when left out) or `blocked`.
    pub kind: Option<String>,
    /// 0 is Sunday, 6 is Saturday; a weekly window needs it, a one-off takes its days from its dates.
    pub day_of_week: Option<i64>,
    /// `HH:MM`; a blocked time that leaves out both ends is the whole day.
    pub start_time: Option<String>,
    /// `HH:MM`, up to `24:00`.
    pub end_time: Option<String>,
    /// An IANA name.
    pub timezone: Option<String>,
    /// Weekly or one-off; when left out, one-off exactly if there is a `valid_from` and no `day_of_week`.
    pub is_recurring: Option<bool>,
    /// 1 (when left out) to 52.
    pub every_n_weeks: Option<i64>,
    /// `YYYY-MM-DD`.
    pub valid_from: Option<String>,
    /// `YYYY-MM-DD`.
    pub valid_until: Option<String>,
}

impl AvailabilityDraft {
    /// Makes a window of it.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn validate(
        &self,
        id: AvailabilityId,
        mentor_id: UserId,
    ) -> Result<Availability, Vec<AvailabilityError>> {
        let mut problems = Problems(Vec::new());
        let kind = problems.keep(self.read_kind());
        let recurrence = self.read_recurrence(&mut problems);
        let hours = self.read_hours(&mut problems);
        let zone = problems.keep(self.read_zone());
        let dates = self.read_dates(&mut problems);

        let (
            Some(kind),
            Some(recurrence),
            Some((starts, ends)),
            Some(zone),
            Some((from, until)),
            [],
        ) = (kind, recurrence, hours, zone, dates, &*problems.0)
        else {
            return Err(problems.0);
        };
        Ok(Availability {
            id,
            mentor_id,
            kind,
            recurrence,
            starts,
            ends,
            zone,
            valid_from: from,
            valid_until: until,
            version: 1,
        })
    }

    fn read_kind(&self) -> Result<AvailabilityKind, AvailabilityError> {
        self.kind
            .as_deref()
            .map_or(Ok(AvailabilityKind::Open), |word| {
                AvailabilityKind::parse(word).ok_or(AvailabilityError::UnknownKind)
            })
    }

    fn is_recurring(&self) -> bool {
        self.is_recurring
            .unwrap_or(self.day_of_week.is_some() || self.valid_from.is_none())
    }

    fn read_recurrence(&self, problems: &mut Problems) -> Option<Recurrence> {
        let day = problems.keep(self.day_of_week.map(day_of_week).transpose());
        let weeks = problems.keep(self.every_n_weeks.map_or(Ok(1), every_n_weeks));
        if !self.is_recurring() {
            if self.every_n_weeks.is_some() {
                problems.add(AvailabilityError::RecurrenceOfOneOff);
            }
            if self.valid_from.is_none() {
                problems.add(AvailabilityError::Missing("valid_from"));
            }
            return Some(Recurrence::OneOff);
        }
        if weeks > Some(1) && self.valid_from.is_none() {
            problems.add(AvailabilityError::RecurrenceWithoutStart);
        }
        let day = day?.ok_or(AvailabilityError::Missing("day_of_week"));
        Some(Recurrence::Weekly {
            day_of_week: problems.keep(day)?,
            every_n_weeks: weeks?,
        })
    }

    fn read_hours(&self, problems: &mut Problems) -> Option<(TimeOfDay, TimeOfDay)> {
        let is_blocked = self.kind.as_deref() == Some(AvailabilityKind::Blocked.as_str());
        if is_blocked && self.start_time.is_none() && self.end_time.is_none() {
            return Some((TimeOfDay::MIDNIGHT, TimeOfDay::END_OF_DAY));
        }
        let starts = problems.keep(time_of_day("start_time", self.start_time.as_deref()));
        let ends = problems.keep(time_of_day("end_time", self.end_time.as_deref()));
        let (starts, ends) = (starts?, ends?);
        if ends <= starts {
            problems.add(AvailabilityError::EndNotAfterStart);
        }
        Some((starts, ends))
    }

    fn read_zone(&self) -> Result<Zone, AvailabilityError> {
        let name = self.timezone.as_deref();
        Ok(name
            .ok_or(AvailabilityError::Missing("timezone"))?
            .parse::<Zone>()?)
    }

    fn read_dates(&self, problems: &mut Problems) -> Option<(Option<Date>, Option<Date>)> {
        let from = problems.keep(date("valid_from", self.valid_from.as_deref()));
        let until = problems.keep(date("valid_until", self.valid_until.as_deref()));
        let (from, until) = (from?, until?);
        if until.is_some() && until < from {
            problems.add(AvailabilityError::EndsBeforeItBegins);
        }
        Some((from, until))
    }
}

/// What was wrong so far: reading goes on behind a mistake, so that all of them are told at once.
struct Problems(Vec<AvailabilityError>);

impl Problems {
    fn add(&mut self, problem: AvailabilityError) {
        self.0.push(problem);
    }

    fn keep<T>(&mut self, read: Result<T, AvailabilityError>) -> Option<T> {
        read.map_err(|problem| self.add(problem)).ok()
    }
}

fn day_of_week(day: i64) -> Result<u8, AvailabilityError> {
    let day = u8::try_from(day).ok().filter(|day| *day <= 6);
    day.ok_or(AvailabilityError::DayOfWeek)
}

fn every_n_weeks(weeks: i64) -> Result<u32, AvailabilityError> {
    let weeks = u32::try_from(weeks)
        .ok()
        .filter(|weeks| (1..=52).contains(weeks));
    weeks.ok_or(AvailabilityError::Recurrence)
}

fn time_of_day(field: &'static str, text: Option<&str>) -> Result<TimeOfDay, AvailabilityError> {
    let text = text.ok_or(AvailabilityError::Missing(field))?;
    text.parse()
        .map_err(|_| AvailabilityError::TimeOfDay(field))
}

fn date(field: &'static str, text: Option<&str>) -> Result<Option<Date>, AvailabilityError> {
    // jiff alone would also take `20260302` and `2026-03-02T10:00`.
    let is_plain = |text: &str| text.len() == 10 && !text.starts_with(['+', '-']);
    text.map(|text| match text.parse() {
        Ok(date) if is_plain(text) => Ok(date),
        _ => Err(AvailabilityError::Date(field)),
    })
    .transpose()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::refusal::Refusal;

    fn mondays() -> AvailabilityDraft {
        AvailabilityDraft {
            day_of_week: Some(1),
            start_time: Some("09:00".into()),
            end_time: Some("17:00".into()),
            timezone: Some("Europe/Berlin".into()),
            ..AvailabilityDraft::default()
        }
    }

    fn validate(draft: &AvailabilityDraft) -> Result<Availability, Vec<AvailabilityError>> {
        draft.validate(Uuid::nil().into(), Uuid::nil().into())
    }

    /// Names the field and the code of each problem.
    fn problems(draft: &AvailabilityDraft) -> Vec<(&'static str, &'static str)> {
        let problems = validate(draft).unwrap_err();
        problems
            .iter()
            .map(|problem| (problem.field().unwrap(), problem.code()))
            .collect()
    }

    #[test]
    fn weekly_hours_need_no_dates() {
        let window = validate(&mondays()).unwrap();
        assert_eq!(window.kind, AvailabilityKind::Open);
        let weekly = Recurrence::Weekly {
            day_of_week: 1,
            every_n_weeks: 1,
        };
        assert_eq!(window.recurrence, weekly);
        assert_eq!((window.valid_from, window.valid_until), (None, None));
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let draft = AvailabilityDraft {
            kind: Some("closed".into()),
            day_of_week: Some(7),
            start_time: Some("9:00".into()),
            end_time: None,
            timezone: Some("Berlin".into()),
            is_recurring: Some(true),
            every_n_weeks: Some(0),
            valid_from: Some("20260302".into()),
            valid_until: Some("2026-02-30".into()),
        };
        let expected = [
            ("kind", "invalid_kind"),
            ("day_of_week", "invalid_day_of_week"),
            ("recurrence", "invalid_recurrence"),
            ("start_time", "invalid_time_of_day"),
            ("end_time", "missing_field"),
            ("timezone", "invalid_timezone"),
            ("valid_from", "invalid_date"),
            ("valid_until", "invalid_date"),
        ];
        assert_eq!(problems(&draft), expected);
    }

    #[test]
    fn an_end_is_later_than_its_start_and_may_be_2400() {
        let hours = |start: &str, end: &str| AvailabilityDraft {
            start_time: Some(start.into()),
            end_time: Some(end.into()),
            ..mondays()
        };
        assert!(validate(&hours("00:00", "24:00")).is_ok());
        for (start, end) in [("09:00", "09:00"), ("22:00", "00:00"), ("24:00", "24:00")] {
            assert_eq!(
                problems(&hours(start, end)),
                [("end_time", "end_not_after_start")]
            );
        }
    }

    #[test]
    fn a_one_off_needs_its_day_and_no_recurrence() {
        let one_off = AvailabilityDraft {
            day_of_week: None,
            is_recurring: Some(false),
            ..mondays()
        };
        assert_eq!(problems(&one_off), [("valid_from", "missing_field")]);

        let dated = AvailabilityDraft {
            valid_from: Some("2026-03-02".into()),
            ..one_off
        };
        assert_eq!(validate(&dated).unwrap().recurrence, Recurrence::OneOff);
        let implied = AvailabilityDraft {
            is_recurring: None,
            ..dated.clone()
        };
        assert_eq!(validate(&implied), validate(&dated));

        let again = AvailabilityDraft {
            every_n_weeks: Some(2),
            ..dated
        };
        assert_eq!(problems(&again), [("recurrence", "recurrence_of_one_off")]);
    }

    #[test]
    fn every_second_week_needs_a_first_one() {
        let draft = AvailabilityDraft {
            every_n_weeks: Some(2),
            ..mondays()
        };
        assert_eq!(
            problems(&draft),
            [("valid_from", "recurrence_without_start")]
        );
        let draft = AvailabilityDraft {
            valid_from: Some("2026-03-02".into()),
            ..draft
        };
        assert!(validate(&draft).is_ok());
    }

    #[test]
    fn a_weekly_window_needs_its_day() {
        let draft = AvailabilityDraft {
            day_of_week: None,
            ..mondays()
        };
        assert_eq!(problems(&draft), [("day_of_week", "missing_field")]);
    }

    #[test]
    fn dates_run_forwards() {
        let dates = |from: &str, until: &str| AvailabilityDraft {
            valid_from: Some(from.into()),
            valid_until: Some(until.into()),
            ..mondays()
        };
        assert!(validate(&dates("2026-03-02", "2026-03-02")).is_ok());
        let expected = [("valid_until", "ends_before_it_begins")];
        assert_eq!(problems(&dates("2026-03-02", "2026-03-01")), expected);
    }

    #[test]
    fn a_blocked_time_without_hours_is_the_whole_day() {
        let draft = AvailabilityDraft {
            kind: Some("blocked".into()),
            start_time: None,
            end_time: None,
            valid_from: Some("2026-12-24".into()),
            valid_until: Some("2027-01-02".into()),
            day_of_week: None,
            ..mondays()
        };
        let window = validate(&draft).unwrap();
        assert_eq!(
            (window.starts, window.ends),
            (TimeOfDay::MIDNIGHT, TimeOfDay::END_OF_DAY)
        );
        let half = AvailabilityDraft {
            start_time: Some("12:00".into()),
            ..draft
        };
        assert_eq!(problems(&half), [("end_time", "missing_field")]);
    }
}
