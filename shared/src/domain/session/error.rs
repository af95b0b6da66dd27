//! Why a session refuses to begin or to change.

use super::{RescheduleStatus, SessionAction, SessionStatus};
use crate::domain::id::RescheduleId;
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
    /// It has been over for some time.
    #[error("this session is over")]
    Over,
    /// A proposal to move it waits for an answer.
    #[error("other times are proposed already: they wait for an answer")]
    RescheduleOpen(RescheduleId),
    /// It was proposed to move often enough.
    #[error("a session can be proposed to move three times at most")]
    TooManyRounds,
    /// The proposal was answered, taken back, or is over.
    #[error("this proposal is {}", .0.as_str())]
    RescheduleNotOpen(RescheduleStatus),
    /// None of the proposed times is meant, or nobody can tell which.
    #[error("must be one of the proposed times")]
    TimeNotProposed,
    /// The session is at that time already.
    #[error("must be other times than the present one")]
    SameTime,
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
            | Self::Over
            | Self::RescheduleOpen(_)
            | Self::TooManyRounds
            | Self::PaymentNotAuthorized
            | Self::RescheduleNotOpen(_) => RefusalKind::Conflict,
            Self::TimeNotProposed | Self::SameTime => RefusalKind::Invalid,
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
            Self::Over => "session_over",
            Self::RescheduleOpen(_) => "reschedule_open",
            Self::TooManyRounds => "reschedule_limit_reached",
            Self::RescheduleNotOpen(_) => "reschedule_not_open",
            Self::TimeNotProposed => "time_not_proposed",
            Self::SameTime => "same_time",
            Self::PaymentNotAuthorized => "payment_not_authorized",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::TimeNotProposed => Some("scheduled_at"),
            Self::SameTime => Some("proposed_times"),
            Self::SlotTaken
            | Self::InvalidTransition { .. }
            | Self::NotYours(_)
            | Self::TooLateToCancel(_)
            | Self::NotStarted
            | Self::AnswerTooLate
            | Self::Over
            | Self::RescheduleOpen(_)
            | Self::TooManyRounds
            | Self::PaymentNotAuthorized
            | Self::RescheduleNotOpen(_) => None,
        }
    }

    fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::InvalidTransition { status, allowed } => {
                Some(serde_json::json!({ "status": status, "allowed_actions": allowed }))
            }
            Self::RescheduleOpen(id) => Some(serde_json::json!({ "reschedule_request_id": id })),
            Self::RescheduleNotOpen(status) => Some(serde_json::json!({ "status": status })),
            Self::SlotTaken
            | Self::NotYours(_)
            | Self::TooLateToCancel(_)
            | Self::NotStarted
            | Self::AnswerTooLate
            | Self::Over
            | Self::TooManyRounds
            | Self::TimeNotProposed
            | Self::PaymentNotAuthorized
            | Self::SameTime => None,
        }
    }
}
