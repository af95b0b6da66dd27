//! Fires the schedules, as the scheduler of the cloud does.

use std::time::Duration;

use shared::domain::work::Schedule;
use shared::state::AppState;
use shared::worker::{WorkError, schedule};
use tokio::sync::{Mutex, watch};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

/// How often schedules fire.
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
    /// People who leave, and what was kept long enough.
    UpkeepCron,
}

impl Job {
    /// Every schedule.
    pub const ALL: [Self; 3] = [Self::RemindersCron, Self::OutboxCron, Self::UpkeepCron];

    /// The name of its function.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RemindersCron => "reminders-cron",
            Self::OutboxCron => "outbox-cron",
            Self::UpkeepCron => "upkeep-cron",
        }
    }

    /// Every how many minutes it fires, as in `template.yaml`.
    const fn every_minutes(self) -> u64 {
        match self {
            Self::RemindersCron | Self::OutboxCron => 1,
            Self::UpkeepCron => 60,
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
            Self::RemindersCron => {
                schedule::fire(state, Schedule::Reminders, reminders_cron::fire).await
            }
            Self::OutboxCron => schedule::fire(state, Schedule::Outbox, outbox_cron::fire).await,
            Self::UpkeepCron => schedule::fire(state, Schedule::Upkeep, upkeep_cron::fire).await,
        }
    }
}

/// Fires every schedule in its time until told to stop, and all of them at the start.
pub async fn run(state: AppState, mut stop: watch::Receiver<bool>) {
    let mut ticks = interval(RATE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut minute = 0_u64;
    while !*stop.borrow() {
        tokio::select! {
            _ = ticks.tick() => {
                fire_due(&state, minute).await;
                minute += 1;
            }
            _ = stop.changed() => {}
        }
    }
}

async fn fire_due(state: &AppState, minute: u64) {
    let is_due = |job: &Job| minute.is_multiple_of(job.every_minutes());
    for job in Job::ALL.into_iter().filter(is_due) {
        if let Err(failure) = job.fire(state).await {
            warn!(%failure, job = job.name(), "a schedule could not do its work");
        }
    }
}
