//! A job: work that takes longer than a request, done behind a queue.
//!
//! ```text
//! queued ──start──▶ running ──finish──▶ done
//!    ▲ │               │ └─────fail────▶ failed (no attempt is left) ──retry──▶ queued
//!    │ └────cancel──▶ cancelled ◀─cancel─┤
//!    └──────────────── fail ─────────────┘
//! ```
//!
//! A worker that is killed leaves its job running; when its lease has run out, the next one starts it again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::Event;
use super::id::{JobId, UserId};
use super::refusal::{Refusal, RefusalKind};
use super::value::ValueError;

/// How often a job is tried before it counts as failed, unless its kind says otherwise.
const MAX_ATTEMPTS: i32 = 5;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Write everything about a person into a file.
    Export,
    /// Match all who wait at once.
    Assignment,
    /// Compare everybody with their record in Airtable.
    Sync,
    /// Write a file with many rows for an admin.
    Report,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Export, Self::Assignment, Self::Sync, Self::Report];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Assignment => "assignment",
            Self::Sync => "sync",
            Self::Report => "report",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no kind of job.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "export" => Ok(Self::Export),
            "assignment" => Ok(Self::Assignment),
            "sync" => Ok(Self::Sync),
            "report" => Ok(Self::Report),
            _ => Err(ValueError::NotOneOf("export, assignment, sync, report")),
        }
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Waits for a worker, for the first time or once more.
    Queued,
    /// A worker has it.
    Running,
    /// It is done.
    Done,
    /// It was tried as often as it may be.
    Failed,
    /// Nobody wants it any more.
    Cancelled,
}

impl JobStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(ValueError::NotOneOf(
                "queued, running, done, failed, cancelled",
            ))
    }

    /// Whether nothing will happen to it any more.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// How much of a job is done, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Percent(i16);

impl Percent {
    /// All of it.
    pub const ALL: Self = Self(100);

    /// Reads a share; what lies outside is brought to the nearer end.
    #[must_use]
    pub fn new(percent: i16) -> Self {
        Self(percent.clamp(0, 100))
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i16 {
        self.0
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Names it.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// Where it stands.
    pub status: JobStatus,
    /// Higher ones come first.
    pub priority: i16,
    /// How much is done.
    pub progress: Percent,
    /// How often it was started.
    pub attempts: i32,
    /// How often it may be started.
    pub max_attempts: i32,
    /// Why the last attempt failed, fit to be shown.
    pub error: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<UserId>,
    /// Whom it is about.
    pub subject: Option<UserId>,
    /// What it was asked for with.
    pub params: Value,
    /// What has come of it.
    pub result: Option<Value>,
    /// Counts the changes.
    pub version: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was started first.
    pub started_at: Option<Timestamp>,
    /// When it ended, in whatever way.
    pub finished_at: Option<Timestamp>,
}

/// Why a job refused to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// It has ended.
    #[error("this job has ended already")]
    Ended(JobStatus),
    /// It waits for its turn already.
    #[error("this waits for its turn already")]
    Waiting,
    /// A worker has it.
    #[error("this is being worked on at the moment")]
    Running,
    /// Only one of its kind may be open, and another one is.
    #[error("another one of this kind is under way")]
    Open,
    /// It runs by the clock.
    #[error("this runs by itself, and will again")]
    Recurring,
    /// It is a message to an address that takes none of ours.
    #[error("the address of this message takes no mail from us any more")]
    Undeliverable,
    /// What has come of it is not there yet.
    #[error("this is not ready yet: look again in a moment")]
    NotReady,
    /// What has come of it is no longer there.
    #[error("this is no longer there: ask for a new one")]
    Expired,
}

impl Refusal for JobError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Ended(_)
            | Self::Waiting
            | Self::Running
            | Self::Open
            | Self::Recurring
            | Self::Undeliverable
            | Self::NotReady
            | Self::Expired => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Ended(_) => "job_ended",
            Self::Waiting => "job_waiting",
            Self::Running => "job_running",
            Self::Open => "job_open",
            Self::Recurring => "job_recurring",
            Self::Undeliverable => "job_undeliverable",
            Self::NotReady => "job_not_ready",
            Self::Expired => "job_expired",
        }
    }

    fn details(&self) -> Option<Value> {
        match self {
            Self::Ended(status) => Some(serde_json::json!({ "status": status })),
            Self::Waiting
            | Self::Running
            | Self::Open
            | Self::Recurring
            | Self::Undeliverable
            | Self::NotReady
            | Self::Expired => None,
        }
    }
}

