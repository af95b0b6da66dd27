//! Jobs, messages to people and runs of schedules in one list. Each part is read by its own index, then they are merged.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Client, Read, StoreError, Transaction, user};
use crate::domain::id::{Id, JobId, UserId};
use crate::domain::job::{JobKind, JobStatus, Percent};
use crate::domain::notification::MessageStatus;
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::work::{RunStatus, Schedule, Standing, Work, WorkKind, WorkStatus};

/// What [`from_row`] reads of jobs.
macro_rules! jobs {
    () => {
        "SELECT id, kind, status, NULL AS message, progress, attempts, NULL::integer AS done, error,
                subject_id, requested_by, created_at, started_at, finished_at
           FROM jobs"
    };
}

/// What [`from_row`] reads of messages.
macro_rules! messages {
    () => {
        "SELECT id, channel AS kind, status, kind AS message,
                CASE WHEN status IN ('sent', 'delivered') THEN 100 ELSE 0 END::smallint AS progress, attempts,
                NULL::integer AS done, error, recipient_id AS subject_id, NULL::uuid AS requested_by, created_at,
                NULL::timestamptz AS started_at,
                CASE WHEN status NOT IN ('queued', 'sending') THEN updated_at END AS finished_at
           FROM notifications"
    };
}

/// What [`from_row`] reads of runs.
macro_rules! runs {
    () => {
        "SELECT id, schedule AS kind, status, NULL AS message,
                CASE WHEN status = 'done' THEN 100 ELSE 0 END::smallint AS progress, 1 AS attempts, done, error,
                NULL::uuid AS subject_id, NULL::uuid AS requested_by, started_at AS created_at, started_at, finished_at
           FROM schedule_runs"
    };
}

