//! What ties two people together.

use tokio_postgres::types::Type;

use crate::domain::id::{Id, UserId};
use crate::domain::user::Bond;
use crate::store::{Read, StoreError};

/// Reads what ties two people together.
pub async fn find_bond(db: &impl Read, one: UserId, other: UserId) -> Result<Bond, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) > 0
                      OR EXISTS (SELECT FROM mentorships
                                  WHERE status IN ('pending', 'active', 'paused')
                                    AND ((mentor_id = $1 AND mentee_id = $2) OR (mentor_id = $2 AND mentee_id = $1)))
                      OR EXISTS (SELECT FROM mentoring_candidates c JOIN mentoring_requests r ON r.id = c.request_id
                                  WHERE c.outcome = 'proposed'
                                    AND ((c.mentor_id = $1 AND r.mentee_id = $2)
                                      OR (c.mentor_id = $2 AND r.mentee_id = $1)))
                      OR EXISTS (SELECT FROM questions
                                  WHERE status IN ('claimed', 'answered', 'completed')
                                    AND ((mentor_id = $1 AND mentee_id = $2) OR (mentor_id = $2 AND mentee_id = $1))) AS has_any,
                    count(*) FILTER (WHERE status = 'confirmed') > 0 AS has_confirmed
               FROM sessions
              WHERE status IN ('pending', 'confirmed', 'completed')
                AND ((mentor_id = $1 AND mentee_id = $2) OR (mentor_id = $2 AND mentee_id = $1))",
            &[(&one.uuid(), Type::UUID), (&other.uuid(), Type::UUID)],
        )
        .await?;
    let (has_any, has_confirmed) = (row.try_get("has_any")?, row.try_get("has_confirmed")?);
    Ok(match (has_any, has_confirmed) {
        (_, true) => Bond::Confirmed,
        (true, false) => Bond::Session,
        (false, false) => Bond::None,
    })
}
