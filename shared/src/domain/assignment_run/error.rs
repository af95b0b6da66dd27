//! Why a run refuses to begin or to change.

use super::RunStatus;
use crate::domain::id::AssignmentRunId;
use crate::domain::refusal::{Refusal, RefusalKind};

/// Why a run refused to begin or to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentRunError {
    /// One is open at a time.
    #[error("another batch is open: publish or drop it first")]
    Open(AssignmentRunId),
    /// There is nothing to publish yet.
    #[error("this batch is not solved yet: look again in a moment")]
    NotStaged,
    /// It was published or dropped, or has failed.
    #[error("this batch is {}", .0.as_str())]
    Closed(RunStatus),
}

impl Refusal for AssignmentRunError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Open(_) | Self::NotStaged | Self::Closed(_) => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Open(_) => "assignment_open",
            Self::NotStaged => "assignment_not_staged",
            Self::Closed(_) => "assignment_closed",
        }
    }

    fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::Open(id) => Some(serde_json::json!({ "job_id": id })),
            Self::Closed(status) => Some(serde_json::json!({ "status": status })),
            Self::NotStaged => None,
        }
    }
}
