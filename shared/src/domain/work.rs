//! Work that goes on behind the API, as admins see it: jobs, messages to people and runs of schedules, in one list.

use jiff::Timestamp;

use super::id::{JobId, UserId};
use super::job::{JobError, JobKind, JobStatus, Percent};
use super::notification::MessageStatus;
use super::words::words;

words! {
    /// A schedule.
    Schedule {
        /// Reminders, and everything else that comes due: each minute.
        Reminders = "reminders",
        /// Events that their own request has not sent: each minute.
        Outbox = "outbox",
        /// People who leave, what was kept long enough, and what profiles have in common: each hour.
        Upkeep = "upkeep",
    }
}

words! {
    /// What kind of work it is.
    WorkKind {
        /// A mail to one person.
        Email = "email",
        /// A text message to one person.
        Sms = "sms",
        /// A file with everything about a person.
        Export = "export",
        /// Matching all who wait at once.
        Assignment = "assignment",
        /// Comparing everybody with Airtable.
        Sync = "sync",
        /// A file with many rows, for an admin.
        Report = "report",
        /// A run of the schedule for what comes due.
        Reminders = "reminders",
        /// A run of the schedule that sends what was not sent.
        Outbox = "outbox",
        /// A run of the schedule that erases, forgets and counts.
        Upkeep = "upkeep",
    }
}

words! {
    /// Where work stands.
    WorkStatus {
        /// It waits for a worker.
        Queued = "queued",
        /// A worker has it.
        Running = "running",
        /// It is done.
        Done = "done",
        /// It is given up.
        Failed = "failed",
        /// Nobody knows whether it is done.
        Unknown = "unknown",
        /// Nobody wants it any more, or it was not true any more.
        Cancelled = "cancelled",
    }
}

words! {
    /// What can be done to work.
    WorkAction {
        /// Try it again.
        Retry = "retry",
        /// Call it off.
        Cancel = "cancel",
    }
}

words! {
    /// Where a run of a schedule stands.
    RunStatus {
        /// It is under way.
        Running = "running",
        /// It did what was due.
        Done = "done",
        /// It could not.
        Failed = "failed",
    }
}

/// Whose word says where work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A mail.
    Email(MessageStatus),
    /// A text message.
    Sms(MessageStatus),
    /// A job.
    Job(JobKind, JobStatus),
    /// A run of a schedule.
    Run(Schedule, RunStatus),
}

/// One piece of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// Names it.
    pub id: JobId,
    /// What it is, and where it stands.
    pub standing: Standing,
    /// What kind of message it is, when it is one.
    pub message: Option<String>,
    /// How much is done.
    pub progress: Percent,
    /// How often it was tried.
    pub attempts: i32,
    /// How many things a run has done.
    pub done: Option<i32>,
    /// Why it failed last.
    pub error: Option<String>,
    /// Whom it is for, or about.
    pub subject: Option<UserId>,
    /// Who asked for it.
    pub requested_by: Option<UserId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl MessageStatus {
    const fn status(self) -> WorkStatus {
        match self {
            Self::Queued | Self::Gathered => WorkStatus::Queued,
            Self::Sending => WorkStatus::Running,
            Self::Sent | Self::Delivered => WorkStatus::Done,
            Self::Bounced | Self::Complained | Self::Failed => WorkStatus::Failed,
            Self::Unknown => WorkStatus::Unknown,
            Self::Dropped => WorkStatus::Cancelled,
        }
    }

    /// Tries it again; it leaves only if it is still true then.
    ///
    /// # Errors
    /// When it waits or is being sent, when it has arrived, and when its address takes no mail of ours any more.
    pub const fn retry(self) -> Result<Self, JobError> {
        match self {
            Self::Failed | Self::Unknown => Ok(Self::Queued),
            Self::Queued | Self::Gathered => Err(JobError::Waiting),
            Self::Sending => Err(JobError::Running),
            Self::Bounced | Self::Complained => Err(JobError::Undeliverable),
            Self::Sent | Self::Delivered => Err(JobError::Ended(JobStatus::Done)),
            Self::Dropped => Err(JobError::Ended(JobStatus::Cancelled)),
        }
    }

    /// Calls it off.
    ///
    /// # Errors
    /// When it is being sent, or was.
    pub const fn cancel(self) -> Result<Self, JobError> {
        match self {
            Self::Queued => Ok(Self::Dropped),
            Self::Sending => Err(JobError::Running),
            Self::Sent | Self::Delivered | Self::Gathered => Err(JobError::Ended(JobStatus::Done)),
            Self::Bounced | Self::Complained | Self::Failed | Self::Unknown => {
                Err(JobError::Ended(JobStatus::Failed))
            }
            Self::Dropped => Err(JobError::Ended(JobStatus::Cancelled)),
        }
    }
}