impl Job {
    /// Asks for a job of one's own account.
    pub fn queue(id: JobId, kind: JobKind, person: UserId, now: Timestamp) -> (Self, Event) {
        let (job, event) = Self::order(id, kind, person, now);
        let subject = Some(person);
        (Self { subject, ..job }, event)
    }

    /// Asks for a job that is about nobody alone.
    pub fn order(id: JobId, kind: JobKind, by: UserId, now: Timestamp) -> (Self, Event) {
        let job = Self {
            id,
            kind,
            status: JobStatus::Queued,
            priority: 0,
            progress: Percent::default(),
            attempts: 0,
            max_attempts: MAX_ATTEMPTS,
            error: None,
            requested_by: Some(by),
            subject: None,
            params: Value::Object(serde_json::Map::new()),
            result: None,
            version: 1,
            created_at: now,
            started_at: None,
            finished_at: None,
        };
        (job, Event::JobQueued { job_id: id, kind })
    }

    /// Begins an attempt; one that was running was left by a worker that is gone. With no attempt left it fails.
    ///
    /// # Errors
    /// When it has ended.
    pub fn start(self, now: Timestamp) -> Result<Self, JobError> {
        self.require_open()?;
        if self.attempts >= self.max_attempts {
            let error = Some("it was tried too often".to_owned());
            return Ok(Self { error, ..self }.end(JobStatus::Failed, now));
        }
        Ok(Self {
            status: JobStatus::Running,
            attempts: self.attempts + 1,
            started_at: self.started_at.or(Some(now)),
            version: self.version + 1,
            ..self
        })
    }

    /// Ends well, with what has come of it.
    ///
    /// # Errors
    /// When it has ended.
    pub fn finish(self, result: Value, now: Timestamp) -> Result<Self, JobError> {
        self.require_open()?;
        let done = Self {
            result: Some(result),
            error: None,
            progress: Percent::ALL,
            ..self
        };
        Ok(done.end(JobStatus::Done, now))
    }

    /// Ends an attempt badly; the job waits for the next one, if one is left.
    ///
    /// # Errors
    /// When it has ended.
    pub fn fail(self, error: impl Into<String>, now: Timestamp) -> Result<Self, JobError> {
        self.require_open()?;
        let failed = Self {
            error: Some(error.into()),
            ..self
        };
        if failed.attempts >= failed.max_attempts {
            return Ok(failed.end(JobStatus::Failed, now));
        }
        Ok(Self {
            status: JobStatus::Queued,
            version: failed.version + 1,
            ..failed
        })
    }

    /// Ends for good with what stands against it: another attempt would fail like this one.
    ///
    /// # Errors
    /// When it has ended.
    pub fn give_up(self, error: impl Into<String>, now: Timestamp) -> Result<Self, JobError> {
        self.require_open()?;
        let failed = Self {
            error: Some(error.into()),
            ..self
        };
        Ok(failed.end(JobStatus::Failed, now))
    }

    /// Waits for a worker once more, with all its attempts before it. What stood against it stays until it is done.
    ///
    /// # Errors
    /// When it has not failed.
    pub fn retry(self) -> Result<(Self, Event), JobError> {
        match self.status {
            JobStatus::Failed => {}
            JobStatus::Queued => return Err(JobError::Waiting),
            JobStatus::Running => return Err(JobError::Running),
            JobStatus::Done | JobStatus::Cancelled => return Err(JobError::Ended(self.status)),
        }
        let (job_id, kind) = (self.id, self.kind);
        let again = Self {
            status: JobStatus::Queued,
            progress: Percent::default(),
            attempts: 0,
            started_at: None,
            finished_at: None,
            version: self.version + 1,
            ..self
        };
        Ok((again, Event::JobQueued { job_id, kind }))
    }

