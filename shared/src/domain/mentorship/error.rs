//! Why a mentorship refuses to begin or to change.

use super::{MentorshipAction, MentorshipStatus};
use crate::domain::refusal::{Refusal, RefusalKind};

/// Why a mentorship refused to begin or to change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MentorshipError {
    /// The mentor has as many mentees as they take.
    #[error("this mentor has no place left")]
    MentorFull,
    /// The two work together already.
    #[error("the two are matched already")]
    PairExists,
    /// The mentor is not approved, paused, or gone.
    #[error("this mentor cannot be matched at the moment")]
    MentorUnavailable,
    /// The mentee is paused or gone.
    #[error("this mentee cannot be matched at the moment")]
    MenteeUnavailable,
    /// The state machine has no such step.
    #[error("a {} match cannot do that any more", .status.as_str())]
    InvalidTransition {
        /// Where it stands.
        status: MentorshipStatus,
        /// What the asker may do instead.
        allowed: Vec<MentorshipAction>,
    },
    /// Only the two and admins may change it.
    #[error("only the mentor or the mentee may do that")]
    NotYours,
    /// Whoever breaks it off, or decides for others, says why.
    #[error("is required: the others want to know why")]
    ReasonNeeded,
    /// Nothing more is written down about it.
    #[error("this match is {}", .0.as_str())]
    Ended(MentorshipStatus),
    /// Meetings are written down when they have taken place.
    #[error("must not lie ahead: a meeting is written down once it has taken place")]
    NotMetYet,
    /// Only the author changes what they wrote.
    #[error("only whoever wrote it may change it")]
    NotAuthor,
    /// Somebody has said what they think before.
    #[error("you have given your feedback: change it instead")]
    FeedbackGiven,
}

impl Refusal for MentorshipError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotYours | Self::NotAuthor => RefusalKind::Forbidden,
            Self::ReasonNeeded | Self::NotMetYet => RefusalKind::Invalid,
            Self::MentorFull
            | Self::PairExists
            | Self::MentorUnavailable
            | Self::MenteeUnavailable
            | Self::InvalidTransition { .. }
            | Self::Ended(_)
            | Self::FeedbackGiven => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::MentorFull => "mentor_full",
            Self::PairExists => "match_exists",
            Self::MentorUnavailable => "mentor_unavailable",
            Self::MenteeUnavailable => "mentee_unavailable",
            Self::InvalidTransition { .. } => "invalid_transition",
            Self::NotYours => "not_your_match",
            Self::NotAuthor => "not_the_author",
            Self::ReasonNeeded => "reason_needed",
            Self::Ended(_) => "match_ended",
            Self::NotMetYet => "not_met_yet",
            Self::FeedbackGiven => "feedback_given",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::ReasonNeeded => Some("reason"),
            Self::NotMetYet => Some("met_at"),
            Self::MentorFull
            | Self::PairExists
            | Self::MentorUnavailable
            | Self::MenteeUnavailable
            | Self::InvalidTransition { .. }
            | Self::NotYours
            | Self::Ended(_)
            | Self::NotAuthor
            | Self::FeedbackGiven => None,
        }
    }

    fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::InvalidTransition { status, allowed } => {
                Some(serde_json::json!({ "status": status, "allowed_actions": allowed }))
            }
            Self::Ended(status) => Some(serde_json::json!({ "status": status })),
            Self::MentorFull
            | Self::PairExists
            | Self::MentorUnavailable
            | Self::MenteeUnavailable
            | Self::NotYours
            | Self::ReasonNeeded
            | Self::NotMetYet
            | Self::NotAuthor
            | Self::FeedbackGiven => None,
        }
    }
}
