//! Asking a question.

use jiff::Timestamp;

use super::{OFFER_AFTER, OPEN_QUESTIONS, OPEN_TIME, Question, QuestionError, QuestionStatus};
use crate::domain::id::{QuestionId, UserId};

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
            declined: Vec::new(),
            rating: None,
            rated_at: None,
            removed_reason: None,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }
}
