//! Fires the schedules, as the scheduler of the cloud does.

use std::time::Duration;

use shared::state::AppState;
use shared::worker::{WorkError, run_schedule};
use tokio::sync::{Mutex, watch};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

/// How often every schedule fires, as in `template.yaml`.
const RATE: Duration = Duration::from_mins(1);

/// One at a time: who fires a schedule must not find its work half done by another firing.
static TURN: Mutex<()> = Mutex::const_new(());

/// A schedule, named like its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Reminders that are due.
    RemindersCron,
    /// Events that wait in the outbox.
    OutboxCron,
}

impl Job {
    /// Every schedule.
    pub const ALL: [Self; 2] = [Self::RemindersCron, Self::OutboxCron];

    /// The name of its function.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RemindersCron => "reminders-cron",
            Self::OutboxCron => "outbox-cron",
        }
    }

    /// Finds a schedule by the name of its function.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.name() == name)
    }

    /// Fires it once; returns how many things it did.
    ///
    /// # Errors
    /// When it could not do its work.
    pub async fn fire(self, state: &AppState) -> Result<usize, WorkError> {
        let _turn = TURN.lock().await;
        match self {
            Self::RemindersCron => run_schedule(state, reminders_cron::fire).await,
            Self::OutboxCron => run_schedule(state, outbox_cron::fire).await,
        }
    }
}

/// Fires every schedule each minute until told to stop.
pub async fn run(state: AppState, mut stop: watch::Receiver<bool>) {
    let mut ticks = interval(RATE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        tokio::select! {
            _ = ticks.tick() => fire_all(&state).await,
            _ = stop.changed() => {}
        }
    }
}

async fn fire_all(state: &AppState) {
    for job in Job::ALL {
        if let Err(failure) = job.fire(state).await {
            warn!(%failure, job = job.name(), "a schedule could not do its work");
        }
    }
}
