//! How long a mentor has to answer, when they are asked once more, and what becomes of a request without an answer.

use jiff::{SignedDuration, Timestamp};

use super::step::Cause;
use super::{Session, SessionStatus, StepKind};
use crate::domain::event::Event;
use crate::domain::time::Minutes;

/// Longest time a mentor has to answer: 48 hours.
pub const ANSWER_TIME: SignedDuration = SignedDuration::from_hours(48);

/// Shortest time a mentor has to answer, if the session does not start even sooner: one hour.
const LEAST_ANSWER_TIME: SignedDuration = SignedDuration::from_hours(1);

/// Until when the mentor can answer: 48 hours, or the mentor's notice before the start if that is earlier.
///
/// A request made close to that notice would leave no time at all, so the mentor always has an hour, or half of the
/// time that remains if that is less.
pub(super) fn respond_by(starts_at: Timestamp, min_notice: Minutes, now: Timestamp) -> Timestamp {
    let least = LEAST_ANSWER_TIME.min(starts_at.duration_since(now) / 2);
    let by_notice = starts_at - min_notice;
    (now + ANSWER_TIME).min(by_notice.max(now + least))
}

/// When the mentor is asked once more: at half time.
pub(super) fn nudge_at(respond_by: Timestamp, now: Timestamp) -> Timestamp {
    now + respond_by.duration_since(now) / 2
}

impl Session {
    /// Whether it waits for an answer that would come too late.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.status == SessionStatus::Pending && now >= self.respond_by
    }

    /// Gives the time free that nobody has confirmed; `None` when it waits for no answer, or may still be answered.
    #[must_use]
    pub fn expire(self, now: Timestamp) -> Option<(Self, Event)> {
        if !self.is_overdue(now) {
            return None;
        }
        let event = Event::SessionExpired {
            session_id: self.id,
        };
        let cause = Cause {
            kind: StepKind::Expired,
            by: None,
            reason: None,
        };
        let expired = self.become_status(SessionStatus::Expired, cause, now);
        Some((expired, event))
    }
}
