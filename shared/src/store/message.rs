//! What the two people of a session write to each other.

mod inbox;
mod notice;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, MessageId, SessionId, UserId};
use crate::domain::message::{Conversation, Message, MessageType};
use crate::domain::page::{Cursor, Order, Page, PageRequest};
use crate::domain::user::Actor;

pub use inbox::{Thread, count_unread, list_threads};
pub use notice::{count_waiting, plan_notice, take_due_notices};

const TABLE: &str = "messages";

/// Reads who writes to whom in a session that the actor takes part in, and holds both people until the transaction
/// ends: who is erased meanwhile must wait, or be found erased. An admin reads any.
pub async fn lock_conversation(
    tx: &Transaction<'_>,
    session: SessionId,
    actor: Actor,
) -> Result<Option<Conversation>, StoreError> {
    // In the order of their ids, as whoever books or erases holds them.
    let rows = tx
        .query(
            "SELECT s.id, s.mentor_id, s.mentee_id, u.erase_after IS NOT NULL OR u.erased_at IS NOT NULL AS is_leaving
               FROM sessions s
               JOIN users u ON u.id IN (s.mentor_id, s.mentee_id)
              WHERE s.id = $1 AND (s.mentor_id = $2 OR s.mentee_id = $2 OR $3)
              ORDER BY u.id
                FOR SHARE OF u",
            &[
                (&session.uuid(), Type::UUID),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let mut is_over = false;
    for person in &rows {
        is_over |= person.try_get::<_, bool>("is_leaving")?;
    }
    Ok(Some(Conversation {
        session_id: row.try_get::<_, Uuid>("id")?.into(),
        mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
        mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
        is_over,
    }))
}

/// Writes a new message.
pub async fn insert(tx: &Transaction<'_>, message: &Message) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO messages (id, session_id, sender_id, receiver_id, content, message_type, read_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            (&message.id.uuid(), Type::UUID),
            (&message.session_id.uuid(), Type::UUID),
            (&message.sender_id.uuid(), Type::UUID),
            (&message.receiver_id.uuid(), Type::UUID),
            (&message.content, Type::TEXT),
            (&message.message_type.as_str(), Type::TEXT),
            (&message.read_at, Type::TIMESTAMPTZ),
            (&message.created_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Marks a message that a person has received, and everything older of its session, as read.
pub async fn mark_read(
    tx: &Transaction<'_>,
    message: MessageId,
    receiver: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Locked in one order: two devices read at once.
    tx.execute(
        "UPDATE messages
            SET read_at = $3
          WHERE id IN (SELECT m.id
                         FROM messages m
                         JOIN messages newest ON newest.id = $1 AND newest.receiver_id = $2
                        WHERE m.session_id = newest.session_id AND m.receiver_id = $2 AND m.read_at IS NULL
                          AND (m.created_at, m.id) <= (newest.created_at, newest.id)
                        ORDER BY m.id
                          FOR NO KEY UPDATE OF m)",
        &[
            (&message.uuid(), Type::UUID),
            (&receiver.uuid(), Type::UUID),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Reads a message that a person has received.
pub async fn find_received(
    db: &impl Read,
    message: MessageId,
    receiver: UserId,
) -> Result<Option<Message>, StoreError> {
    let row = db
        .query_opt(
            "SELECT id, session_id, sender_id, receiver_id, content, message_type, read_at, created_at
               FROM messages
              WHERE id = $1 AND receiver_id = $2",
            &[
                (&message.uuid(), Type::UUID),
                (&receiver.uuid(), Type::UUID),
            ],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Lists what a person has written and received in a session.
pub async fn list(
    db: &impl Read,
    session: SessionId,
    person: UserId,
    order: Order,
    page: PageRequest,
) -> Result<Page<Message>, StoreError> {
    let sql = match order {
        Order::Ascending => {
            "SELECT id, session_id, sender_id, receiver_id, content, message_type, read_at, created_at
               FROM messages
              WHERE session_id = $1 AND (sender_id = $2 OR receiver_id = $2)
                AND ($3::timestamptz IS NULL OR (created_at, id) > ($3, $4))
              ORDER BY created_at, id
              LIMIT $5"
        }
        Order::Descending => {
            "SELECT id, session_id, sender_id, receiver_id, content, message_type, read_at, created_at
               FROM messages
              WHERE session_id = $1 AND (sender_id = $2 OR receiver_id = $2)
                AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4))
              ORDER BY created_at DESC, id DESC
              LIMIT $5"
        }
    };
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (&session.uuid(), Type::UUID),
        (&person.uuid(), Type::UUID),
        (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
        (&page.after.map(|cursor| cursor.id), Type::UUID),
        (&(page.limit + 1), Type::INT8),
    ];
    let rows = db.query(sql, &params).await?;
    let messages = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(messages, page.limit, place))
}

fn place(message: &Message) -> Cursor {
    Cursor {
        at: message.created_at,
        id: message.id.uuid(),
    }
}

fn from_row(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.try_get::<_, Uuid>("id")?.into(),
        session_id: row.try_get::<_, Uuid>("session_id")?.into(),
        sender_id: row.try_get::<_, Uuid>("sender_id")?.into(),
        receiver_id: row.try_get::<_, Uuid>("receiver_id")?.into(),
        content: row.try_get("content")?,
        message_type: MessageType::parse(row.try_get("message_type")?)
            .map_err(|error| StoreError::inconsistent(TABLE, error))?,
        read_at: row.try_get("read_at")?,
        created_at: row.try_get("created_at")?,
    })
}
