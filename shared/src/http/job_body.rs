//! A job as the API shows it.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::{Id, JobId};
use crate::domain::job::{Job, JobKind, JobStatus};

/// Work that goes on behind the API.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobBody {
    id: JobId,
    kind: JobKind,
    status: JobStatus,
    /// How much is done, in percent.
    #[schema(minimum = 0, maximum = 100)]
    progress: i16,
    /// How often it was tried.
    attempts: i32,
    /// Why the last attempt failed.
    error: Option<String>,
    /// Where to get what has come of it, once it is done.
    result_path: Option<String>,
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
}

impl From<Job> for JobBody {
    fn from(job: Job) -> Self {
        let path = match job.kind {
            JobKind::Export => Some(format!("/api/users/me/export/{}", job.id.uuid())),
            JobKind::Assignment => Some(format!("/api/matching/batch/{}", job.id.uuid())),
            JobKind::Report => Some(format!("/api/admin/export/{}", job.id.uuid())),
            JobKind::Sync => None,
        };
        let result_path = path.filter(|_| job.status == JobStatus::Done);
        Self {
            id: job.id,
            kind: job.kind,
            status: job.status,
            progress: job.progress.get(),
            attempts: job.attempts,
            error: job.error,
            result_path,
            version: job.version,
            created_at: job.created_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
        }
    }
}
