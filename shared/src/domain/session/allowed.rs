//! Who may do what to a session, and when: the one place that transitions and `allowed_actions` ask.

use jiff::Timestamp;

use super::{RESCHEDULE_ROUNDS, Session, SessionAction, SessionError, SessionStatus};
use crate::domain::user::{Actor, Role};

impl Session {
    /// The same question as [`Self::check`], with the way out in the refusal.
    pub(super) fn allow(
        &self,
        action: SessionAction,
        by: Actor,
        now: Timestamp,
    ) -> Result<(), SessionError> {
        self.check(action, by, now).map_err(|error| match error {
            SessionError::InvalidTransition { status, .. } => SessionError::InvalidTransition {
                status,
                allowed: self.allowed_actions(by, now),
            },
            other => other,
        })
    }

    pub(super) fn check(
        &self,
        action: SessionAction,
        by: Actor,
        now: Timestamp,
    ) -> Result<(), SessionError> {
        self.check_person(action, by)?;
        self.check_status(action)?;
        self.check_time(action, by, now)?;
        if action == SessionAction::Accept && !self.payment.status.is_secured() {
            return Err(SessionError::PaymentNotAuthorized);
        }
        Ok(())
    }

    fn check_person(&self, action: SessionAction, by: Actor) -> Result<(), SessionError> {
        let is_mentor = self.mentor_id == by.id;
        match action {
            SessionAction::Accept | SessionAction::Decline if !is_mentor => {
                Err(SessionError::NotYours("mentor"))
            }
            SessionAction::Complete | SessionAction::NoShow if !is_mentor && !by.is_admin() => {
                Err(SessionError::NotYours("mentor"))
            }
            SessionAction::Cancel if !self.has_participant(by.id) && !by.is_admin() => {
                Err(SessionError::NotYours("mentor or the mentee"))
            }
            SessionAction::Reschedule if !self.has_participant(by.id) => {
                Err(SessionError::NotYours("mentor or the mentee"))
            }
            SessionAction::Accept
            | SessionAction::Decline
            | SessionAction::Reschedule
            | SessionAction::Cancel
            | SessionAction::Complete
            | SessionAction::NoShow => Ok(()),
        }
    }

    fn check_status(&self, action: SessionAction) -> Result<(), SessionError> {
        let from: &[SessionStatus] = match action {
            SessionAction::Accept | SessionAction::Decline => &[SessionStatus::Pending],
            SessionAction::Cancel | SessionAction::Reschedule => {
                &[SessionStatus::Pending, SessionStatus::Confirmed]
            }
            SessionAction::Complete | SessionAction::NoShow => &[SessionStatus::Confirmed],
        };
        if from.contains(&self.status) {
            return Ok(());
        }
        Err(SessionError::InvalidTransition {
            status: self.status,
            allowed: Vec::new(),
        })
    }

    fn check_time(
        &self,
        action: SessionAction,
        by: Actor,
        now: Timestamp,
    ) -> Result<(), SessionError> {
        match action {
            SessionAction::Accept if now >= self.respond_by => Err(SessionError::AnswerTooLate),
            SessionAction::Complete | SessionAction::NoShow if now < self.scheduled_at => {
                Err(SessionError::NotStarted)
            }
            SessionAction::Cancel if self.is_late_for(by, now) => {
                Err(SessionError::TooLateToCancel(self.cancellation_notice))
            }
            SessionAction::Reschedule => self.check_reschedule(now),
            SessionAction::Accept
            | SessionAction::Decline
            | SessionAction::Cancel
            | SessionAction::Complete
            | SessionAction::NoShow => Ok(()),
        }
    }

    fn check_reschedule(&self, now: Timestamp) -> Result<(), SessionError> {
        if self.is_overdue(now) {
            return Err(SessionError::AnswerTooLate);
        }
        if now >= self.ends_at() {
            return Err(SessionError::Over);
        }
        if let Some(open) = self.rescheduling.open_at(now) {
            return Err(SessionError::RescheduleOpen(open.id));
        }
        if self.rescheduling.rounds >= RESCHEDULE_ROUNDS {
            return Err(SessionError::TooManyRounds);
        }
        Ok(())
    }

    /// Whether a mentee calls off a confirmed session within the mentor's notice.
    fn is_late_for(&self, by: Actor, now: Timestamp) -> bool {
        let is_bound = by.role == Role::Mentee && self.status == SessionStatus::Confirmed;
        is_bound && now + self.cancellation_notice > self.scheduled_at
    }
}
