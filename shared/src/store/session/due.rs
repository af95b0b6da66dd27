//! Sessions with which something is to be done because time has passed.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{from_row, session_columns};
use crate::domain::event::Event;
use crate::domain::session::Session;
use crate::store::{Read, StoreError, Transaction};

/// Takes up to fifty sessions whose mentors have not answered in time, and holds their rows; those that somebody else
/// holds are left for later.
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
    rows.iter().map(from_row).collect()
}

/// Takes up to a hundred sessions whose mentors are to be asked once more, so that nobody else does; those that can be
/// answered no more are left out.
pub async fn take_nudges(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<Event>, StoreError> {
    let rows = tx
        .query(
            "UPDATE sessions SET nudge_at = NULL
              WHERE id IN (SELECT id FROM sessions
                            WHERE status = 'pending' AND nudge_at <= $1 AND respond_by > $1
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
