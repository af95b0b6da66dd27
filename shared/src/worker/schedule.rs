//! Firing a schedule, and keeping that it was: a run that cannot be noted still does its work.

use std::future::Future;

use tracing::warn;

use super::{WorkError, run_schedule};
use crate::domain::id::JobId;
use crate::domain::work::Schedule;
use crate::state::AppState;
use crate::store::{self, StoreError};

/// Fires a schedule once, notes how that went, and sends what it promised.
///
/// # Errors
/// When it could not do its work; the next firing takes it up.
pub async fn fire<H, F>(state: &AppState, schedule: Schedule, work: H) -> Result<usize, WorkError>
where
    H: Fn(AppState) -> F,
    F: Future<Output = Result<usize, WorkError>>,
{
    let run = state.clock.id();
    let begun = begin(state, run, schedule).await;
    let done = run_schedule(state, work).await;
    let noted = match begun {
        Ok(()) => end(state, run, &done).await,
        Err(failure) => Err(failure),
    };
    if let Err(failure) = noted {
        warn!(%failure, schedule = schedule.as_str(), "a run of a schedule is not in its list");
    }
    done
}

async fn begin(state: &AppState, run: JobId, schedule: Schedule) -> Result<(), StoreError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    store::work::begin_run(&tx, run, schedule, state.clock.now()).await?;
    tx.commit().await
}

async fn end(
    state: &AppState,
    run: JobId,
    done: &Result<usize, WorkError>,
) -> Result<(), StoreError> {
    let done = done.as_ref().copied().map_err(ToString::to_string);
    let client = state.db.client().await?;
    store::work::end_run(&client, run, &done, state.clock.now()).await
}
