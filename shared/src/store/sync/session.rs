//! Sessions on their way to Airtable; nothing of them comes back.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{Id, SessionId};
use crate::store::{Read, StoreError, Transaction};

/// A session as it is brought over.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// The session.
    pub id: SessionId,
    /// Which version of it this is.
    pub version: i64,
    /// Its cells, by the names of their fields. People are their ids: their names stand in their own records.
    pub cells: Map<String, Value>,
}

/// Takes some sessions that have changed, the longest waiting first.
pub async fn take_sessions(db: &impl Read, limit: i64) -> Result<Vec<Outbound>, StoreError> {
    let rows = db
        .query(
            "SELECT id, version, mentor_id, mentee_id, scheduled_at, ends_at, status, topic
               FROM sessions
              WHERE airtable_version IS DISTINCT FROM version
              ORDER BY updated_at, id
              LIMIT $1",
            &[(&limit, Type::INT8)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let id = |name| -> Result<String, StoreError> {
                Ok(row.try_get::<_, Uuid>(name)?.to_string())
            };
            let moment = |name| -> Result<String, StoreError> {
                Ok(row.try_get::<_, Timestamp>(name)?.to_string())
            };
            let cells = json!({
                "Platform ID": id("id")?,
                "Mentor": id("mentor_id")?,
                "Mentee": id("mentee_id")?,
                "Starts At": moment("scheduled_at")?,
                "Ends At": moment("ends_at")?,
                "Status": row.try_get::<_, &str>("status")?,
                "Topic": row.try_get::<_, Option<&str>>("topic")?,
            });
            Ok(Outbound {
                id: row.try_get::<_, Uuid>("id")?.into(),
                version: row.try_get("version")?,
                cells: cells.as_object().cloned().unwrap_or_default(),
            })
        })
        .collect()
}

/// Notes which versions of sessions are there.
pub async fn note_sessions(tx: &Transaction<'_>, sent: &[Outbound]) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = sent.iter().map(|session| session.id.uuid()).collect();
    let versions: Vec<i64> = sent.iter().map(|session| session.version).collect();
    tx.execute(
        "UPDATE sessions SET airtable_version = sent.version
           FROM unnest($1::uuid[], $2::bigint[]) AS sent (id, version)
          WHERE sessions.id = sent.id",
        &[(&ids, Type::UUID_ARRAY), (&versions, Type::INT8_ARRAY)],
    )
    .await?;
    Ok(())
}
