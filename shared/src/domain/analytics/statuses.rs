//! How many sessions stand where, and the rates that follow from it.

use std::ops::{Add, AddAssign};

use super::share;
use crate::domain::score::Thousandths;
use crate::domain::session::SessionStatus;

/// How many sessions are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statuses {
    /// Waiting for an answer.
    pub pending: i64,
    /// To take place.
    pub confirmed: i64,
    /// Refused by the mentor.
    pub declined: i64,
    /// Called off.
    pub cancelled: i64,
    /// Never answered.
    pub expired: i64,
    /// Over, as planned.
    pub completed: i64,
    /// Over, and somebody did not come.
    pub no_show: i64,
}

impl Statuses {
    /// Counts one more session.
    pub const fn count(&mut self, status: SessionStatus) {
        match status {
            SessionStatus::Pending => self.pending += 1,
            SessionStatus::Confirmed => self.confirmed += 1,
            SessionStatus::Declined => self.declined += 1,
            SessionStatus::Cancelled => self.cancelled += 1,
            SessionStatus::Expired => self.expired += 1,
            SessionStatus::Completed => self.completed += 1,
            SessionStatus::NoShow => self.no_show += 1,
        }
    }

    /// All of them.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.booked() + self.pending + self.declined + self.cancelled + self.expired
    }

    /// Those to which the mentor said yes and that nobody called off.
    #[must_use]
    pub const fn booked(&self) -> i64 {
        self.confirmed + self.completed + self.no_show
    }

    /// Those that the mentor had to decide, and that nobody called off.
    const fn decided(&self) -> i64 {
        self.booked() + self.declined + self.expired
    }

    /// Of those that were to be decided, the share to which the mentor said yes.
    #[must_use]
    pub fn acceptance(&self) -> Option<Thousandths> {
        share(self.booked(), self.decided())
    }

    /// Of those that were to be decided, the share that was never answered.
    #[must_use]
    pub fn expiry(&self) -> Option<Thousandths> {
        share(self.expired, self.decided())
    }

    /// Of those that were booked or called off, the share that was called off.
    #[must_use]
    pub fn cancellation(&self) -> Option<Thousandths> {
        share(self.cancelled, self.booked() + self.cancelled)
    }

    /// Of those that are over, the share to which somebody did not come.
    #[must_use]
    pub fn absence(&self) -> Option<Thousandths> {
        share(self.no_show, self.completed + self.no_show)
    }
}

impl Add for Statuses {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            pending: self.pending + other.pending,
            confirmed: self.confirmed + other.confirmed,
            declined: self.declined + other.declined,
            cancelled: self.cancelled + other.cancelled,
            expired: self.expired + other.expired,
            completed: self.completed + other.completed,
            no_show: self.no_show + other.no_show,
        }
    }
}

impl AddAssign for Statuses {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_counted_once() {
        let mut statuses = Statuses::default();
        for status in SessionStatus::ALL {
            statuses.count(status);
        }
        assert_eq!(statuses.total(), 7);
        assert_eq!(statuses.booked(), 3);
        assert_eq!((statuses + statuses).total(), 14);
    }

    #[test]
    fn rates_leave_out_what_says_nothing_about_them() {
        let statuses = Statuses {
            pending: 100,
            confirmed: 2,
            declined: 1,
            cancelled: 2,
            expired: 1,
            completed: 3,
            no_show: 1,
        };
        let thousandths = |rate: Option<Thousandths>| rate.map(Thousandths::get);
        assert_eq!(thousandths(statuses.acceptance()), Some(750));
        assert_eq!(thousandths(statuses.expiry()), Some(125));
        assert_eq!(thousandths(statuses.cancellation()), Some(250));
        assert_eq!(thousandths(statuses.absence()), Some(250));
        assert_eq!(Statuses::default().absence(), None);
    }
}
