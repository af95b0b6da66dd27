//! A session: one mentor, one mentee, one span of time.
//!
//! ```text
//! pending ──accept──▶ confirmed ──complete──▶ completed
//!    │ └──decline──▶ declined  └──no_show──▶ no_show
//!    │ └──(no answer)──▶ expired │
//!    └──────cancel───────────────┴──▶ cancelled
//! ```

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::id::{MatchId, SessionId, UserId};
use super::refusal::{Refusal, RefusalKind};
use super::score::Thousandths;
use super::slots::Slot;
use super::time::Minutes;
use super::user::{Actor, Role};
use super::value::{Patch, ValueError};

/// Longest time a mentor has to answer: 48 hours.
pub const ANSWER_TIME: SignedDuration = SignedDuration::from_hours(48);

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Asked for; blocks its slot until the mentor answers.
    Pending,
    /// Will take place.
    Confirmed,
    /// The mentor said no.
    Declined,
    /// Called off by one of the two.
    Cancelled,
    /// The mentor never answered.
    Expired,
    /// Took place.
    Completed,
    /// One of the two did not come.
    NoShow,
}

impl SessionStatus {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Confirmed,
        Self::Declined,
        Self::Cancelled,
        Self::Expired,
        Self::Completed,
        Self::NoShow,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(ValueError::NotOneOf(
                "pending, confirmed, declined, cancelled, expired, completed, no_show",
            ))
    }

    /// Whether the two people are held busy by it.
    #[must_use]
    pub const fn is_holding(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
}

/// Something a person can do to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionAction {
    /// The mentor says yes.
    Accept,
    /// The mentor says no.
    Decline,
    /// Either side calls it off.
    Cancel,
    /// It took place.
    Complete,
    /// One of the two did not come.
    NoShow,
}

impl SessionAction {
    /// Every action, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Accept,
        Self::Decline,
        Self::Cancel,
        Self::Complete,
        Self::NoShow,
    ];
}

/// Where the money for a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Nothing is to be paid.
    NotRequired,
    /// The payer has to do something.
    Pending,
    /// Held on the payer's side.
    Authorized,
    /// Paid.
    Captured,
    /// Given back.
    Refunded,
    /// Could not be had.
    Failed,
}

impl PaymentStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::NotRequired,
        Self::Pending,
        Self::Authorized,
        Self::Captured,
        Self::Refunded,
        Self::Failed,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotRequired => "not_required",
            Self::Pending => "pending",
            Self::Authorized => "authorized",
            Self::Captured => "captured",
            Self::Refunded => "refunded",
            Self::Failed => "failed",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(ValueError::NotOneOf(
                "not_required, pending, authorized, captured, refunded, failed",
            ))
    }
}

/// What a session costs, and whether it is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Where the money stands.
    pub status: PaymentStatus,
    /// The price in minor units, if there is one.
    pub price: Option<i32>,
    /// Its ISO 4217 currency.
    pub currency: Option<String>,
}

impl Payment {
    /// A session without a price.
    pub const NONE: Self = Self {
        status: PaymentStatus::NotRequired,
        price: None,
        currency: None,
    };
}

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
    /// The mentor's shortest notice.
    pub min_notice: Minutes,
    /// The mentor's notice for cancelling.
    pub cancellation_notice: Minutes,
}

/// Why a session refused to begin or to change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The slot went to somebody else.
    #[error("this time was just taken: choose one of the alternatives")]
    SlotTaken,
    /// The state machine has no such step.
    #[error("a {} session cannot do that any more", .status.as_str())]
    InvalidTransition {
        /// Where the session stands.
        status: SessionStatus,
        /// What the asker may do instead.
        allowed: Vec<SessionAction>,
    },
    /// This person may not do that to this session.
    #[error("only the {0} may do that")]
    NotYours(&'static str),
    /// The mentee calls off within the mentor's notice.
    #[error("you can cancel until {0} minutes before the start: write to your mentor instead")]
    TooLateToCancel(Minutes),
    /// It has not started yet.
    #[error("this is possible once the session has started")]
    NotStarted,
    /// The time for an answer is over.
    #[error("the time to answer this request is over")]
    AnswerTooLate,
}

impl Refusal for SessionError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotYours(_) => RefusalKind::Forbidden,
            Self::SlotTaken
            | Self::InvalidTransition { .. }
            | Self::TooLateToCancel(_)
            | Self::NotStarted
            | Self::AnswerTooLate => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::SlotTaken => "slot_taken",
            Self::InvalidTransition { .. } => "invalid_transition",
            Self::NotYours(_) => "not_your_action",
            Self::TooLateToCancel(_) => "cancel_too_late",
            Self::NotStarted => "session_not_started",
            Self::AnswerTooLate => "answer_too_late",
        }
    }

    fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::InvalidTransition { status, allowed } => {
                Some(serde_json::json!({ "status": status, "allowed_actions": allowed }))
            }
            Self::SlotTaken
            | Self::NotYours(_)
            | Self::TooLateToCancel(_)
            | Self::NotStarted
            | Self::AnswerTooLate => None,
        }
    }
}

