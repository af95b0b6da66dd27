//! How many sessions a mentor has on each local day.

use super::local::LocalTime;
use super::open::floor;
use crate::domain::availability::monday_of;
use crate::domain::time::Span;

/// How many sessions start on each of the local days of some whole weeks.
#[derive(Default)]
pub(super) struct Load {
    /// The first day.
    monday: i64,
    days: Vec<u32>,
}

impl Load {
    /// Counts sessions by the local days on which they start; those of other weeks are left out.
    pub(super) fn new(sessions: &[Span], local: &LocalTime) -> Self {
        let [first, last] = local.days();
        let monday = monday_of(first);
        let mut days = vec![0; index(monday_of(last) + 7 - monday)];
        for session in sessions {
            let day = local.day_of(floor(session.start));
            if let Some(count) = days.get_mut(index(day - monday)) {
                *count += 1;
            }
        }
        Self { monday, days }
    }

    /// The sessions of a day.
    pub(super) fn of_day(&self, day: i64) -> u32 {
        let count = self.days.get(index(day - self.monday));
        count.copied().unwrap_or(0)
    }

    /// The sessions of the week that starts on a Monday.
    pub(super) fn of_week(&self, monday: i64) -> u32 {
        let first = index(monday - self.monday);
        let week = self.days.iter().skip(first).take(7);
        week.sum()
    }
}

/// What lies before the first day is nowhere.
fn index(day: i64) -> usize {
    usize::try_from(day).unwrap_or(usize::MAX)
}
