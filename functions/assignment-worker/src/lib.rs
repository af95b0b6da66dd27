//! Matches all who wait at once.
//!
//! People are read, then the connection is given back while the best assignment is found and proven; what comes of it is
//! written in one transaction, if the run is still waited for. Whoever is killed in between leaves nothing behind: when
//! the lease has run out, the next one begins anew, with the people as they are then.

mod people;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shared::domain::assignment_run::{AssignmentRun, Cast, Draft, DraftError, draft};
use shared::domain::event::{Event, EventRecord};
use shared::domain::id::{AssignmentRunId, EventId, Id, JobId};
use shared::domain::job::{Job, JobError, JobStatus, Percent};
use shared::queue::Queue;
use shared::state::AppState;
use shared::store::assignment_run::Previous;
use shared::store::{self, Client};
use shared::worker::{self, WorkError};
use tracing::{info, warn};

/// How long a worker has a run for itself since it was last heard of, in seconds.
const LEASE_SECONDS: i32 = 60;
/// How often a worker is heard of.
const BEAT: Duration = Duration::from_secs(2);
/// How much of the work it is to score every pair, in percent; the rest is to find the best of them.
const SCORING: usize = 60;

/// Solves the run of the job that an event names.
///
/// # Errors
/// When it is not solved, by this worker or another; the event comes again.
pub async fn handle(state: AppState, record: EventRecord) -> Result<(), WorkError> {
    let Event::JobQueued { job_id: id, .. } = record.event else {
        return Ok(());
    };
    let event = record.id;
    let mut client = state.db.client().await?;
    let Some(job) = worker::job::begin(&state, &mut client, id, LEASE_SECONDS).await? else {
        return fail_with_job(&state, &mut client, id).await;
    };
    let run = store::assignment_run::find(&client, run_of(id)).await?;
    let run = run.ok_or_else(|| WorkError::Later("there is no such run".to_owned()))?;
    let previous = store::assignment_run::find_earlier(&client).await?;
    // Others wait for a connection meanwhile.
    drop(client);
    let cast = Box::pin(people::read(&state, &run.order)).await?;
    let previous_id = previous.as_ref().map(|previous| previous.id);
    let solved = watch(&state, &job, cast, run, previous).await?;
    let mut client = state.db.client().await?;
    match solved {
        Ok(draft) => stage(&state, &mut client, (job, event), draft, previous_id).await,
        Err(problem) => {
            warn!(%problem, job.id = %job.id, "a run cannot be solved");
            let given_up = job.clone().give_up(problem.to_string(), state.clock.now());
            end(&mut client, (job, event), given_up).await?;
            fail_with_job(&state, &mut client, id).await
        }
    }
}

/// A run has the id of its job.
fn run_of(id: JobId) -> AssignmentRunId {
    id.uuid().into()
}

/// Finds the best assignment beside this task, which tells meanwhile how far it is, and that somebody is at it.
async fn watch(
    state: &AppState,
    job: &Job,
    cast: Cast,
    run: AssignmentRun,
    previous: Option<Previous>,
) -> Result<Result<Draft, DraftError>, WorkError> {
    let (mentees, done) = (cast.seekers.len().max(1), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&done);
    let mut work = tokio::task::spawn_blocking(move || {
        let earlier = previous.as_ref().map(|previous| &previous.earlier);
        let count = |number| counter.store(number, Ordering::Relaxed);
        draft(&cast, &run.order, earlier, &count)
    });
    let mut beat = tokio::time::interval(BEAT);
    loop {
        tokio::select! {
            solved = &mut work => {
                return solved.map_err(|failure| WorkError::Later(failure.to_string()));
            }
            _ = beat.tick() => {
                let percent = SCORING * done.load(Ordering::Relaxed) / mentees;
                let progress = Percent::new(i16::try_from(percent).unwrap_or(0));
                let client = state.db.client().await?;
                if !store::job::report(&client, job, progress, LEASE_SECONDS).await? {
                    return Err(WorkError::Later("nobody waits for this run any more".to_owned()));
                }
            }
        }
    }
}

/// Writes what was found, unless the run was dropped or another worker took it over.
async fn stage(
    state: &AppState,
    client: &mut Client,
    (job, event): (Job, EventId),
    draft: Draft,
    previous: Option<AssignmentRunId>,
) -> Result<(), WorkError> {
    let (now, figures) = (state.clock.now(), draft.figures.clone());
    let tx = client.transaction();
    let run = store::assignment_run::lock(&tx, run_of(job.id)).await?;
    let Some(staged) = run.and_then(|run| run.stage(figures, previous, now)) else {
        return Ok(());
    };
    store::assignment_run::stage(&tx, staged.id, &draft, || state.clock.id()).await?;
    store::assignment_run::update(&tx, &staged).await?;
    let read = job.version;
    let Ok(done) = job.finish(serde_json::Value::Null, now) else {
        return Ok(());
    };
    if !store::job::update(&tx, &done, read, 0).await? {
        return Err(WorkError::Later(
            "another worker took the run over".to_owned(),
        ));
    }
    store::inbox::claim(&tx, Queue::Assignment, event).await?;
    tx.commit().await?;
    info!(job.id = %done.id, pairs = draft.figures.pairs, "matched all who wait");
    Ok(())
}

/// Writes how the job has ended, unless another worker took it over.
async fn end(
    client: &mut Client,
    (read, event): (Job, EventId),
    ended: Result<Job, JobError>,
) -> Result<(), WorkError> {
    let Ok(job) = ended else { return Ok(()) };
    let tx = client.transaction();
    if store::job::update(&tx, &job, read.version, 0).await? {
        store::inbox::claim(&tx, Queue::Assignment, event).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Closes a run whose job has failed for good, so that another one can begin.
async fn fail_with_job(state: &AppState, client: &mut Client, id: JobId) -> Result<(), WorkError> {
    let tx = client.transaction();
    let Some(run) = store::assignment_run::lock(&tx, run_of(id)).await? else {
        return Ok(());
    };
    let job = store::job::find(&tx, id).await?;
    let has_failed = job.is_some_and(|job| job.status == JobStatus::Failed);
    if has_failed && let Some(failed) = run.fail(state.clock.now()) {
        store::assignment_run::update(&tx, &failed).await?;
        tx.commit().await?;
    }
    Ok(())
}
