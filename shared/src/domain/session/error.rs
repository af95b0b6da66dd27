//! Why a session refuses to begin or to change.

use super::{SessionAction, SessionStatus};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Minutes;

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
    /// Nobody holds the money for it yet.
    #[error(
        "the payment is not authorized yet: it can be accepted once your mentee has paid, of which they know"
    )]
    PaymentNotAuthorized,
}

impl Refusal for SessionError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotYours(_) => RefusalKind::Forbidden,
            Self::SlotTaken
            | Self::InvalidTransition { .. }
            | Self::TooLateToCancel(_)
            | Self::NotStarted
            | Self::AnswerTooLate
            | Self::PaymentNotAuthorized => RefusalKind::Conflict,
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
            Self::PaymentNotAuthorized => "payment_not_authorized",
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
            | Self::AnswerTooLate
            | Self::PaymentNotAuthorized => None,
        }
    }
}