impl Standing {
    /// Everything that is in the list, however it stands.
    pub fn all() -> impl Iterator<Item = Self> {
        let messages = MessageStatus::ALL.iter();
        let messages = messages.filter(|status| **status != MessageStatus::Gathered);
        let messages = messages.flat_map(|status| [Self::Email(*status), Self::Sms(*status)]);
        let jobs = JobKind::ALL
            .into_iter()
            .flat_map(|kind| JobStatus::ALL.map(|status| Self::Job(kind, status)));
        let runs = Schedule::ALL.iter().flat_map(|schedule| {
            let statuses = RunStatus::ALL.iter();
            statuses.map(|status| Self::Run(*schedule, *status))
        });
        messages.chain(jobs).chain(runs)
    }

    /// What kind of work it is.
    #[must_use]
    pub const fn kind(self) -> WorkKind {
        match self {
            Self::Email(_) => WorkKind::Email,
            Self::Sms(_) => WorkKind::Sms,
            Self::Job(JobKind::Export, _) => WorkKind::Export,
            Self::Job(JobKind::Assignment, _) => WorkKind::Assignment,
            Self::Job(JobKind::Sync, _) => WorkKind::Sync,
            Self::Job(JobKind::Report, _) => WorkKind::Report,
            Self::Run(Schedule::Reminders, _) => WorkKind::Reminders,
            Self::Run(Schedule::Outbox, _) => WorkKind::Outbox,
            Self::Run(Schedule::Upkeep, _) => WorkKind::Upkeep,
        }
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(self) -> WorkStatus {
        match self {
            Self::Email(status) | Self::Sms(status) => status.status(),
            Self::Job(_, JobStatus::Queued) => WorkStatus::Queued,
            Self::Job(_, JobStatus::Running) | Self::Run(_, RunStatus::Running) => {
                WorkStatus::Running
            }
            Self::Job(_, JobStatus::Done) | Self::Run(_, RunStatus::Done) => WorkStatus::Done,
            Self::Job(_, JobStatus::Failed) | Self::Run(_, RunStatus::Failed) => WorkStatus::Failed,
            Self::Job(_, JobStatus::Cancelled) => WorkStatus::Cancelled,
        }
    }

    /// What may be done to it now.
    #[must_use]
    pub fn allowed_actions(self) -> Vec<WorkAction> {
        let (may_retry, may_cancel) = match self {
            Self::Email(status) | Self::Sms(status) => {
                (status.retry().is_ok(), status.cancel().is_ok())
            }
            Self::Job(_, status) => (status == JobStatus::Failed, !status.is_ended()),
            Self::Run(..) => (false, false),
        };
        let actions = [
            (WorkAction::Retry, may_retry),
            (WorkAction::Cancel, may_cancel),
        ];
        let allowed = actions.into_iter().filter(|(_, is_allowed)| *is_allowed);
        allowed.map(|(action, _)| action).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_message_is_tried_again_when_it_failed_or_nobody_knows() {
        for status in MessageStatus::ALL {
            let again = status.retry();
            match status {
                MessageStatus::Failed | MessageStatus::Unknown => {
                    assert_eq!(again, Ok(MessageStatus::Queued));
                }
                MessageStatus::Sending => assert_eq!(again, Err(JobError::Running)),
                MessageStatus::Bounced | MessageStatus::Complained => {
                    assert_eq!(again, Err(JobError::Undeliverable));
                }
                _ => assert!(again.is_err(), "{status:?}"),
            }
        }
    }

    #[test]
    fn only_a_message_that_waits_can_be_called_off() {
        for status in MessageStatus::ALL {
            let is_off = status.cancel() == Ok(MessageStatus::Dropped);
            assert_eq!(is_off, *status == MessageStatus::Queued, "{status:?}");
        }
    }

    #[test]
    fn every_kind_and_every_status_is_in_the_list() {
        let kinds: HashSet<_> = Standing::all().map(Standing::kind).collect();
        let statuses: HashSet<_> = Standing::all().map(Standing::status).collect();
        assert_eq!(kinds.len(), WorkKind::ALL.len());
        assert_eq!(statuses.len(), WorkStatus::ALL.len());
    }

    #[test]
    fn what_may_be_done_follows_from_where_it_stands() {
        let export = |status| Standing::Job(JobKind::Export, status).allowed_actions();
        assert_eq!(export(JobStatus::Queued), [WorkAction::Cancel]);
        assert_eq!(export(JobStatus::Running), [WorkAction::Cancel]);
        assert_eq!(export(JobStatus::Failed), [WorkAction::Retry]);
        assert_eq!(export(JobStatus::Done), []);
        let mail = |status| Standing::Email(status).allowed_actions();
        assert_eq!(mail(MessageStatus::Queued), [WorkAction::Cancel]);
        assert_eq!(mail(MessageStatus::Unknown), [WorkAction::Retry]);
        assert_eq!(mail(MessageStatus::Bounced), []);
        let run = Standing::Run(Schedule::Upkeep, RunStatus::Failed);
        assert_eq!(run.allowed_actions(), []);
    }
}
