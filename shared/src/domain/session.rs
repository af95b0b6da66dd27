//! A session: one mentor, one mentee, one span of time.
//!
//! ```text
//! pending ──accept──▶ confirmed ──complete──▶ completed
//!    │ └──decline──▶ declined  └──no_show──▶ no_show
//!    │ └──(no answer)──▶ expired │
//!    └──────cancel───────────────┴──▶ cancelled
//! ```
//!
//! A pending or confirmed session can also move to another time: see [`RescheduleRequest`].

mod allowed;
mod answer;
mod error;
mod moving;
mod payment;
mod reschedule;
mod status;
mod step;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::event::Event;
use super::id::{MatchId, SessionId, UserId};
use super::score::Thousandths;
use super::slots::Slot;
use super::time::Minutes;
use super::user::Actor;
use super::value::Patch;

pub use answer::ANSWER_TIME;
pub use error::SessionError;
pub use moving::{Proposal, Target};
pub use payment::{Payment, PaymentStatus};
pub use reschedule::{
    OpenReschedule, RESCHEDULE_ROUNDS, RescheduleAction, RescheduleAnswer, RescheduleRequest,
    RescheduleStatus, Rescheduling,
};
pub use status::{SessionAction, SessionStatus};
pub use step::{Standing, Step, StepKind};

use answer::{nudge_at, respond_by};
use step::Cause;

/// What a participant changes of a session without moving it.
#[derive(Clone, Debug, Default)]
pub struct SessionEdit {
    /// Notes for both.
    pub notes: Patch<String>,
    /// Notes of the mentor alone.
    pub mentor_notes: Patch<String>,
    /// Where they meet; the mentor says it.
    pub meeting_link: Patch<String>,
}

/// Who ended a session early, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Who did.
    pub by: UserId,
    /// Their words, if any.
    pub reason: Option<String>,
}

/// A mentoring session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Names it for good; it stays when the session moves.
    pub id: SessionId,
    /// Who gives it.
    pub mentor_id: UserId,
    /// Who asked for it.
    pub mentee_id: UserId,
    /// When it starts.
    pub scheduled_at: Timestamp,
    /// How long it takes.
    pub duration: Minutes,
    /// Where it stands.
    pub status: SessionStatus,
    /// What it is about.
    pub topic: Option<String>,
    /// Notes for both.
    pub notes: Option<String>,
    /// What the mentee wrote when asking.
    pub mentee_notes: Option<String>,
    /// What only the mentor sees.
    pub mentor_notes: Option<String>,
    /// Where they meet.
    pub meeting_link: Option<String>,
    /// The match it came from.
    pub match_id: Option<MatchId>,
    /// That match's score.
    pub match_score: Option<Thousandths>,
    /// What it costs.
    pub payment: Payment,
    /// Until when the mentor can answer.
    pub respond_by: Timestamp,
    /// When the mentor is asked once more for an answer; none when they were.
    pub nudge_at: Option<Timestamp>,
    /// What is known of proposals to move it.
    pub rescheduling: Rescheduling,
    /// Until when the mentee can cancel, before the start.
    pub cancellation_notice: Minutes,
    /// Who ended it early, and why.
    pub ending: Option<Ending>,
    /// Counts the changes.
    pub version: i64,
    /// How often its time or place was announced anew (RFC 5545 SEQUENCE).
    pub sequence: i32,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
    /// The step it has taken since it was read, for its history.
    pub step: Option<Step>,
}

/// What a mentee asks for, once the slot is known to be free.
#[derive(Clone, Debug)]
pub struct SessionRequest {
    /// The new session's id.
    pub id: SessionId,
    /// Whom they ask.
    pub mentor_id: UserId,
    /// When.
    pub slot: Slot,
    /// How long.
    pub duration: Minutes,
    /// What about.
    pub topic: Option<String>,
    /// A word to the mentor.
    pub mentee_notes: Option<String>,
    /// The match it came from, with its score.
    pub matched: Option<(MatchId, Thousandths)>,
    /// What it costs.
    pub payment: Payment,
    /// The mentor's shortest notice.
    pub min_notice: Minutes,
    /// The mentor's notice for cancelling.
    pub cancellation_notice: Minutes,
}

impl Session {
    /// Asks a mentor for a session.
    pub fn request(request: SessionRequest, mentee_id: UserId, now: Timestamp) -> (Self, Event) {
        let event = Event::SessionRequested {
            session_id: request.id,
        };
        let starts_at = request.slot.starts_at;
        let respond_by = respond_by(starts_at, request.min_notice, now);
        let step = Step {
            kind: StepKind::Requested,
            by: Some(mentee_id),
            reason: None,
            from: None,
            to: Standing {
                status: SessionStatus::Pending,
                starts_at,
            },
            version: 1,
            at: now,
        };
        let session = Self {
            id: request.id,
            mentor_id: request.mentor_id,
            mentee_id,
            scheduled_at: starts_at,
            duration: request.duration,
            status: SessionStatus::Pending,
            topic: request.topic,
            notes: None,
            mentee_notes: request.mentee_notes,
            mentor_notes: None,
            meeting_link: None,
            match_id: request.matched.map(|(id, _)| id),
            match_score: request.matched.map(|(_, score)| score),
            payment: request.payment,
            respond_by,
            nudge_at: Some(nudge_at(respond_by, now)),
            rescheduling: Rescheduling::default(),
            cancellation_notice: request.cancellation_notice,
            ending: None,
            version: 1,
            sequence: 0,
            created_at: now,
            updated_at: now,
            step: Some(step),
        };
        (session, event)
    }

