//! What has happened to sessions. The lines are written with the steps themselves, in `store::session`.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError};
use crate::domain::id::{Id, SessionId, UserId};
use crate::domain::session::{SessionStatus, Standing, Step, StepKind};

const TABLE: &str = "session_history";

/// Lists the steps of a session, the first one first: there are few.
pub async fn list(db: &impl Read, session: SessionId) -> Result<Vec<Step>, StoreError> {
    let rows = db
        .query(
            "SELECT version, at, actor_id, action, from_status, to_status, from_start, to_start, reason
               FROM session_history
              WHERE session_id = $1
              ORDER BY version",
            &[(&session.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<Step, StoreError> {
    let status = |text: &str| {
        SessionStatus::parse(text).map_err(|error| StoreError::inconsistent(TABLE, error))
    };
    let from_status: Option<&str> = row.try_get("from_status")?;
    let from_start: Option<Timestamp> = row.try_get("from_start")?;
    let from = from_status.map(status).transpose()?.zip(from_start);
    let by: Option<Uuid> = row.try_get("actor_id")?;
    Ok(Step {
        kind: StepKind::parse(row.try_get("action")?)
            .map_err(|error| StoreError::inconsistent(TABLE, error))?,
        by: by.map(UserId::from),
        reason: row.try_get("reason")?,
        from: from.map(|(status, starts_at)| Standing { status, starts_at }),
        to: Standing {
            status: status(row.try_get("to_status")?)?,
            starts_at: row.try_get("to_start")?,
        },
        version: row.try_get("version")?,
        at: row.try_get("at")?,
    })
}
