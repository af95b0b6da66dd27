//! Why a wish or a batch refuses to begin or to change.

use super::{BatchStatus, Outcome, RequestStatus};
use crate::domain::refusal::{Refusal, RefusalKind};

/// Why a wish or a batch refused to begin or to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MentoringError {
    /// One wish is open at a time.
    #[error("you have asked for a mentor already: wait for the answer, or withdraw it first")]
    RequestOpen,
    /// The wish is not open any more.
    #[error("this request is {}", .0.as_str())]
    RequestClosed(RequestStatus),
    /// The mentors need not answer any more, or somebody was faster.
    #[error("this proposal is closed: {}", why(*.0))]
    BatchClosed(BatchStatus),
    /// The mentor is not among those who were asked.
    #[error("only a mentor who was proposed may answer")]
    NotAsked,
    /// The mentor has answered before.
    #[error("you have answered already: {}", .0.as_str())]
    Answered(Outcome),
}

fn why(status: BatchStatus) -> &'static str {
    match status {
        BatchStatus::Selected => "another mentor was faster",
        BatchStatus::Passed => "everybody has passed",
        BatchStatus::Lapsed => "the time to answer is over",
        BatchStatus::Open | BatchStatus::Closed => "the mentee needs no answer any more",
    }
}

impl Refusal for MentoringError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotAsked => RefusalKind::Forbidden,
            Self::RequestOpen
            | Self::RequestClosed(_)
            | Self::BatchClosed(_)
            | Self::Answered(_) => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::RequestOpen => "request_open",
            Self::RequestClosed(_) => "request_closed",
            Self::BatchClosed(_) => "batch_closed",
            Self::NotAsked => "not_proposed",
            Self::Answered(_) => "already_answered",
        }
    }

    fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::RequestClosed(status) => Some(serde_json::json!({ "status": status })),
            Self::BatchClosed(status) => Some(serde_json::json!({ "status": status })),
            Self::Answered(outcome) => Some(serde_json::json!({ "outcome": outcome })),
            Self::RequestOpen | Self::NotAsked => None,
        }
    }
}
