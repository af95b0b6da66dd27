//! Planned reminders.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::event::Event;
use crate::domain::id::{Id, ReminderId, SessionId};
use crate::domain::reminder::Offset;
use crate::domain::session::Session;

/// Plans the reminders of a confirmed session that still make sense, for both people.
///
/// `ids` names them: one per offset and person.
pub async fn plan(
    tx: &Transaction<'_>,
    session: &Session,
    now: Timestamp,
    mut new_id: impl FnMut() -> ReminderId,
) -> Result<(), StoreError> {
    let mut plan = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for offset in Offset::ALL {
        let Some(due_at) = offset.due_at(session.scheduled_at, now) else {
            continue;
        };
        for person in [session.mentor_id, session.mentee_id] {
            plan.0.push(new_id().uuid());
            plan.1.push(person.uuid());
            plan.2.push(offset.minutes());
            plan.3.push(due_at);
        }
    }
    if plan.0.is_empty() {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO reminders (id, session_id, session_version, recipient_id, offset_minutes, due_at)
         SELECT id, $1, $2, recipient_id, offset_minutes, due_at
           FROM unnest($3::uuid[], $4::uuid[], $5::int4[], $6::timestamptz[])
                AS plan (id, recipient_id, offset_minutes, due_at)",
        &[
            (&session.id.uuid(), Type::UUID),
            (&session.version, Type::INT8),
            (&plan.0, Type::UUID_ARRAY),
            (&plan.1, Type::UUID_ARRAY),
            (&plan.2, Type::INT4_ARRAY),
            (&plan.3, Type::TIMESTAMPTZ_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

/// Forgets the reminders of a session that have not gone out.
pub async fn delete_planned(tx: &Transaction<'_>, session: SessionId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM reminders WHERE session_id = $1 AND fired_at IS NULL",
        &[(&session.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// Takes up to a hundred reminders that are due, so that nobody else does; they count as gone out.
pub async fn take_due(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<Event>, StoreError> {
    let rows = tx
        .query(
            "UPDATE reminders SET fired_at = $1
              WHERE id IN (SELECT id FROM reminders
                            WHERE fired_at IS NULL AND due_at <= $1
                            ORDER BY due_at
                            LIMIT 100
                              FOR UPDATE SKIP LOCKED)
          RETURNING session_id, recipient_id, offset_minutes,
                    due_at + make_interval(mins => offset_minutes) AS starts_at",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Event::ReminderDue {
                session_id: row.try_get::<_, Uuid>("session_id")?.into(),
                starts_at: row.try_get("starts_at")?,
                recipient_id: row.try_get::<_, Uuid>("recipient_id")?.into(),
                offset_minutes: row.try_get("offset_minutes")?,
            })
        })
        .collect()
}
