//! What travels in a queue: events of ours, and what the mail service reports.

use super::WorkError;
use crate::domain::delivery::Report;
use crate::domain::event::EventRecord;
use crate::domain::trace::TraceId;

/// A message that a worker can read.
pub trait Message: Sized {
    /// Reads the body of a message.
    ///
    /// # Errors
    /// When it is not written as it should be.
    fn read(body: &str) -> Result<Self, WorkError>;

    /// What it is called in the logs.
    fn name(&self) -> String;

    /// The request that caused it, if it was one of ours.
    fn request_id(&self) -> Option<&str>;

    /// The trace that it belongs to, if it belongs to one.
    fn trace_id(&self) -> Option<TraceId>;
}

impl Message for EventRecord {
    fn read(body: &str) -> Result<Self, WorkError> {
        serde_json::from_str(body).map_err(|problem| WorkError::Unreadable(problem.to_string()))
    }

    fn name(&self) -> String {
        self.id.to_string()
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    fn trace_id(&self) -> Option<TraceId> {
        self.trace_id
    }
}

impl Message for Report {
    fn read(body: &str) -> Result<Self, WorkError> {
        Self::read(body).map_err(|problem| WorkError::Unreadable(problem.to_string()))
    }

    fn name(&self) -> String {
        self.message_id.clone()
    }

    fn request_id(&self) -> Option<&str> {
        None
    }

    fn trace_id(&self) -> Option<TraceId> {
        None
    }
}
