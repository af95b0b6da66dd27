//! Jobs, and who works on them.

use std::collections::HashMap;

use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::error::violates;
use super::{Client, Read, StoreError, Transaction};
use crate::domain::export;
use crate::domain::id::{AssignmentRunId, Id, JobId, UserId};
use crate::domain::job::{Job, JobError, JobKind, JobStatus, Percent};

const TABLE: &str = "jobs";

/// What [`from_row`] reads.
macro_rules! select_job {
    () => {
        "SELECT id, kind, status, priority, progress, attempts, max_attempts, error, requested_by, subject_id, params,
                result, version, created_at, started_at, finished_at
           FROM jobs "
    };
}

/// Writes a new job; `false` when the person has one of its kind that has not ended, and may have one only.
pub async fn insert(tx: &Transaction<'_>, job: &Job) -> Result<bool, StoreError> {
    let inserted = tx
        .execute(
            "INSERT INTO jobs (id, kind, status, priority, progress, attempts, max_attempts, requested_by, subject_id,
                               params, version, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT DO NOTHING",
            &[
                (&job.id.uuid(), Type::UUID),
                (&job.kind.as_str(), Type::TEXT),
                (&job.status.as_str(), Type::TEXT),
                (&job.priority, Type::INT2),
                (&job.progress.get(), Type::INT2),
                (&job.attempts, Type::INT4),
                (&job.max_attempts, Type::INT4),
                (&job.requested_by.map(Id::uuid), Type::UUID),
                (&job.subject.map(Id::uuid), Type::UUID),
                (&Json(&job.params), Type::JSONB),
                (&job.version, Type::INT8),
                (&job.created_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Reads a job that a person asked for.
pub async fn find_for(db: &impl Read, id: JobId, owner: UserId) -> Result<Option<Job>, StoreError> {
    let row = db
        .query_opt(
            concat!(select_job!(), "WHERE id = $1 AND requested_by = $2"),
            &[(&id.uuid(), Type::UUID), (&owner.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads the job of a kind about a person that has not ended.
pub async fn find_open(
    db: &impl Read,
    kind: JobKind,
    subject: UserId,
) -> Result<Option<Job>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                select_job!(),
                "WHERE kind = $1 AND subject_id = $2 AND status IN ('queued', 'running')"
            ),
            &[(&kind.as_str(), Type::TEXT), (&subject.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads the job of a kind that is about nobody alone and has not ended, and holds it until the transaction ends.
pub async fn lock_open_for_all(
    tx: &Transaction<'_>,
    kind: JobKind,
) -> Result<Option<Job>, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                select_job!(),
                "WHERE kind = $1 AND subject_id IS NULL AND status IN ('queued', 'running') FOR NO KEY UPDATE"
            ),
            &[(&kind.as_str(), Type::TEXT)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// What a worker finds that is told of a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Nobody works on it; it is held until the transaction ends.
    Idle(Box<Job>),
    /// Another worker has it.
    Leased,
    /// It has ended, or is gone.
    Over,
}

/// Looks at a job that a message names, and holds it when it is to be worked on.
pub async fn lock_idle(tx: &Transaction<'_>, id: JobId) -> Result<Found, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                select_job!(),
                "WHERE id = $1 AND (status = 'queued' OR (status = 'running' AND lease_until < clock_timestamp()))
                  FOR NO KEY UPDATE SKIP LOCKED"
            ),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    if let Some(row) = row {
        return Ok(Found::Idle(Box::new(from_row(&row)?)));
    }
    let open = tx
        .query_opt(
            "SELECT id FROM jobs WHERE id = $1 AND status IN ('queued', 'running')",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    Ok(open.map_or(Found::Over, |_| Found::Leased))
}

/// Writes where a job stands. While it runs, its worker has it for `lease_seconds`.
///
/// Returns `false` when it has changed since it was read: another worker took it over.
pub async fn update(
    tx: &Transaction<'_>,
    job: &Job,
    read_version: i64,
    lease_seconds: i32,
) -> Result<bool, StoreError> {
    let updated = tx
        .execute(
            "UPDATE jobs
                SET status = $2, progress = $3, attempts = $4, error = $5, result = $6, version = $7, started_at = $8,
                    finished_at = $9,
                    lease_until = CASE WHEN $2 = 'running'
                                       THEN clock_timestamp() + make_interval(secs => $10) END
              WHERE id = $1 AND version = $11",
            &[
                (&job.id.uuid(), Type::UUID),
                (&job.status.as_str(), Type::TEXT),
                (&job.progress.get(), Type::INT2),
                (&job.attempts, Type::INT4),
                (&job.error, Type::TEXT),
                (&job.result.as_ref().map(Json), Type::JSONB),
                (&job.version, Type::INT8),
                (&job.started_at, Type::TIMESTAMPTZ),
                (&job.finished_at, Type::TIMESTAMPTZ),
                (&f64::from(lease_seconds), Type::FLOAT8),
                (&read_version, Type::INT8),
            ],
        )
        .await?;
    Ok(updated == 1)
}

/// Writes a job that waits once more; refused while another one is open where one may be only.
pub async fn requeue(
    tx: &Transaction<'_>,
    job: &Job,
    read_version: i64,
) -> Result<Result<(), JobError>, StoreError> {
    match update(tx, job, read_version, 0).await {
        Ok(_) => Ok(Ok(())),
        Err(StoreError::Refused(error))
            if violates(&error, "jobs_one_export_each") || violates(&error, "jobs_one_sync") =>
        {
            Ok(Err(JobError::Open))
        }
        Err(error) => Err(error),
    }
}

/// Writes how far a running job is, and that its worker still has it for `lease_seconds`.
///
/// Returns `false` when it has changed since it was read: another worker took it over, or nobody wants it any more.
pub async fn report(
    client: &Client,
    job: &Job,
    progress: Percent,
    lease_seconds: i32,
) -> Result<bool, StoreError> {
    let updated = client
        .execute_alone(
            "UPDATE jobs
                SET progress = $2, lease_until = clock_timestamp() + make_interval(secs => $3)
              WHERE id = $1 AND version = $4 AND status = 'running'",
            &[
                (&job.id.uuid(), Type::UUID),
                (&progress.get(), Type::INT2),
                (&f64::from(lease_seconds), Type::FLOAT8),
                (&job.version, Type::INT8),
            ],
        )
        .await?;
    Ok(updated == 1)
}

/// Notes what a running job has begun elsewhere, so that whoever takes it over can end that.
///
/// Returns `false` when it has changed since it was read.
pub async fn note(
    client: &Client,
    job: &Job,
    begun: &serde_json::Value,
) -> Result<bool, StoreError> {
    let updated = client
        .execute_alone(
            "UPDATE jobs SET result = $2 WHERE id = $1 AND version = $3 AND status = 'running'",
            &[
                (&job.id.uuid(), Type::UUID),
                (&Json(begun), Type::JSONB),
                (&job.version, Type::INT8),
            ],
        )
        .await?;
    Ok(updated == 1)
}

/// Reads one job.
pub async fn find(db: &impl Read, id: JobId) -> Result<Option<Job>, StoreError> {
    let row = db
        .query_opt(
            concat!(select_job!(), "WHERE id = $1"),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one job and holds its row until the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: JobId) -> Result<Option<Job>, StoreError> {
    let row = tx
        .query_opt(
            concat!(select_job!(), "WHERE id = $1 FOR NO KEY UPDATE"),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Lists the jobs of some assignment runs, which have their ids.
pub async fn list_of_runs(
    db: &impl Read,
    runs: &[AssignmentRunId],
) -> Result<HashMap<AssignmentRunId, Job>, StoreError> {
    let ids: Vec<Uuid> = runs.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            concat!(select_job!(), "WHERE id = ANY($1)"),
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let job = from_row(row)?;
            Ok((job.id.uuid().into(), job))
        })
        .collect()
}

/// Names the files that jobs about a person may have left, also those that were cut off.
pub async fn list_files(db: &impl Read, subject: UserId) -> Result<Vec<String>, StoreError> {
    let rows = db
        .query(
            "SELECT id FROM jobs WHERE subject_id = $1 AND kind = 'export'",
            &[(&subject.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let job: JobId = row.try_get::<_, Uuid>("id")?.into();
            Ok(export::key(subject, job))
        })
        .collect()
}

fn from_row(row: &Row) -> Result<Job, StoreError> {
    let bad = |error: &dyn std::error::Error| StoreError::inconsistent(TABLE, error);
    let person = |column: &str| -> Result<Option<UserId>, StoreError> {
        Ok(row.try_get::<_, Option<Uuid>>(column)?.map(UserId::from))
    };
    let result: Option<Json<serde_json::Value>> = row.try_get("result")?;
    Ok(Job {
        id: row.try_get::<_, Uuid>("id")?.into(),
        kind: JobKind::parse(row.try_get("kind")?).map_err(|error| bad(&error))?,
        status: JobStatus::parse(row.try_get("status")?).map_err(|error| bad(&error))?,
        priority: row.try_get("priority")?,
        progress: Percent::new(row.try_get("progress")?),
        attempts: row.try_get("attempts")?,
        max_attempts: row.try_get("max_attempts")?,
        error: row.try_get("error")?,
        requested_by: person("requested_by")?,
        subject: person("subject_id")?,
        params: row.try_get::<_, Json<serde_json::Value>>("params")?.0,
        result: result.map(|Json(result)| result),
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
    })
}