    /// When it ends.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        self.scheduled_at + self.duration
    }

    /// Whether the person is one of the two.
    #[must_use]
    pub fn has_participant(&self, person: UserId) -> bool {
        self.mentor_id == person || self.mentee_id == person
    }

    /// What this person may do now, so that a client holds no rules.
    #[must_use]
    pub fn allowed_actions(&self, by: Actor, now: Timestamp) -> Vec<SessionAction> {
        SessionAction::ALL
            .into_iter()
            .filter(|action| self.check(*action, by, now).is_ok())
            .collect()
    }

    /// The mentor says yes.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn accept(self, by: Actor, now: Timestamp) -> Result<(Self, Event), SessionError> {
        self.allow(SessionAction::Accept, by, now)?;
        let event = Event::SessionConfirmed {
            session_id: self.id,
        };
        let cause = Cause::of(StepKind::Accepted, by.id);
        let accepted = self.become_status(SessionStatus::Confirmed, cause, now);
        Ok((accepted, event))
    }

    /// The mentor says no.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn decline(
        self,
        by: Actor,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<(Self, Event), SessionError> {
        self.allow(SessionAction::Decline, by, now)?;
        let event = Event::SessionDeclined {
            session_id: self.id,
        };
        let cause = Cause::of(StepKind::Declined, by.id).because(reason.clone());
        let declined = Self {
            ending: Some(Ending { by: by.id, reason }),
            ..self.become_status(SessionStatus::Declined, cause, now)
        };
        Ok((declined, event))
    }

    /// Calls the session off.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn cancel(
        self,
        by: Actor,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<(Self, Event), SessionError> {
        self.allow(SessionAction::Cancel, by, now)?;
        Ok(self.call_off(Ending { by: by.id, reason }, now))
    }

    /// Calls the session off because one of the two leaves the platform; no notice binds them.
    ///
    /// # Errors
    /// When it has ended.
    pub fn leave(self, leaver: UserId, now: Timestamp) -> Result<(Self, Event), SessionError> {
        if !self.status.is_holding() {
            let (status, allowed) = (self.status, Vec::new());
            return Err(SessionError::InvalidTransition { status, allowed });
        }
        let ending = Ending {
            by: leaver,
            reason: None,
        };
        Ok(self.call_off(ending, now))
    }

    fn call_off(self, ending: Ending, now: Timestamp) -> (Self, Event) {
        let event = Event::SessionCancelled {
            session_id: self.id,
            by: ending.by,
            was_confirmed: self.status == SessionStatus::Confirmed,
        };
        let cause = Cause::of(StepKind::Cancelled, ending.by).because(ending.reason.clone());
        let called_off = Self {
            ending: Some(ending),
            sequence: self.sequence + 1,
            ..self.become_status(SessionStatus::Cancelled, cause, now)
        };
        (called_off, event)
    }

    /// Says that it took place.
    ///
    /// # Errors
    /// When this person may not, not yet, or not any more.
    pub fn complete(self, by: Actor, now: Timestamp) -> Result<(Self, Event), SessionError> {
        self.allow(SessionAction::Complete, by, now)?;
        let event = Event::SessionCompleted {
            session_id: self.id,
        };
        let cause = Cause::of(StepKind::Completed, by.id);
        let completed = self.become_status(SessionStatus::Completed, cause, now);
        Ok((completed, event))
    }

    /// Says that one of the two did not come.
    ///
    /// # Errors
    /// When this person may not, not yet, or not any more.
    pub fn no_show(self, by: Actor, now: Timestamp) -> Result<(Self, Event), SessionError> {
        self.allow(SessionAction::NoShow, by, now)?;
        let event = Event::SessionNoShow {
            session_id: self.id,
        };
        let cause = Cause::of(StepKind::NoShow, by.id);
        let missed = self.become_status(SessionStatus::NoShow, cause, now);
        Ok((missed, event))
    }

    /// Changes what people may write on a session, in whatever state it is. Calendars hear of another place to meet.
    ///
    /// # Errors
    /// When a field belongs to the mentor and somebody else asks.
    pub fn edit(
        mut self,
        edit: SessionEdit,
        by: Actor,
        now: Timestamp,
    ) -> Result<(Self, Option<Event>), SessionError> {
        let is_mentors = edit.mentor_notes.is_sent() || edit.meeting_link.is_sent();
        if is_mentors && by.id != self.mentor_id {
            return Err(SessionError::NotYours("mentor"));
        }
        let place = self.meeting_link.clone();
        edit.notes.apply(&mut self.notes, |text| text);
        edit.mentor_notes.apply(&mut self.mentor_notes, |text| text);
        edit.meeting_link.apply(&mut self.meeting_link, |text| text);
        let is_invited = self.status == SessionStatus::Confirmed && now < self.ends_at();
        let is_elsewhere = is_invited && self.meeting_link != place;
        let event = is_elsewhere.then_some(Event::SessionRelocated {
            session_id: self.id,
        });
        let edited = Self {
            version: self.version + 1,
            sequence: self.sequence + i32::from(is_elsewhere),
            updated_at: now,
            ..self
        };
        Ok((edited, event))
    }
}