    /// Calls it off.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cancel(self, now: Timestamp) -> Result<Self, JobError> {
        self.require_open()?;
        Ok(self.end(JobStatus::Cancelled, now))
    }

    fn require_open(&self) -> Result<(), JobError> {
        if self.status.is_ended() {
            Err(JobError::Ended(self.status))
        } else {
            Ok(())
        }
    }

    fn end(self, status: JobStatus, now: Timestamp) -> Self {
        Self {
            status,
            finished_at: Some(now),
            version: self.version + 1,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn now() -> Timestamp {
        "2026-03-02T08:00:00Z".parse().unwrap()
    }

    fn queued() -> Job {
        Job::queue(
            Uuid::from_u128(1).into(),
            JobKind::Export,
            Uuid::from_u128(2).into(),
            now(),
        )
        .0
    }

    #[test]
    fn a_job_is_started_and_finished() {
        let running = queued().start(now()).unwrap();
        assert_eq!((running.status, running.attempts), (JobStatus::Running, 1));
        let done = running.finish(Value::Null, now()).unwrap();
        assert_eq!(
            (done.status, done.progress),
            (JobStatus::Done, Percent::ALL)
        );
        assert_eq!(done.finished_at, Some(now()));
        assert_eq!(done.version, 3);
    }

    #[test]
    fn a_failure_waits_for_the_next_attempt_until_none_is_left() {
        let mut job = queued();
        for attempt in 1..MAX_ATTEMPTS {
            job = job.start(now()).unwrap().fail("no luck", now()).unwrap();
            assert_eq!((job.status, job.attempts), (JobStatus::Queued, attempt));
        }
        job = job.start(now()).unwrap().fail("no luck", now()).unwrap();
        assert_eq!(job.status, JobStatus::Failed);
        assert_eq!(job.error.as_deref(), Some("no luck"));
    }

    #[test]
    fn a_job_that_workers_leave_again_and_again_fails() {
        let mut job = queued();
        for _ in 0..MAX_ATTEMPTS {
            job = job.start(now()).unwrap();
        }
        assert_eq!(job.start(now()).unwrap().status, JobStatus::Failed);
    }

    #[test]
    fn a_job_that_failed_is_tried_as_often_again() {
        let failed = queued().give_up("no luck", now()).unwrap();
        let (again, event) = failed.retry().unwrap();
        assert_eq!((again.status, again.attempts), (JobStatus::Queued, 0));
        assert_eq!((again.finished_at, again.version), (None, 3));
        assert_eq!(again.error.as_deref(), Some("no luck"));
        let (job_id, kind) = (again.id, JobKind::Export);
        assert_eq!(event, Event::JobQueued { job_id, kind });
        let running = again.start(now()).unwrap();
        assert_eq!((running.status, running.attempts), (JobStatus::Running, 1));
    }

    #[test]
    fn only_what_failed_is_tried_again() {
        let ended = |status| Err(JobError::Ended(status));
        let again = |job: Job| job.retry().map(|_| ());
        assert_eq!(again(queued()), Err(JobError::Waiting));
        let running = queued().start(now()).unwrap();
        assert_eq!(again(running.clone()), Err(JobError::Running));
        let done = running.finish(Value::Null, now()).unwrap();
        assert_eq!(again(done), ended(JobStatus::Done));
        let cancelled = queued().cancel(now()).unwrap();
        assert_eq!(again(cancelled), ended(JobStatus::Cancelled));
    }

    #[test]
    fn what_has_ended_stays_as_it_is() {
        let done = queued().finish(Value::Null, now()).unwrap();
        let ended = Err(JobError::Ended(JobStatus::Done));
        assert_eq!(done.clone().start(now()), ended);
        assert_eq!(done.clone().fail("late", now()), ended);
        assert_eq!(done.cancel(now()), ended);
        let cancelled = queued().cancel(now()).unwrap();
        assert_eq!(cancelled.status, JobStatus::Cancelled);
        assert!(cancelled.finish(Value::Null, now()).is_err());
    }
}
