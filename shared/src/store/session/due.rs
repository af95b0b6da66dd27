//! Sessions with which something is to be done because time has passed.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{from_row, session_columns};
use crate::domain::event::Event;
use crate::domain::session::Session;
use crate::store::{Read, StoreError, Transaction};

/// Takes up to fifty sessions whose mentors have not answered in time, mentor by mentor, and holds their rows; those
/// that somebody else holds are left for later.
pub async fn lock_overdue(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    let rows = tx
        .query(
            concat!(
                "SELECT ",
                session_columns!(),
                " FROM sessions
                  WHERE status = 'pending' AND respond_by <= $1
                  ORDER BY respond_by
                  LIMIT 50
                    FOR NO KEY UPDATE SKIP LOCKED"
            ),
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    let mut overdue: Vec<Session> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    // Ending one locks what is counted of its mentor: two at once take their mentors in the same order.
    overdue.sort_by_key(|session| session.mentor_id);
    Ok(overdue)
}

/// Takes up to a hundred sessions whose mentors are to be asked once more, so that nobody else does; those that can be
/// answered no more are left out. Who cannot answer yet, as it is not paid, or has proposed other times, is asked later.
pub async fn take_nudges(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<Event>, StoreError> {
    let rows = tx
        .query(
            "UPDATE sessions SET nudge_at = NULL
              WHERE id IN (SELECT id FROM sessions
                            WHERE status = 'pending' AND nudge_at <= $1 AND respond_by > $1
                              AND payment_status NOT IN ('pending', 'failed')
                              AND (open_reschedule_by IS DISTINCT FROM mentor_id OR open_reschedule_until <= $1)
                            ORDER BY nudge_at
                            LIMIT 100
                              FOR NO KEY UPDATE SKIP LOCKED)
          RETURNING id, respond_by",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Event::AnswerDue {
                session_id: row.try_get::<_, Uuid>("id")?.into(),
                respond_by: row.try_get("respond_by")?,
            })
        })
        .collect()
}
