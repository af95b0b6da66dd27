//! The file with everything about a person: what it is called, and how long it can be had.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::id::{JobId, UserId};
use super::job::{Job, JobError, JobStatus};

/// How long the file can be had: 24 hours.
pub const DOWNLOAD_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// Its name in the bucket.
    pub key: String,
    /// Until when it can be had.
    pub expires_at: Timestamp,
}

/// The name of a file in the bucket: ids only, and the same in every attempt.
#[must_use]
pub fn key(person: UserId, job: JobId) -> String {
    format!("exports/{person}/{job}.zip")
}

/// What a job keeps of the file that it has written.
#[must_use]
pub fn result(key: &str, bytes: usize) -> Value {
    json!({ "key": key, "bytes": bytes })
}

impl ExportFile {
    /// Reads the file of a job.
    ///
    /// # Errors
    /// When it is not there yet, or no longer.
    pub fn of(job: &Job, now: Timestamp) -> Result<Self, JobError> {
        match job.status {
            JobStatus::Queued | JobStatus::Running => return Err(JobError::NotReady),
            JobStatus::Failed | JobStatus::Cancelled => return Err(JobError::Expired),
            JobStatus::Done => {}
        }
        let key = job
            .result
            .as_ref()
            .and_then(|result| result["key"].as_str());
        let expires_at = job.finished_at.map(|moment| moment + DOWNLOAD_LIFE);
        match (key, expires_at) {
            (Some(key), Some(expires_at)) if now < expires_at => Ok(Self {
                key: key.to_owned(),
                expires_at,
            }),
            _ => Err(JobError::Expired),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::JobKind;
    use uuid::Uuid;

    #[test]
    fn a_file_can_be_had_for_a_day() {
        let now: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
        let person = Uuid::from_u128(2).into();
        let (job, _) = Job::queue(Uuid::from_u128(1).into(), JobKind::Export, person, now);
        assert_eq!(ExportFile::of(&job, now), Err(JobError::NotReady));

        let key = key(person, job.id);
        let done = job.finish(result(&key, 7), now).unwrap();
        let file = ExportFile::of(&done, now).unwrap();
        assert_eq!(file.key, key);
        let late = file.expires_at;
        assert_eq!(ExportFile::of(&done, late), Err(JobError::Expired));
    }
}
