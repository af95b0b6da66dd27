//! When sessions hold people: the rows of `busy`, after they were written with the session itself.

use tokio_postgres::types::Type;

use super::minutes;
use crate::domain::id::{Id, UserId};
use crate::domain::session::{Session, SessionError};
use crate::domain::time::Minutes;
use crate::store::error::violates;
use crate::store::{StoreError, Transaction};

/// Holds both people at the new time of a session that moved, and no longer at the old one.
pub async fn move_holds(
    tx: &Transaction<'_>,
    session: &Session,
    buffer: Minutes,
) -> Result<Result<(), SessionError>, StoreError> {
    let moved = tx
        .try_execute(
            "UPDATE busy
                SET span = tstzrange($3, CASE WHEN person_id = $2 THEN $4 + make_interval(mins => $5) ELSE $4 END)
              WHERE session_id = $1",
            &[
                (&session.id.uuid(), Type::UUID),
                (&session.mentor_id.uuid(), Type::UUID),
                (&session.scheduled_at, Type::TIMESTAMPTZ),
                (&session.ends_at(), Type::TIMESTAMPTZ),
                (&minutes(buffer), Type::INT4),
            ],
        )
        .await?;
    match moved {
        Ok(2) => Ok(Ok(())),
        Ok(rows) => Err(StoreError::inconsistent(
            "busy",
            format!("{rows} rows instead of two"),
        )),
        Err(error) if violates(&error, "busy_no_overlap") => Ok(Err(SessionError::SlotTaken)),
        Err(error) => Err(error.into()),
    }
}

/// Shortens how long a mentor's coming sessions hold them, after they chose a smaller buffer:
/// else the constraint would refuse times that the schedule offers. A larger buffer needs nothing, the schedule knows it.
/// The sessions are held first, as by whoever ends one.
pub async fn shorten_holds(
    tx: &Transaction<'_>,
    mentor: UserId,
    buffer: Minutes,
) -> Result<(), StoreError> {
    tx.execute(
        "WITH held AS (
            SELECT s.id, s.ends_at + make_interval(mins => $2) AS until
              FROM sessions s JOIN busy b ON b.session_id = s.id AND b.person_id = $1
             WHERE s.mentor_id = $1 AND upper(b.span) > s.ends_at + make_interval(mins => $2)
             ORDER BY s.id
               FOR NO KEY UPDATE OF s)
         UPDATE busy SET span = tstzrange(lower(span), held.until)
           FROM held
          WHERE busy.session_id = held.id AND busy.person_id = $1",
        &[(&mentor.uuid(), Type::UUID), (&minutes(buffer), Type::INT4)],
    )
    .await?;
    Ok(())
}
