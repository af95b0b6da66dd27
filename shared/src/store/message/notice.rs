//! Mails about messages: who was promised one, and when the next is due.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::event::Event;
use crate::domain::id::{Id, SessionId, UserId};
use crate::domain::message::{Message, NOTICE_GAP};
use crate::store::{Read, StoreError, Transaction};

/// Plans the mail about a new message: an event when it may go out at once, and none when one went out just now and
/// the next is due later.
pub async fn plan_notice(
    tx: &Transaction<'_>,
    message: &Message,
) -> Result<Option<Event>, StoreError> {
    let row = tx
        .query_one(
            "INSERT INTO message_notices AS known (session_id, receiver_id, promised_at)
             VALUES ($1, $2, $3)
             ON CONFLICT (session_id, receiver_id) DO UPDATE
                SET promised_at = CASE WHEN known.promised_at > $4 THEN known.promised_at ELSE $3 END,
                    due_at = CASE WHEN known.promised_at > $4
                                  THEN coalesce(known.due_at, known.promised_at + ($3 - $4)) END
          RETURNING due_at IS NULL AS is_due",
            &[
                (&message.session_id.uuid(), Type::UUID),
                (&message.receiver_id.uuid(), Type::UUID),
                (&message.created_at, Type::TIMESTAMPTZ),
                (&(message.created_at - NOTICE_GAP), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    let event = Event::MessagesWaiting {
        session_id: message.session_id,
        receiver_id: message.receiver_id,
    };
    Ok(row.try_get::<_, bool>("is_due")?.then_some(event))
}

/// Takes up to a hundred mails about messages that are due, so that nobody else does; `None` stands for one whose
/// messages were all read meanwhile.
pub async fn take_due_notices(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<Vec<Option<Event>>, StoreError> {
    let rows = tx
        .query(
            "WITH due AS (
               SELECT session_id, receiver_id,
                      EXISTS (SELECT FROM messages m
                               WHERE m.session_id = n.session_id AND m.receiver_id = n.receiver_id
                                 AND m.read_at IS NULL) AS has_unread
                 FROM message_notices n
                WHERE due_at <= $1
                ORDER BY due_at
                LIMIT 100
                  FOR UPDATE SKIP LOCKED)
             UPDATE message_notices n
                SET due_at = NULL, promised_at = CASE WHEN has_unread THEN $1 ELSE promised_at END
               FROM due
              WHERE n.session_id = due.session_id AND n.receiver_id = due.receiver_id
          RETURNING n.session_id, n.receiver_id, has_unread",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let event = Event::MessagesWaiting {
                session_id: row.try_get::<_, Uuid>("session_id")?.into(),
                receiver_id: row.try_get::<_, Uuid>("receiver_id")?.into(),
            };
            Ok(row.try_get::<_, bool>("has_unread")?.then_some(event))
        })
        .collect()
}

/// Counts what a mail that was promised at this moment would tell of: nothing, once all was read or a newer mail tells
/// the same.
pub async fn count_waiting(
    db: &impl Read,
    session: SessionId,
    receiver: UserId,
    promised_at: Timestamp,
) -> Result<i64, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) AS waiting
               FROM messages m
               JOIN message_notices n USING (session_id, receiver_id)
              WHERE m.session_id = $1 AND m.receiver_id = $2 AND m.read_at IS NULL AND n.promised_at <= $3",
            &[
                (&session.uuid(), Type::UUID),
                (&receiver.uuid(), Type::UUID),
                (&promised_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(row.try_get("waiting")?)
}
