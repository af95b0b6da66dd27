//! How a mentor gets a question, and what the two do while it is theirs.

use jiff::Timestamp;

use super::{
    CLAIM_IDLE, Draft, OFFER_AFTER, OPEN_CLAIMS, POSTS, Post, Question, QuestionAction,
    QuestionError, QuestionStatus, QuestionTurn, Stepped,
};
use crate::domain::event::Event;
use crate::domain::id::{SessionId, UserId};
use crate::domain::user::Actor;

impl Question {
    /// Offers it to mentors; that happens once. When it fits nobody, somebody may come whom it does: it waits once more.
    #[must_use]
    pub fn offer(self, mentors: &[UserId], now: Timestamp) -> Stepped {
        if mentors.is_empty() {
            let waiting = Self {
                offer_at: Some(now + OFFER_AFTER),
                ..self
            };
            return (waiting, Vec::new());
        }
        let told = mentors.iter();
        let events = told.map(|mentor| self.news(QuestionTurn::Offered, *mentor));
        let events = events.collect();
        let offered = Self {
            offer_at: None,
            ..self.changed(now)
        };
        (offered, events)
    }

    /// A mentor takes it; the first one wins. `claimed` is how many others they have claimed and not answered.
    ///
    /// # Errors
    /// When this person may not, somebody was faster, or the mentor has too many.
    pub fn claim(self, by: Actor, claimed: i64, now: Timestamp) -> Result<Stepped, QuestionError> {
        let (open, mut events) = self.begin(QuestionAction::Claim, by, now)?;
        if claimed >= OPEN_CLAIMS {
            return Err(QuestionError::TooManyClaims);
        }
        let taken = Self {
            mentor_id: Some(by.id),
            claims: open.claims + 1,
            ..open.holding(QuestionStatus::Claimed, CLAIM_IDLE, now)
        };
        events.push(taken.news(QuestionTurn::Claimed, taken.mentee_id));
        Ok((taken, events))
    }

    /// The mentor gives it back, or the asker asks for another answer: it is open again, to everybody but mentors whom the
    /// asker has turned away.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn release(self, by: Actor, now: Timestamp) -> Result<Stepped, QuestionError> {
        let (held, mut events) = self.begin(QuestionAction::Release, by, now)?;
        if held.mentee_id != by.id {
            events.push(held.news(QuestionTurn::Returned, held.mentee_id));
            return Ok((held.returned(now), events));
        }
        events.push(held.news_to_mentor(QuestionTurn::PassedOn));
        let declined = held.declined.iter().copied().chain(held.mentor_id);
        let passed_on = Self {
            declined: declined.collect(),
            ..held.returned(now)
        };
        Ok((passed_on, events))
    }

    /// The mentor answers, or the asker says more.
    ///
    /// # Errors
    /// When this person may not, not any more, or the thread is full.
    pub fn write(
        self,
        draft: Draft,
        by: Actor,
        now: Timestamp,
    ) -> Result<(Self, Post, Vec<Event>), QuestionError> {
        let (held, mut events) = self.begin(QuestionAction::Answer, by, now)?;
        if held.posts >= POSTS {
            return Err(QuestionError::ThreadFull);
        }
        let post = Post {
            id: draft.id,
            question_id: held.id,
            author_id: by.id,
            claim: held.claims,
            content: draft.content.into_string(),
            created_at: now,
        };
        let is_answer = held.mentee_id != by.id;
        events.push(if is_answer {
            held.news(QuestionTurn::Answered, held.mentee_id)
        } else {
            held.news_to_mentor(QuestionTurn::Replied)
        });
        let posts = held.posts + 1;
        let written = Self {
            posts,
            ..held.renewed(is_answer, now)
        };
        Ok((written, post, events))
    }

    /// One of the two would rather meet; the other one hears of it the first time. A mentor who says so has answered.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn escalate(self, by: Actor, now: Timestamp) -> Result<Stepped, QuestionError> {
        let (held, mut events) = self.begin(QuestionAction::Escalate, by, now)?;
        let is_mentor = held.mentee_id != by.id;
        if held.escalated_at.is_none() {
            events.push(if is_mentor {
                held.news(QuestionTurn::Escalated, held.mentee_id)
            } else {
                held.news_to_mentor(QuestionTurn::Escalated)
            });
        }
        let escalated_at = held.escalated_at.or(Some(now));
        let escalated = Self {
            escalated_at,
            ..held.renewed(is_mentor, now)
        };
        Ok((escalated, events))
    }

    /// Whether the two want to meet and have no session for it yet.
    #[must_use]
    pub fn awaits_booking(&self) -> bool {
        self.status.is_held() && self.escalated_at.is_some() && self.session_id.is_none()
    }

    /// Notes the session that its asker books with its mentor; a claim with a session does not lapse.
    ///
    /// # Errors
    /// When nobody has said that they would rather meet, or another mentor has it.
    pub fn book(
        self,
        session: SessionId,
        mentor: UserId,
        now: Timestamp,
    ) -> Result<Stepped, QuestionError> {
        let (held, events) = self.at(now);
        let is_theirs = held.status.is_held() && held.mentor_id == Some(mentor);
        if !is_theirs || held.escalated_at.is_none() {
            return Err(QuestionError::NotEscalated);
        }
        let booked = Self {
            session_id: Some(session),
            ..held.renewed(true, now)
        };
        Ok((booked, events))
    }
}
