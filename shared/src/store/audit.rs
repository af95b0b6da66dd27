//! The audit log. It is only ever added to; the database sees to that.

use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::audit::{AuditAction, AuditEntry, AuditHead, AuditLine, Origin};
use crate::domain::id::{Id, UserId};
use crate::domain::page::{Cursor, Page, PageRequest};

/// Adds a line. Make it the last statement before the commit: the chain is locked until then.
pub async fn append(
    tx: &Transaction<'_>,
    id: Uuid,
    now: Timestamp,
    origin: &Origin,
    entry: &AuditEntry,
) -> Result<(), StoreError> {
    let actor = entry.actor.map(Id::uuid);
    let subject = entry.subject.map(Id::uuid);
    let login = entry.login.map(Id::uuid);
    tx.execute(
        "INSERT INTO audit_log (id, at, action, actor_id, subject_id, login_id, request_id, network, user_agent, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            (&id, Type::UUID),
            (&now, Type::TIMESTAMPTZ),
            (&entry.action.as_str(), Type::TEXT),
            (&actor, Type::UUID),
            (&subject, Type::UUID),
            (&login, Type::UUID),
            (&origin.request_id, Type::TEXT),
            (&origin.network, Type::TEXT),
            (&origin.user_agent, Type::TEXT),
            (&entry.reason, Type::TEXT),
        ],
    )
    .await?;
    Ok(())
}

/// Which lines are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// What happened.
    pub action: Option<AuditAction>,
    /// Who did it.
    pub actor: Option<UserId>,
    /// To whom it was done.
    pub subject: Option<UserId>,
    /// From then on.
    pub from: Option<Timestamp>,
    /// Before then.
    pub to: Option<Timestamp>,
}

/// Lists lines, the newest first.
pub async fn list(
    db: &impl Read,
    wanted: &Wanted,
    page: PageRequest,
) -> Result<Page<AuditLine>, StoreError> {
    let rows = db
        .query(
            "SELECT day, seq, id, at, action, actor_id, subject_id, login_id, request_id, network, user_agent, reason,
                    prev_hash, hash
               FROM audit_log
              WHERE ($1::text IS NULL OR action = $1)
                AND ($2::uuid IS NULL OR actor_id = $2)
                AND ($3::uuid IS NULL OR subject_id = $3)
                AND ($4::timestamptz IS NULL OR at >= $4)
                AND ($5::timestamptz IS NULL OR at < $5)
                AND ($6::timestamptz IS NULL OR (at, id) < ($6, $7))
              ORDER BY at DESC, id DESC
              LIMIT $8",
            &[
                (&wanted.action.map(AuditAction::as_str), Type::TEXT),
                (&wanted.actor.map(Id::uuid), Type::UUID),
                (&wanted.subject.map(Id::uuid), Type::UUID),
                (&wanted.from, Type::TIMESTAMPTZ),
                (&wanted.to, Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let lines = rows
        .iter()
        .map(line_from_row)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(lines, page.limit, |line| Cursor {
        at: line.at,
        id: line.id,
    }))
}

/// Reads where the chain of each day begins and ends, oldest first; of one day, that day's and the one before.
pub async fn list_heads(db: &impl Read, day: Option<Date>) -> Result<Vec<AuditHead>, StoreError> {
    let rows = db
        .query(
            "SELECT day, begins_with, seq, hash
               FROM audit_heads
              WHERE $1::date IS NULL
                 OR day = $1
                 OR day = (SELECT max(before.day) FROM audit_heads AS before WHERE before.day < $1)
              ORDER BY day",
            &[(&day, Type::DATE)],
        )
        .await?;
    rows.iter().map(head_from_row).collect()
}

/// Reads where the chain ends.
pub async fn find_head(db: &impl Read) -> Result<Option<AuditHead>, StoreError> {
    let row = db
        .query_opt(
            "SELECT day, begins_with, seq, hash FROM audit_heads ORDER BY day DESC LIMIT 1",
            &[],
        )
        .await?;
    row.map(|row| head_from_row(&row)).transpose()
}

/// Reads up to a thousand lines of a day, in their order, behind one of them and up to its head as it was read.
pub async fn list_day(
    db: &impl Read,
    head: &AuditHead,
    after_seq: i64,
) -> Result<Vec<AuditLine>, StoreError> {
    let rows = db
        .query(
            "SELECT day, seq, id, at, action, actor_id, subject_id, login_id, request_id, network, user_agent, reason,
                    prev_hash, hash
               FROM audit_log
              WHERE day = $1 AND seq > $2 AND seq <= $3
              ORDER BY seq
              LIMIT 1000",
            &[(&head.day, Type::DATE), (&after_seq, Type::INT8), (&head.seq, Type::INT8)],
        )
        .await?;
    rows.iter().map(line_from_row).collect()
}

/// How many lines stand outside of the chain: in a day without a head, or beyond its ends.
pub async fn count_strays(db: &impl Read) -> Result<i64, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) AS strays
               FROM audit_log AS line
              WHERE NOT EXISTS (SELECT FROM audit_heads AS head
                                 WHERE head.day = line.day AND line.seq BETWEEN 1 AND head.seq)",
            &[],
        )
        .await?;
    Ok(row.try_get("strays")?)
}

/// Forgets whole days that are older than this, and never younger than two years; their heads stay.
pub async fn purge(tx: &Transaction<'_>, older_than_days: i32) -> Result<u64, StoreError> {
    let row = tx
        .query_one(
            "SELECT audit_forget($1) AS forgotten",
            &[(&older_than_days, Type::INT4)],
        )
        .await?;
    let forgotten: i64 = row.try_get("forgotten")?;
    Ok(forgotten.unsigned_abs())
}

fn head_from_row(row: &Row) -> Result<AuditHead, StoreError> {
    Ok(AuditHead {
        day: row.try_get("day")?,
        begins_with: row.try_get("begins_with")?,
        seq: row.try_get("seq")?,
        hash: row.try_get("hash")?,
    })
}

fn line_from_row(row: &Row) -> Result<AuditLine, StoreError> {
    Ok(AuditLine {
        day: row.try_get("day")?,
        seq: row.try_get("seq")?,
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        action: row.try_get("action")?,
        actor_id: row.try_get("actor_id")?,
        subject_id: row.try_get("subject_id")?,
        login_id: row.try_get("login_id")?,
        request_id: row.try_get("request_id")?,
        network: row.try_get("network")?,
        user_agent: row.try_get("user_agent")?,
        reason: row.try_get("reason")?,
        prev_hash: row.try_get("prev_hash")?,
        hash: row.try_get("hash")?,
    })
}
