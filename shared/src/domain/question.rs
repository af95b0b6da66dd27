//! A quick question: a mentee asks, one mentor at a time has it, and the two write to each other until it is answered.
//!
//! ```text
//! open ──claim──▶ claimed ──answer──▶ answered ──complete──▶ completed
//!  │ ▲               │                   │  └──(7 days idle)──▶ completed
//!  │ ├────release────┤                   │
//!  │ ├─(60 min idle)─┘                   │
//!  │ └────────────release────────────────┘
//!  ├──(7 days)──▶ expired
//!  └──withdraw──▶ withdrawn            any ──remove──▶ removed
//! ```
//!
//! What time does to a question is true without anybody writing it down: whoever reads one asks [`Question::at`], and a
//! schedule writes it down later and tells people. A claim lapses only while its mentor has not answered; what was
//! answered stays with its mentor until the asker has enough, or asks for somebody else.

mod allowed;
mod board;
mod ending;
mod error;
mod held;
mod news;
mod post;
mod status;
#[cfg(test)]
mod tests;
mod time;

use jiff::{SignedDuration, Timestamp};

use super::event::Event;
use super::id::{QuestionId, SessionId, UserId};
use super::user::{Actor, Role};

pub use board::{COUNTED_DAYS, HALF_LIFE_DAYS, Place, Tally, board, worth};
pub use error::QuestionError;
pub use news::{QuestionNews, QuestionTurn};
pub use post::{Draft, Post};
pub use status::{QuestionAction, QuestionStatus};

/// How long a claim without an answer lasts when nobody writes.
pub const CLAIM_IDLE: SignedDuration = SignedDuration::from_mins(60);
/// How long an open question waits for a mentor.
pub const OPEN_TIME: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an answered question stays open to more words when nobody writes any.
pub const ANSWERED_IDLE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a question lies unclaimed before it is offered to the mentors who fit best.
pub const OFFER_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// To how many mentors it is offered.
pub const OFFERED_TO: usize = 5;
/// How many questions of one mentee may be open, claimed or answered at a time.
pub const OPEN_QUESTIONS: i64 = 5;
/// How many questions one mentor may have claimed and not answered at a time.
pub const OPEN_CLAIMS: i64 = 5;
/// How many posts a thread has at most.
pub const POSTS: i32 = 50;

/// What somebody wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// In a few words.
    pub title: String,
    /// In full; empty once its asker is erased.
    pub text: String,
    /// What it is about, as short phrases.
    pub topics: Vec<String>,
}

/// A quick question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Names it for good.
    pub id: QuestionId,
    /// Who asks.
    pub mentee_id: UserId,
    /// What.
    pub wording: Wording,
    /// Where it stands.
    pub status: QuestionStatus,
    /// Until when it stays there by itself; none when it has ended.
    pub holds_until: Option<Timestamp>,
    /// Who has it, or had it when it ended.
    pub mentor_id: Option<UserId>,
    /// How often it was claimed: every post belongs to one claim.
    pub claims: i32,
    /// How many posts there are, of all claims.
    pub posts: i32,
    /// When it is offered to mentors; none when it was.
    pub offer_at: Option<Timestamp>,
    /// When one of the two wanted to meet instead.
    pub escalated_at: Option<Timestamp>,
    /// The session that was booked for it last.
    pub session_id: Option<SessionId>,
    /// What the asker thinks of the answer, 1 to 5 stars.
    pub rating: Option<i16>,
    /// Since when.
    pub rated_at: Option<Timestamp>,
    /// Why an admin removed it.
    pub removed_reason: Option<String>,
    /// Counts the changes.
    pub version: i64,
    /// When it was asked.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

/// A question after a step, with what people are to hear of it.
pub type Stepped = (Question, Vec<Event>);

impl Question {
    /// Asks.
    ///
    /// # Errors
    /// When the mentee has asked too many questions that are not answered yet.
    pub fn ask(
        id: QuestionId,
        mentee_id: UserId,
        (wording, open): (Wording, i64),
        now: Timestamp,
    ) -> Result<Self, QuestionError> {
        if open >= OPEN_QUESTIONS {
            return Err(QuestionError::TooManyQuestions);
        }
        Ok(Self {
            id,
            mentee_id,
            wording,
            status: QuestionStatus::Open,
            holds_until: Some(now + OPEN_TIME),
            mentor_id: None,
            claims: 0,
            posts: 0,
            offer_at: Some(now + OFFER_AFTER),
            escalated_at: None,
            session_id: None,
            rating: None,
            rated_at: None,
            removed_reason: None,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    /// Whether the person is one of the two.
    #[must_use]
    pub fn has_participant(&self, person: UserId) -> bool {
        self.mentee_id == person || self.mentor_id == Some(person)
    }

    /// Whether somebody may know that it exists: its two people, admins, and mentors while it is open. What was removed
    /// only admins know.
    #[must_use]
    pub fn is_known_to(&self, actor: Actor, now: Timestamp) -> bool {
        let present = self.clone().at(now).0;
        match present.status {
            _ if actor.is_admin() => true,
            QuestionStatus::Removed => false,
            QuestionStatus::Open if actor.role == Role::Mentor => true,
            QuestionStatus::Open
            | QuestionStatus::Claimed
            | QuestionStatus::Answered
            | QuestionStatus::Completed
            | QuestionStatus::Expired
            | QuestionStatus::Withdrawn => present.has_participant(actor.id),
        }
    }

    pub(super) fn news(&self, turn: QuestionTurn, recipient_id: UserId) -> Event {
        Event::Question(QuestionNews {
            turn,
            question_id: self.id,
            recipient_id,
        })
    }

    /// What is held has a mentor; the asker stands in where a row of the database should say otherwise.
    pub(super) fn news_to_mentor(&self, turn: QuestionTurn) -> Event {
        self.news(turn, self.mentor_id.unwrap_or(self.mentee_id))
    }

    pub(super) fn changed(self, now: Timestamp) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }

    pub(super) fn holding(
        self,
        status: QuestionStatus,
        span: SignedDuration,
        now: Timestamp,
    ) -> Self {
        Self {
            status,
            holds_until: Some(now + span),
            ..self.changed(now)
        }
    }

    pub(super) fn ended(self, status: QuestionStatus, now: Timestamp) -> Self {
        Self {
            status,
            holds_until: None,
            offer_at: None,
            ..self.changed(now)
        }
    }

    /// The two go on; with `is_answer` the mentor has done their part.
    pub(super) fn renewed(self, is_answer: bool, now: Timestamp) -> Self {
        if is_answer || self.status == QuestionStatus::Answered {
            self.holding(QuestionStatus::Answered, ANSWERED_IDLE, now)
        } else {
            self.holding(QuestionStatus::Claimed, CLAIM_IDLE, now)
        }
    }

    /// Open again since a moment, as if it had been asked then; it is offered only if it never was.
    pub(super) fn returned(self, since: Timestamp) -> Self {
        Self {
            mentor_id: None,
            escalated_at: None,
            session_id: None,
            offer_at: self.offer_at.map(|_| since + OFFER_AFTER),
            ..self.holding(QuestionStatus::Open, OPEN_TIME, since)
        }
    }
}
