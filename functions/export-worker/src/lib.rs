//! Writes the file with everything about a person, or one with many rows for an admin, and says so, once.
//!
//! A file has one name in every attempt, and the mail is promised in the transaction that ends the job: whoever is
//! killed in between leaves a file that the next attempt writes again, and no second mail.

mod archive;
mod days;
mod file;
mod formula;
mod open;
mod report;
mod sheet;

use shared::domain::event::{Event, EventRecord};
use shared::domain::export;
use shared::domain::id::{EventId, UserId};
use shared::domain::job::{Job, JobKind, JobStatus};
use shared::queue::Queue;
use shared::state::AppState;
use shared::store::{self, Client};
use shared::worker::{self, WorkError};
use tracing::warn;

/// How long a worker has a job for itself, in seconds; it says in between that it still works on it.
const LEASE_SECONDS: i32 = 60;

/// Works on the job that an event names.
///
/// # Errors
/// When the job is not done, by this worker or another; the event comes again.
pub async fn handle(state: AppState, record: EventRecord) -> Result<(), WorkError> {
    let Event::JobQueued { job_id, .. } = record.event else {
        return Ok(());
    };
    let mut client = state.db.client().await?;
    let Some(job) = worker::job::begin(&state, &mut client, job_id, LEASE_SECONDS).await? else {
        return Ok(());
    };
    // Others wait for a connection while the file is written.
    drop(client);
    let written = write(&state, &job).await;
    let mut client = state.db.client().await?;
    let now = state.clock.now();
    let ended = match written {
        Ok(Some(file)) => {
            let result = export::result(&file.key, file.bytes);
            job.clone().finish(result, now)
        }
        Ok(None) => job.clone().cancel(now),
        Err(failure) => {
            warn!(%failure, job.id = %job.id, "an export could not be written");
            let left = begun(&client, &job).await?;
            left.fail("the file could not be written", now)
        }
    };
    end(&state, &mut client, job, record.id, ended).await
}

/// The job with what this attempt has noted: what could not be thrown away, the next one throws away.
async fn begun(client: &Client, job: &Job) -> Result<Job, WorkError> {
    let noted = store::job::find(client, job.id).await?;
    let result = noted.and_then(|noted| noted.result);
    Ok(Job {
        result,
        ..job.clone()
    })
}

/// A file that is there.
struct Written {
    key: String,
    bytes: usize,
}

/// Writes the file of a job; none when nobody is there any more whom it is about.
async fn write(state: &AppState, job: &Job) -> Result<Option<Written>, WorkError> {
    match (job.kind, job.subject) {
        (JobKind::Report, _) => Ok(Some(Box::pin(report::write(state, job)).await?)),
        (_, Some(person)) => Ok(Some(write_archive(state, job, person).await?)),
        (_, None) => Ok(None),
    }
}

async fn write_archive(state: &AppState, job: &Job, person: UserId) -> Result<Written, WorkError> {
    let failed = |failure: &dyn std::error::Error| WorkError::Later(failure.to_string());
    let mut tables = store::privacy::export(&state.db.client().await?, person).await?;
    let keys = state.data_keys().await.map_err(|error| failed(&error))?;
    open::open(&mut tables, person, &keys).map_err(|error| failed(&error))?;
    let bytes = archive::zip(&tables, job.created_at).map_err(|error| failed(&error))?;
    let (key, size) = (export::key(person, job.id), bytes.len());
    let kept = state.files.put(&key, "application/zip", bytes).await;
    kept.map_err(|error| failed(&error))?;
    Ok(Written { key, bytes: size })
}

/// Writes how an attempt has ended, unless another worker took the job over; a job that is done is told of.
async fn end(
    state: &AppState,
    client: &mut Client,
    read: Job,
    event: EventId,
    ended: Result<Job, shared::domain::job::JobError>,
) -> Result<(), WorkError> {
    let Ok(job) = ended else { return Ok(()) };
    let tx = client.transaction();
    if !store::job::update(&tx, &job, read.version, 0).await? {
        return Err(WorkError::Later(
            "another worker took the job over".to_owned(),
        ));
    }
    if job.status.is_ended() {
        store::inbox::claim(&tx, Queue::Export, event).await?;
    }
    if let (JobStatus::Done, Some(user_id)) = (job.status, job.subject.or(job.requested_by)) {
        let ready = Event::ExportReady {
            user_id,
            job_id: job.id,
        };
        store::outbox::append(&tx, state.clock.id(), state.clock.now(), ready).await?;
    }
    tx.commit().await?;
    if job.status == JobStatus::Queued {
        return Err(WorkError::Later("the file could not be written".to_owned()));
    }
    Ok(())
}
