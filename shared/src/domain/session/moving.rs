//! Moving a session: one of the two proposes up to three times, the other one takes one of them or none.
//!
//! ```text
//! open ──accept──▶ accepted   the session moves: same id, new version
//!  │ └──reject──▶ rejected
//!  │ └──withdraw──▶ withdrawn  by whoever proposed
//!  └──(the session ends, or all times are past)──▶ lapsed
//! ```
//!
//! One proposal is open at a time, and every proposal is one of three rounds, whatever becomes of it. A pending session
//! that moves stays pending: the mentor's time to answer begins anew.

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::answer::{nudge_at, respond_by};
use super::step::Cause;
use super::{
    OpenReschedule, RescheduleAction, RescheduleAnswer, RescheduleRequest, RescheduleStatus,
    Rescheduling, Session, SessionAction, SessionError, SessionStatus, Standing, StepKind,
};
use crate::domain::event::Event;
use crate::domain::id::{RescheduleId, UserId};
use crate::domain::slots::Slot;
use crate::domain::time::Minutes;
use crate::domain::user::Actor;

/// What somebody proposes, once the times are known to be free.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The new proposal's id.
    pub id: RescheduleId,
    /// One to three times.
    pub times: Vec<Timestamp>,
    /// Why, if they say it.
    pub reason: Option<String>,
}

/// Where a session goes, once the time is known to be free.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The new time.
    pub slot: Slot,
    /// The mentor's shortest notice.
    pub min_notice: Minutes,
}

impl Session {
    /// What this person may do to a proposal now.
    #[must_use]
    pub fn allowed_answers(
        &self,
        request: &RescheduleRequest,
        by: Actor,
        now: Timestamp,
    ) -> Vec<RescheduleAction> {
        RescheduleAction::ALL
            .into_iter()
            .filter(|action| self.check_answer(request, *action, by, now).is_ok())
            .collect()
    }

