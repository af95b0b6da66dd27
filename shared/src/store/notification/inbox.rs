//! What people read in the app.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::domain::id::{Id, NotificationId, SessionId, UserId};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::store::{Read, StoreError, Transaction};

/// A message in the app.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The message.
    pub id: NotificationId,
    /// What kind of message it is.
    pub kind: String,
    /// What it says, on one line.
    pub title: String,
    /// Where in the frontend it leads, from the first slash on.
    pub path: String,
    /// The session it is about.
    pub session_id: Option<SessionId>,
    /// When it came.
    pub shown_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

macro_rules! shown_columns {
    () => {
        "id, kind, title, path, session_id, shown_at, read_at"
    };
}

/// Lists what a person has been told in the app, the newest first.
pub async fn list_shown(
    db: &impl Read,
    person: UserId,
    is_unread_only: bool,
    page: PageRequest,
) -> Result<Page<Shown>, StoreError> {
    let limit = page.limit + 1;
    let after = page.after.map(|cursor| cursor.id);
    let parameters: [(&(dyn ToSql + Sync), Type); 4] = [
        (&person.uuid(), Type::UUID),
        (&is_unread_only, Type::BOOL),
        (&after, Type::UUID),
        (&limit, Type::INT8),
    ];
    let rows = db
        .query(
            concat!(
                "SELECT ",
                shown_columns!(),
                " FROM notifications
                 WHERE recipient_id = $1 AND channel = 'in_app' AND status = 'delivered'
                   AND (NOT $2 OR read_at IS NULL)
                   AND ($3::uuid IS NULL OR id < $3)
                 ORDER BY id DESC
                 LIMIT $4"
            ),
            &parameters,
        )
        .await?;
    let shown: Vec<Shown> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    Ok(Page::from_rows(shown, page.limit, |one| Cursor {
        at: one.shown_at,
        id: one.id.uuid(),
    }))
}

/// Counts what a person has not read in the app.
pub async fn count_unread(db: &impl Read, person: UserId) -> Result<i64, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) AS unread
               FROM notifications
              WHERE recipient_id = $1 AND channel = 'in_app' AND status = 'delivered' AND read_at IS NULL",
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    Ok(row.try_get("unread")?)
}

/// Notes that a person has read a message of theirs; what was read before stays so.
pub async fn read_one(
    tx: &Transaction<'_>,
    id: NotificationId,
    person: UserId,
    now: Timestamp,
) -> Result<Option<Shown>, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                "UPDATE notifications SET read_at = coalesce(read_at, $3)
                  WHERE id = $1 AND recipient_id = $2 AND channel = 'in_app' AND status = 'delivered'
              RETURNING ",
                shown_columns!()
            ),
            &[
                (&id.uuid(), Type::UUID),
                (&person.uuid(), Type::UUID),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Notes that a person has read everything; returns how much that was.
pub async fn read_all(
    tx: &Transaction<'_>,
    person: UserId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE notifications SET read_at = $2
          WHERE recipient_id = $1 AND channel = 'in_app' AND status = 'delivered' AND read_at IS NULL",
        &[(&person.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
    )
    .await
}

fn from_row(row: &Row) -> Result<Shown, StoreError> {
    Ok(Shown {
        id: row.try_get::<_, Uuid>("id")?.into(),
        kind: row.try_get("kind")?,
        title: row.try_get("title")?,
        path: row.try_get("path")?,
        session_id: row
            .try_get::<_, Option<Uuid>>("session_id")?
            .map(SessionId::from),
        shown_at: row.try_get("shown_at")?,
        read_at: row.try_get("read_at")?,
    })
}
