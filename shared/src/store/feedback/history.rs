//! What feedback said before it was changed.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::opinion;
use crate::domain::feedback::Opinion;
use crate::domain::id::{Id, SessionId, UserId};
use crate::domain::user::Actor;
use crate::store::{Read, StoreError};

/// What a feedback said before it was changed.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Who said so.
    pub author_id: UserId,
    /// In which version.
    pub version: i64,
    /// What.
    pub opinion: Opinion,
    /// Since when.
    pub said_at: Timestamp,
}

/// Lists what the feedback on a session said before it was changed: the actor's own, the oldest first. Admins see both.
pub async fn list_earlier(
    db: &impl Read,
    session: SessionId,
    actor: Actor,
) -> Result<Vec<Earlier>, StoreError> {
    let rows = db
        .query(
            "SELECT f.author_id, h.version, h.rating, h.helpfulness_rating, h.would_recommend, h.written_feedback,
                    h.topics_covered, h.is_anonymous, h.said_at
               FROM feedback f JOIN feedback_history h ON h.feedback_id = f.id
              WHERE f.session_id = $1 AND ($3 OR f.author_id = $2)
              ORDER BY h.said_at, h.version",
            &[
                (&session.uuid(), Type::UUID),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    let earlier = |row: &Row| {
        Ok(Earlier {
            author_id: row.try_get::<_, Uuid>("author_id")?.into(),
            version: row.try_get("version")?,
            opinion: opinion(row)?,
            said_at: row.try_get("said_at")?,
        })
    };
    rows.iter().map(earlier).collect()
}