impl Session {
    /// Asks a mentor for a session.
    pub fn request(request: SessionRequest, mentee_id: UserId, now: Timestamp) -> (Self, Event) {
        let event = Event::SessionRequested {
            session_id: request.id,
        };
        let starts_at = request.slot.starts_at;
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
            payment: Payment::NONE,
            respond_by: respond_by(starts_at, request.min_notice, now),
            cancellation_notice: request.cancellation_notice,
            ending: None,
            version: 1,
            sequence: 0,
            created_at: now,
            updated_at: now,
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
        Ok((self.become_status(SessionStatus::Confirmed, now), event))
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
        let ending = Some(Ending { by: by.id, reason });
        Ok((
            Self {
                ending,
                ..self.become_status(SessionStatus::Declined, now)
            },
            event,
        ))
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
        let event = Event::SessionCancelled {
            session_id: self.id,
            by: by.id,
            was_confirmed: self.status == SessionStatus::Confirmed,
        };
        let ending = Some(Ending { by: by.id, reason });
        let sequence = self.sequence + 1;
        Ok((
            Self {
                ending,
                sequence,
                ..self.become_status(SessionStatus::Cancelled, now)
            },
            event,
        ))
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
        Ok((self.become_status(SessionStatus::Completed, now), event))
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
        Ok((self.become_status(SessionStatus::NoShow, now), event))
    }

    /// Changes what people may write on a session, in whatever state it is.
    ///
    /// # Errors
    /// When a field belongs to the mentor and somebody else asks.
    pub fn edit(
        mut self,
        edit: SessionEdit,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, SessionError> {
        let is_mentors = edit.mentor_notes.is_sent() || edit.meeting_link.is_sent();
        if is_mentors && by.id != self.mentor_id {
            return Err(SessionError::NotYours("mentor"));
        }
        edit.notes.apply(&mut self.notes, |text| text);
        edit.mentor_notes.apply(&mut self.mentor_notes, |text| text);
        edit.meeting_link.apply(&mut self.meeting_link, |text| text);
        Ok(Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        })
    }

    fn become_status(self, status: SessionStatus, now: Timestamp) -> Self {
        Self {
            status,
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }

    /// The same question as [`Self::check`], with the way out in the refusal.
    fn allow(&self, action: SessionAction, by: Actor, now: Timestamp) -> Result<(), SessionError> {
        self.check(action, by, now).map_err(|error| match error {
            SessionError::InvalidTransition { status, .. } => SessionError::InvalidTransition {
                status,
                allowed: self.allowed_actions(by, now),
            },
            other => other,
        })
    }

    fn check(&self, action: SessionAction, by: Actor, now: Timestamp) -> Result<(), SessionError> {
        self.check_person(action, by)?;
        self.check_status(action)?;
        self.check_time(action, by, now)
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
            SessionAction::Accept
            | SessionAction::Decline
            | SessionAction::Cancel
            | SessionAction::Complete
            | SessionAction::NoShow => Ok(()),
        }
    }

    fn check_status(&self, action: SessionAction) -> Result<(), SessionError> {
        let from: &[SessionStatus] = match action {
            SessionAction::Accept | SessionAction::Decline => &[SessionStatus::Pending],
            SessionAction::Cancel => &[SessionStatus::Pending, SessionStatus::Confirmed],
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
            SessionAction::Accept
            | SessionAction::Decline
            | SessionAction::Cancel
            | SessionAction::Complete
            | SessionAction::NoShow => Ok(()),
        }
    }

    /// Whether a mentee calls off a confirmed session within the mentor's notice.
    fn is_late_for(&self, by: Actor, now: Timestamp) -> bool {
        let is_bound = by.role == Role::Mentee && self.status == SessionStatus::Confirmed;
        is_bound && now + self.cancellation_notice > self.scheduled_at
    }
}

