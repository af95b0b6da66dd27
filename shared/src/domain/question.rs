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
mod ask;
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

pub use ask::Wording;
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
/// How many questions one mentor is offered at a time.
pub const OFFERS_AT_ONCE: usize = 5;
/// How many questions of one mentee may be open, claimed or answered at a time.
pub const OPEN_QUESTIONS: i64 = 5;
/// How many questions one mentor may have claimed and not answered at a time.
pub const OPEN_CLAIMS: i64 = 5;
/// How many posts a thread has at most.
pub const POSTS: i32 = 50;

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
    /// Mentors whom its asker turned away, while it is under way: they do not get it again.
    pub declined: Vec<UserId>,
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
    /// Whether the person is one of the two.
    #[must_use]
    pub fn has_participant(&self, person: UserId) -> bool {
        self.mentee_id == person || self.mentor_id == Some(person)
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
            declined: Vec::new(),
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
