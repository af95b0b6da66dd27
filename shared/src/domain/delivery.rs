//! What the mail service reports about a mail, and how far that mail has come with it.
//!
//! Reports come more than once and in any order, some of them before our own note that the mail has left. So a mail
//! stands where the furthest of its reports puts it:
//!
//! ```text
//! queued, sending, unknown, dropped ──▶ sent ──▶ failed ──▶ delivered ──▶ bounced ──▶ complained
//! ```
//!
//! A mail that was delivered may still come back (its server took it before it knew better), and who complains has got
//! it. Failed is before delivered because a second try of the same mail may have gone well.

mod report;

use super::notification::{MessageStatus, Suppression};
use super::words::words;

pub use report::{Report, ReportError};

words! {
    /// What the mail service says of a mail.
    ReportKind {
        /// It has taken it.
        Sent = "sent",
        /// The reader's server has taken it.
        Delivered = "delivered",
        /// The reader's server does not take it yet.
        Delayed = "delayed",
        /// The reader's server gave it back for good.
        Bounced = "bounced",
        /// The reader's server gave it back, for a reason that may pass.
        BouncedForNow = "bounced_for_now",
        /// The reader's server gave it back, nobody knows why.
        BouncedUnclear = "bounced_unclear",
        /// The reader called it spam.
        Complained = "complained",
        /// The reader said that it is no spam.
        Praised = "praised",
        /// It does not pass it on, for what is in it.
        Rejected = "rejected",
        /// It could not write it.
        Unwritten = "unwritten",
    }
}

impl ReportKind {
    /// How far a mail has come of which this is said; none when it says nothing about that.
    const fn status(self) -> Option<MessageStatus> {
        match self {
            Self::Sent => Some(MessageStatus::Sent),
            Self::Delivered => Some(MessageStatus::Delivered),
            Self::Bounced => Some(MessageStatus::Bounced),
            Self::Complained => Some(MessageStatus::Complained),
            Self::Rejected | Self::Unwritten => Some(MessageStatus::Failed),
            Self::Delayed | Self::BouncedForNow | Self::BouncedUnclear | Self::Praised => None,
        }
    }

    /// Why no more mail goes to the address of which this is said, if that follows.
    #[must_use]
    pub const fn suppression(self) -> Option<Suppression> {
        match self {
            Self::Bounced => Some(Suppression::Bounced),
            Self::Complained => Some(Suppression::Complained),
            Self::Sent
            | Self::Delivered
            | Self::Delayed
            | Self::BouncedForNow
            | Self::BouncedUnclear
            | Self::Praised
            | Self::Rejected
            | Self::Unwritten => None,
        }
    }
}

impl MessageStatus {
    /// How far a mail has come after a report: never back.
    #[must_use]
    pub fn after(self, report: ReportKind) -> Self {
        match report.status() {
            Some(told) if told.reach() > self.reach() => told,
            _ => self,
        }
    }

    /// Whether the mail has left for its reader, as far as anybody knows.
    #[must_use]
    pub const fn has_left(self) -> bool {
        match self {
            Self::Sent | Self::Delivered | Self::Bounced | Self::Complained => true,
            Self::Queued
            | Self::Sending
            | Self::Failed
            | Self::Unknown
            | Self::Dropped
            | Self::Gathered => false,
        }
    }

    const fn reach(self) -> u8 {
        match self {
            Self::Queued | Self::Sending | Self::Unknown | Self::Dropped | Self::Gathered => 0,
            Self::Sent => 1,
            Self::Failed => 2,
            Self::Delivered => 3,
            Self::Bounced => 4,
            Self::Complained => 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(first: MessageStatus, reports: &[ReportKind]) -> MessageStatus {
        reports
            .iter()
            .fold(first, |status, report| status.after(*report))
    }

    #[test]
    fn a_report_resolves_what_nobody_knew() {
        for open in [
            MessageStatus::Queued,
            MessageStatus::Sending,
            MessageStatus::Unknown,
            MessageStatus::Dropped,
        ] {
            assert_eq!(open.after(ReportKind::Sent), MessageStatus::Sent);
            assert_eq!(open.after(ReportKind::Delivered), MessageStatus::Delivered);
            assert_eq!(open.after(ReportKind::Rejected), MessageStatus::Failed);
        }
    }

    #[test]
    fn a_late_report_takes_nothing_back() {
        use ReportKind::{Bounced, Complained, Delivered, Sent};

        let from = |reports: &[ReportKind]| after(MessageStatus::Sending, reports);

        assert_eq!(from(&[Delivered, Sent]), MessageStatus::Delivered);
        assert_eq!(from(&[Bounced, Delivered]), MessageStatus::Bounced);
        assert_eq!(from(&[Delivered, Bounced]), MessageStatus::Bounced);
        assert_eq!(from(&[Delivered, Complained]), MessageStatus::Complained);
        assert_eq!(from(&[Complained, Bounced]), MessageStatus::Complained);
    }

    #[test]
    fn neither_the_order_of_reports_nor_their_number_matters() {
        for status in MessageStatus::ALL {
            for one in ReportKind::ALL {
                for other in ReportKind::ALL {
                    let once = after(*status, &[*one, *other]);
                    assert_eq!(once, after(*status, &[*other, *one]), "{one:?} {other:?}");
                    assert_eq!(once, after(*status, &[*one, *other, *one, *other, *one]));
                }
            }
        }
    }

    #[test]
    fn what_may_pass_is_noted_and_changes_nothing() {
        use ReportKind::{BouncedForNow, BouncedUnclear, Delayed, Praised};

        for report in [Delayed, BouncedForNow, BouncedUnclear, Praised] {
            for status in MessageStatus::ALL {
                assert_eq!(status.after(report), *status);
            }
            assert_eq!(report.suppression(), None);
        }
    }
}