/// One part of a page: of these kinds and statuses, in this time, behind the cursor.
macro_rules! part {
    ($select:expr, $kind:literal, $kinds:literal, $statuses:literal, $at:literal) => {
        concat!(
            "(",
            $select,
            " WHERE ",
            $kind,
            " = ANY(",
            $kinds,
            ") AND status = ANY(",
            $statuses,
            ")
                AND ($7::timestamptz IS NULL OR ",
            $at,
            " >= $7) AND ($8::timestamptz IS NULL OR ",
            $at,
            " < $8)
                AND ($9::timestamptz IS NULL OR (",
            $at,
            ", id) < ($9, $10))
              ORDER BY ",
            $at,
            " DESC, id DESC LIMIT $11)"
        )
    };
}

/// Which work is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Of which kind.
    pub kind: Option<WorkKind>,
    /// How it stands.
    pub status: Option<WorkStatus>,
    /// Asked for from then on.
    pub from: Option<Timestamp>,
    /// Asked for before then.
    pub to: Option<Timestamp>,
}

/// The words by which the tables know what is wanted.
#[derive(Debug, Default)]
struct Words {
    kinds: BTreeSet<&'static str>,
    statuses: BTreeSet<&'static str>,
}

impl Words {
    fn add(&mut self, kind: &'static str, status: &'static str) {
        self.kinds.insert(kind);
        self.statuses.insert(status);
    }

    fn lists(self) -> (Vec<&'static str>, Vec<&'static str>) {
        (
            self.kinds.into_iter().collect(),
            self.statuses.into_iter().collect(),
        )
    }
}

impl Wanted {
    /// The words for jobs, messages and runs.
    fn words(&self) -> [Words; 3] {
        let [mut jobs, mut messages, mut runs] = <[Words; 3]>::default();
        let is_wanted = |standing: &Standing| {
            self.kind.is_none_or(|kind| standing.kind() == kind)
                && self.status.is_none_or(|status| standing.status() == status)
        };
        for standing in Standing::all().filter(is_wanted) {
            let kind = standing.kind().as_str();
            match standing {
                Standing::Job(_, status) => jobs.add(kind, status.as_str()),
                Standing::Email(status) | Standing::Sms(status) => {
                    messages.add(kind, status.as_str());
                }
                Standing::Run(_, status) => runs.add(kind, status.as_str()),
            }
        }
        [jobs, messages, runs]
    }
}

/// Lists work, the newest first.
pub async fn list(
    db: &impl Read,
    wanted: &Wanted,
    page: PageRequest,
) -> Result<Page<Work>, StoreError> {
    let [jobs, messages, runs] = wanted.words().map(Words::lists);
    let (at, id) = (
        page.after.map(|cursor| cursor.at),
        page.after.map(|cursor| cursor.id),
    );
    let rows = db
        .query(
            concat!(
                part!(jobs!(), "kind", "$1", "$2", "created_at"),
                " UNION ALL ",
                part!(messages!(), "channel", "$3", "$4", "created_at"),
                " UNION ALL ",
                part!(runs!(), "schedule", "$5", "$6", "started_at"),
                " ORDER BY created_at DESC, id DESC LIMIT $11"
            ),
            &[
                (&jobs.0, Type::TEXT_ARRAY),
                (&jobs.1, Type::TEXT_ARRAY),
                (&messages.0, Type::TEXT_ARRAY),
                (&messages.1, Type::TEXT_ARRAY),
                (&runs.0, Type::TEXT_ARRAY),
                (&runs.1, Type::TEXT_ARRAY),
                (&wanted.from, Type::TIMESTAMPTZ),
                (&wanted.to, Type::TIMESTAMPTZ),
                (&at, Type::TIMESTAMPTZ),
                (&id, Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let work = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(work, page.limit, |work| Cursor {
        at: work.created_at,
        id: work.id.uuid(),
    }))
}

/// Reads one piece of work.
pub async fn find(db: &impl Read, id: JobId) -> Result<Option<Work>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                jobs!(),
                " WHERE id = $1 UNION ALL ",
                messages!(),
                " WHERE id = $1 AND channel IN ('email', 'sms') UNION ALL ",
                runs!(),
                " WHERE id = $1"
            ),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Notes that a run of a schedule has begun. Earlier ones that should long have ended were cut off.
pub async fn begin_run(
    tx: &Transaction<'_>,
    id: JobId,
    schedule: Schedule,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "WITH cut_off AS (
           UPDATE schedule_runs SET status = 'failed', error = 'it was cut off', finished_at = $3
            WHERE schedule = $2 AND status = 'running' AND started_at < $3::timestamptz - interval '15 minutes'
         )
         INSERT INTO schedule_runs (id, schedule, status, started_at) VALUES ($1, $2, 'running', $3)",
        &[
            (&id.uuid(), Type::UUID),
            (&schedule.as_str(), Type::TEXT),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Notes how a run of a schedule has ended.
pub async fn end_run(
    client: &Client,
    id: JobId,
    done: &Result<usize, String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = done
        .as_ref()
        .ok()
        .map(|count| i32::try_from(*count).unwrap_or(i32::MAX));
    let status = if done.is_ok() {
        RunStatus::Done
    } else {
        RunStatus::Failed
    };
    client
        .execute_alone(
            "UPDATE schedule_runs SET status = $2, done = $3, error = $4, finished_at = $5 WHERE id = $1",
            &[
                (&id.uuid(), Type::UUID),
                (&status.as_str(), Type::TEXT),
                (&count, Type::INT4),
                (&done.as_ref().err(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<Work, StoreError> {
    let person = |column: &str| -> Result<Option<UserId>, StoreError> {
        Ok(row.try_get::<_, Option<Uuid>>(column)?.map(UserId::from))
    };
    Ok(Work {
        id: row.try_get::<_, Uuid>("id")?.into(),
        standing: standing(row.try_get("kind")?, row.try_get("status")?)?,
        message: row.try_get("message")?,
        progress: Percent::new(row.try_get("progress")?),
        attempts: row.try_get("attempts")?,
        done: row.try_get("done")?,
        error: row.try_get("error")?,
        subject: person("subject_id")?,
        requested_by: person("requested_by")?,
        created_at: row.try_get("created_at")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
    })
}

fn standing(kind: &str, status: &str) -> Result<Standing, StoreError> {
    let job = |kind| Ok(Standing::Job(kind, user::word(JobStatus::parse(status))?));
    let run = |schedule| {
        Ok(Standing::Run(
            schedule,
            user::word(RunStatus::parse(status))?,
        ))
    };
    let message = || user::word(MessageStatus::parse(status));
    match user::word(WorkKind::parse(kind))? {
        WorkKind::Email => Ok(Standing::Email(message()?)),
        WorkKind::Sms => Ok(Standing::Sms(message()?)),
        WorkKind::Export => job(JobKind::Export),
        WorkKind::Assignment => job(JobKind::Assignment),
        WorkKind::Sync => job(JobKind::Sync),
        WorkKind::Report => job(JobKind::Report),
        WorkKind::Reminders => run(Schedule::Reminders),
        WorkKind::Outbox => run(Schedule::Outbox),
        WorkKind::Upkeep => run(Schedule::Upkeep),
    }
}