    /// Tells whether a person may do something to a proposal.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn check_answer(
        &self,
        request: &RescheduleRequest,
        action: RescheduleAction,
        by: Actor,
        now: Timestamp,
    ) -> Result<(), SessionError> {
        let is_proposer = request.proposed_by == by.id;
        match action {
            RescheduleAction::Accept | RescheduleAction::Reject
                if is_proposer || !self.has_participant(by.id) =>
            {
                return Err(SessionError::NotYours("other one of the two"));
            }
            RescheduleAction::Withdraw if !is_proposer => {
                return Err(SessionError::NotYours("one who proposed it"));
            }
            RescheduleAction::Accept | RescheduleAction::Reject | RescheduleAction::Withdraw => {}
        }
        if !self.status.is_holding() {
            return Err(SessionError::InvalidTransition {
                status: self.status,
                allowed: self.allowed_actions(by, now),
            });
        }
        match request.status_at(now) {
            RescheduleStatus::Open => {}
            closed => return Err(SessionError::RescheduleNotOpen(closed)),
        }
        if action == RescheduleAction::Accept && self.is_overdue(now) {
            return Err(SessionError::AnswerTooLate);
        }
        Ok(())
    }

    /// Proposes other times. That they are free is known.
    ///
    /// # Errors
    /// When this person may not, not any more, or not again.
    pub fn propose(
        self,
        proposal: Proposal,
        by: Actor,
        now: Timestamp,
    ) -> Result<(Self, RescheduleRequest, Event), SessionError> {
        self.allow(SessionAction::Reschedule, by, now)?;
        if proposal.times.contains(&self.scheduled_at) {
            return Err(SessionError::SameTime);
        }
        let last = proposal.times.iter().max().copied();
        let lapses_at = last.map_or(now, |last| last.min(self.ends_at()));
        let rounds = self.rescheduling.rounds + 1;
        let event = Event::RescheduleProposed {
            session_id: self.id,
            request_id: proposal.id,
            recipient_id: self.other(by.id),
        };
        let cause = Cause::of(StepKind::RescheduleProposed, by.id);
        let cause = cause.because(proposal.reason.clone());
        let request = RescheduleRequest {
            id: proposal.id,
            session_id: self.id,
            round: rounds,
            proposed_by: by.id,
            times: proposal.times,
            reason: proposal.reason,
            status: RescheduleStatus::Open,
            lapses_at,
            answer: None,
            version: 1,
            created_at: now,
        };
        let open = OpenReschedule {
            id: request.id,
            by: by.id,
            until: lapses_at,
        };
        let status = self.status;
        let mut session = self.become_status(status, cause, now);
        session.rescheduling = Rescheduling {
            rounds,
            open: Some(open),
        };
        Ok((session, request, event))
    }

    /// Takes one of the proposed times: the session keeps its id and gets a new version. That the time is free is known.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn reschedule(
        self,
        request: RescheduleRequest,
        target: Target,
        by: Actor,
        now: Timestamp,
    ) -> Result<(Self, RescheduleRequest, Event), SessionError> {
        self.check_answer(&request, RescheduleAction::Accept, by, now)?;
        let starts_at = request.choose(Some(target.slot.starts_at))?;
        let event = Event::SessionRescheduled {
            session_id: self.id,
            starts_at,
        };
        let answer = RescheduleAnswer {
            by: by.id,
            at: now,
            time: Some(starts_at),
            reason: None,
        };
        let request = request.answered(RescheduleStatus::Accepted, answer);
        let to = Standing {
            status: self.status,
            starts_at,
        };
        let mut moved = self.take_step(Cause::of(StepKind::Rescheduled, by.id), to, now);
        moved.sequence += 1;
        moved.rescheduling.open = None;
        if moved.status == SessionStatus::Pending {
            moved.respond_by = respond_by(starts_at, target.min_notice, now);
            moved.nudge_at = Some(nudge_at(moved.respond_by, now));
        }
        Ok((moved, request, event))
    }

    /// Leaves the session where it is: the other one wants none of the times.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn reject_reschedule(
        self,
        request: RescheduleRequest,
        reason: Option<String>,
        by: Actor,
        now: Timestamp,
    ) -> Result<(Self, RescheduleRequest, Event), SessionError> {
        self.check_answer(&request, RescheduleAction::Reject, by, now)?;
        let cause = Cause::of(StepKind::RescheduleRejected, by.id).because(reason);
        Ok(self.close_reschedule(request, RescheduleStatus::Rejected, cause, now))
    }

    /// Leaves the session where it is: whoever proposed the times takes them back.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn withdraw_reschedule(
        self,
        request: RescheduleRequest,
        reason: Option<String>,
        by: Actor,
        now: Timestamp,
    ) -> Result<(Self, RescheduleRequest, Event), SessionError> {
        self.check_answer(&request, RescheduleAction::Withdraw, by, now)?;
        let cause = Cause::of(StepKind::RescheduleWithdrawn, by.id).because(reason);
        Ok(self.close_reschedule(request, RescheduleStatus::Withdrawn, cause, now))
    }

    fn close_reschedule(
        self,
        request: RescheduleRequest,
        status: RescheduleStatus,
        cause: Cause,
        now: Timestamp,
    ) -> (Self, RescheduleRequest, Event) {
        let by = cause.by.unwrap_or(request.proposed_by);
        let event = Event::RescheduleClosed {
            session_id: self.id,
            request_id: request.id,
            recipient_id: self.other(by),
        };
        let answer = RescheduleAnswer {
            by,
            at: now,
            time: None,
            reason: cause.reason.clone(),
        };
        let stays = self.status;
        let mut session = self.become_status(stays, cause, now);
        session.rescheduling.open = None;
        // Whom nobody asked while their own times were open is not asked in the same minute.
        if session.nudge_at.is_some_and(|at| at <= now) {
            session.nudge_at = Some(nudge_at(session.respond_by, now));
        }
        (session, request.answered(status, answer), event)
    }

    /// The one of the two who is not this person.
    fn other(&self, person: UserId) -> UserId {
        if person == self.mentor_id {
            self.mentee_id
        } else {
            self.mentor_id
        }
    }
}
