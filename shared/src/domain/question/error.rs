//! Why a question refuses to change.

use super::{QuestionAction, QuestionStatus};
use crate::domain::refusal::{Refusal, RefusalKind};

/// Why a question refused to be asked or to change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// The state machine has no such step.
    #[error("a question that is {} cannot do that", .status.as_str())]
    InvalidTransition {
        /// Where it stands.
        status: QuestionStatus,
        /// What the asker may do instead.
        allowed: Vec<QuestionAction>,
    },
    /// Somebody else may do it.
    #[error("only the {0} may do that")]
    NotYours(&'static str),
    /// Another mentor was faster.
    #[error("another mentor has this question")]
    Taken,
    /// The asker has turned the mentor away.
    #[error("whoever asked this wants to hear somebody else")]
    PassedOn,
    /// It is open: nobody has claimed it, or a claim is over because nobody wrote for an hour.
    #[error("nobody has this question: claim it first")]
    NotClaimed,
    /// An admin has not let the mentor appear yet.
    #[error("questions are for mentors who were approved")]
    NotApproved,
    /// The mentee waits for too many answers.
    #[error(
        "you have 5 questions under way: complete one that is answered, or take back an open one, first"
    )]
    TooManyQuestions,
    /// The mentor has taken too many.
    #[error("you have claimed 5 questions and not answered them: answer or release one first")]
    TooManyClaims,
    /// Nobody writes more in this thread.
    #[error("this thread has 50 posts: book a session instead")]
    ThreadFull,
    /// The asker has rated the answer before.
    #[error("you have rated this answer before")]
    AlreadyRated,
    /// Nobody has said that they would rather meet, or another mentor has it.
    #[error("is no question of yours with this mentor that was escalated")]
    NotEscalated,
}

impl Refusal for QuestionError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotYours(_) | Self::NotApproved => RefusalKind::Forbidden,
            Self::NotEscalated => RefusalKind::Invalid,
            Self::InvalidTransition { .. }
            | Self::Taken
            | Self::PassedOn
            | Self::NotClaimed
            | Self::TooManyQuestions
            | Self::TooManyClaims
            | Self::ThreadFull
            | Self::AlreadyRated => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InvalidTransition { .. } => "invalid_transition",
            Self::NotYours(_) => "not_your_question",
            Self::Taken => "question_taken",
            Self::PassedOn => "question_passed_on",
            Self::NotClaimed => "question_not_claimed",
            Self::NotApproved => "mentor_not_approved",
            Self::TooManyQuestions => "too_many_questions",
            Self::TooManyClaims => "too_many_claims",
            Self::ThreadFull => "thread_full",
            Self::AlreadyRated => "question_rated",
            Self::NotEscalated => "question_not_escalated",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotEscalated => Some("question_id"),
            Self::InvalidTransition { .. }
            | Self::NotYours(_)
            | Self::Taken
            | Self::PassedOn
            | Self::NotClaimed
            | Self::NotApproved
            | Self::TooManyQuestions
            | Self::TooManyClaims
            | Self::ThreadFull
            | Self::AlreadyRated => None,
        }
    }

    fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::InvalidTransition { status, allowed } => {
                Some(serde_json::json!({ "status": status, "allowed_actions": allowed }))
            }
            Self::NotYours(_)
            | Self::Taken
            | Self::PassedOn
            | Self::NotClaimed
            | Self::NotApproved
            | Self::TooManyQuestions
            | Self::TooManyClaims
            | Self::ThreadFull
            | Self::AlreadyRated
            | Self::NotEscalated => None,
        }
    }
}
