//! The inbox of a person: their sessions in which somebody has written.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::{from_row, place};
use crate::domain::id::{Id, UserId};
use crate::domain::message::Message;
use crate::domain::page::{Page, PageRequest};
use crate::store::{Read, StoreError};

/// One session of a person's inbox.
#[derive(Clone, Debug)]
pub struct Thread {
    /// When the session starts.
    pub scheduled_at: Timestamp,
    /// What the session is about.
    pub topic: Option<String>,
    /// The other one of the two.
    pub other_id: UserId,
    /// Their given name.
    pub other_first_name: String,
    /// Their family name.
    pub other_last_name: String,
    /// How many messages the person has not read.
    pub unread: i64,
    /// The newest message.
    pub last: Message,
}

/// Lists the sessions of a person in which somebody has written, the one with the newest message first.
pub async fn list_threads(
    db: &impl Read,
    person: UserId,
    page: PageRequest,
) -> Result<Page<Thread>, StoreError> {
    let params: [(&(dyn ToSql + Sync), Type); 4] = [
        (&person.uuid(), Type::UUID),
        (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
        (&page.after.map(|cursor| cursor.id), Type::UUID),
        (&(page.limit + 1), Type::INT8),
    ];
    let rows = db
        .query(
            "WITH threads AS (
               SELECT s.scheduled_at, s.topic, last.id, last.session_id, last.sender_id, last.receiver_id, last.content,
                      last.message_type, last.read_at, last.created_at,
                      CASE WHEN s.mentor_id = $1 THEN s.mentee_id ELSE s.mentor_id END AS other_id
                 FROM sessions s
                CROSS JOIN LATERAL (
                      SELECT id, session_id, sender_id, receiver_id, content, message_type, read_at, created_at
                        FROM messages
                       WHERE session_id = s.id
                       ORDER BY created_at DESC, id DESC
                       LIMIT 1) AS last
                WHERE (s.mentor_id = $1 OR s.mentee_id = $1)
                  AND ($2::timestamptz IS NULL OR (last.created_at, last.id) < ($2, $3))
                ORDER BY last.created_at DESC, last.id DESC
                LIMIT $4)
             SELECT t.scheduled_at, t.topic, t.id, t.session_id, t.sender_id, t.receiver_id, t.content, t.message_type,
                    t.read_at, t.created_at, t.other_id, u.first_name, u.last_name,
                    (SELECT count(*) FROM messages m
                      WHERE m.session_id = t.session_id AND m.receiver_id = $1 AND m.read_at IS NULL) AS unread
               FROM threads t
               JOIN users u ON u.id = t.other_id
              ORDER BY t.created_at DESC, t.id DESC",
            &params,
        )
        .await?;
    let threads = rows
        .iter()
        .map(thread_from_row)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(threads, page.limit, |thread| {
        place(&thread.last)
    }))
}

/// Counts what a person has not read, in all sessions.
pub async fn count_unread(db: &impl Read, person: UserId) -> Result<i64, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) AS unread FROM messages WHERE receiver_id = $1 AND read_at IS NULL",
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    Ok(row.try_get("unread")?)
}

fn thread_from_row(row: &Row) -> Result<Thread, StoreError> {
    Ok(Thread {
        scheduled_at: row.try_get("scheduled_at")?,
        topic: row.try_get("topic")?,
        other_id: row.try_get::<_, Uuid>("other_id")?.into(),
        other_first_name: row.try_get("first_name")?,
        other_last_name: row.try_get("last_name")?,
        unread: row.try_get("unread")?,
        last: from_row(row)?,
    })
}