/// Until when the mentor can answer: 48 hours, or the mentor's notice before the start if that is earlier.
///
/// A request made close to that notice would leave no time at all, so the mentor always has
/// at least half of the time that remains.
fn respond_by(starts_at: Timestamp, min_notice: Minutes, now: Timestamp) -> Timestamp {
    let half_way = now + starts_at.duration_since(now) / 2;
    let by_notice = starts_at - min_notice;
    (now + ANSWER_TIME).min(by_notice.max(half_way))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::UserStatus;
    use uuid::Uuid;

    const START: &str = "2026-03-02T15:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn person(number: u128, role: Role) -> Actor {
        Actor {
            id: Uuid::from_u128(number).into(),
            role,
            login: Uuid::from_u128(99).into(),
            status: UserStatus::Active,
            is_verified: true,
        }
    }

    fn mentor() -> Actor {
        person(1, Role::Mentor)
    }

    fn mentee() -> Actor {
        person(2, Role::Mentee)
    }

    fn pending() -> Session {
        let slot = Slot {
            starts_at: at(START),
            ends_at: at("2026-03-02T16:00:00Z"),
        };
        let request = SessionRequest {
            id: Uuid::from_u128(7).into(),
            mentor_id: mentor().id,
            slot,
            duration: Minutes(60),
            topic: Some("pricing".to_owned()),
            mentee_notes: None,
            matched: None,
            min_notice: Minutes(120),
            cancellation_notice: Minutes(120),
        };
        Session::request(request, mentee().id, at("2026-02-20T10:00:00Z")).0
    }

    fn confirmed() -> Session {
        pending()
            .accept(mentor(), at("2026-02-20T11:00:00Z"))
            .unwrap()
            .0
    }

    #[test]
    fn the_mentor_has_48_hours_to_answer() {
        assert_eq!(pending().respond_by, at("2026-02-22T10:00:00Z"));
    }

    #[test]
    fn a_short_notice_shortens_the_time_to_answer_but_leaves_half_of_it() {
        let two_hours = Minutes(120);
        assert_eq!(
            respond_by(at(START), two_hours, at("2026-03-02T05:00:00Z")),
            at("2026-03-02T13:00:00Z")
        );
        assert_eq!(
            respond_by(at(START), two_hours, at("2026-03-02T13:00:00Z")),
            at("2026-03-02T14:00:00Z")
        );
    }

    #[test]
    fn only_the_mentor_accepts() {
        let now = at("2026-02-20T11:00:00Z");
        assert_eq!(
            pending().accept(mentee(), now).unwrap_err(),
            SessionError::NotYours("mentor")
        );
        let (session, event) = pending().accept(mentor(), now).unwrap();
        assert_eq!(
            (session.status, session.version),
            (SessionStatus::Confirmed, 2)
        );
        assert_eq!(
            event,
            Event::SessionConfirmed {
                session_id: session.id
            }
        );
    }

    #[test]
    fn an_answer_after_the_deadline_is_refused() {
        let refused = pending()
            .accept(mentor(), at("2026-02-22T10:00:00Z"))
            .unwrap_err();
        assert_eq!(refused, SessionError::AnswerTooLate);
    }

    #[test]
    fn a_mentee_cancels_until_the_notice_and_a_mentor_until_the_end() {
        assert!(
            confirmed()
                .cancel(mentee(), None, at("2026-03-02T13:00:00Z"))
                .is_ok()
        );
        let late = at("2026-03-02T13:00:01Z");
        let refused = confirmed().cancel(mentee(), None, late).unwrap_err();
        assert_eq!(refused, SessionError::TooLateToCancel(Minutes(120)));
        let (session, _) = confirmed()
            .cancel(mentor(), Some("ill".to_owned()), late)
            .unwrap();
        assert_eq!(session.sequence, 1);
        assert_eq!(session.ending.unwrap().reason.as_deref(), Some("ill"));
    }

    #[test]
    fn a_cancellation_says_whether_calendars_may_know_of_the_session() {
        for (session, was_confirmed) in [(pending(), false), (confirmed(), true)] {
            let (id, by) = (session.id, mentor().id);
            let (_, event) = session.cancel(mentor(), None, at(START)).unwrap();
            let expected = Event::SessionCancelled {
                session_id: id,
                by,
                was_confirmed,
            };
            assert_eq!(event, expected);
        }
    }

    #[test]
    fn a_session_is_completed_once_it_has_started() {
        assert_eq!(
            confirmed()
                .complete(mentor(), at("2026-03-02T14:59:59Z"))
                .unwrap_err(),
            SessionError::NotStarted
        );
        let (session, _) = confirmed().complete(mentor(), at(START)).unwrap();
        assert_eq!(session.status, SessionStatus::Completed);
    }

    #[test]
    fn an_ended_session_names_its_state_and_what_is_left() {
        let (session, _) = confirmed().complete(mentor(), at(START)).unwrap();
        let refused = session.cancel(mentee(), None, at(START)).unwrap_err();
        assert_eq!(
            refused.details().unwrap(),
            serde_json::json!({ "status": "completed", "allowed_actions": [] })
        );
    }

    #[test]
    fn a_client_is_told_what_each_side_may_do() {
        use SessionAction::{Accept, Cancel, Complete, Decline, NoShow};
        let now = at("2026-02-20T11:00:00Z");
        assert_eq!(
            pending().allowed_actions(mentor(), now),
            [Accept, Decline, Cancel]
        );
        assert_eq!(pending().allowed_actions(mentee(), now), [Cancel]);
        assert_eq!(
            confirmed().allowed_actions(mentor(), at(START)),
            [Cancel, Complete, NoShow]
        );
        assert_eq!(pending().allowed_actions(person(3, Role::Mentee), now), []);
    }
}
