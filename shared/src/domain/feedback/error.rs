//! Why feedback is refused.

use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::session::SessionStatus;

/// Why a feedback refused to be given or to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedbackError {
    /// Somebody else had the session.
    #[error("only the two people of a session say how it was")]
    NotYours,
    /// The session has not taken place.
    #[error("feedback is for completed sessions: this one is {}", .0.as_str())]
    NotCompleted(SessionStatus),
    /// They have said it.
    #[error("you have given feedback on this session: change it instead")]
    Given,
    /// The time to change it is over.
    #[error("feedback can be changed for 24 hours, and no more once it is published")]
    EditClosed,
    /// The mentor may have seen whose it is.
    #[error("the mentor may have seen your name: feedback that was not anonymous stays so")]
    WasNamed,
    /// It is out of sight.
    #[error("this feedback is hidden already")]
    Hidden,
    /// It is not out of sight.
    #[error("this feedback is not hidden")]
    NotHidden,
}

impl Refusal for FeedbackError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotYours => RefusalKind::Forbidden,
            Self::NotCompleted(_)
            | Self::Given
            | Self::EditClosed
            | Self::WasNamed
            | Self::Hidden
            | Self::NotHidden => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "feedback_not_yours",
            Self::NotCompleted(_) => "session_not_completed",
            Self::Given => "session_feedback_given",
            Self::EditClosed => "feedback_edit_closed",
            Self::WasNamed => "feedback_was_named",
            Self::Hidden => "feedback_hidden",
            Self::NotHidden => "feedback_not_hidden",
        }
    }
}
