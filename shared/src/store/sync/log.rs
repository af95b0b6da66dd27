//! Every change that was carried over, without its value.

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::types::{Json, Type};

use crate::domain::id::{Id, SessionId, UserId};
use crate::store::{Read, StoreError, Transaction};

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Ours was written there.
    Written,
    /// Theirs was taken.
    Taken,
    /// Ours went back to what is said there.
    Reverted,
    /// Both had changed it.
    Clashed,
    /// What is said there cannot be kept here.
    Refused,
    /// The record was deleted there.
    DeletedThere,
    /// There are two records of one person.
    Duplicate,
    /// It was written so often that two programs must be answering each other.
    Stopped,
    /// Airtable does not take it.
    Failed,
}

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Whose record.
    pub user_id: Option<UserId>,
    /// Which session.
    pub session_id: Option<SessionId>,
    /// Which field, if it is about one.
    pub field: Option<&'static str>,
    /// What became of it.
    pub outcome: Outcome,
    /// What Airtable calls it, if it refused.
    pub detail: Option<String>,
}

impl Entry {
    /// A line about a person.
    #[must_use]
    pub const fn of(at: Timestamp, user: UserId, outcome: Outcome) -> Self {
        Self {
            at,
            user_id: Some(user),
            session_id: None,
            field: None,
            outcome,
            detail: None,
        }
    }

    /// The same about one field.
    #[must_use]
    pub const fn in_field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }
}

/// Adds lines.
pub async fn append_log(tx: &Transaction<'_>, entries: &[Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO airtable_sync_log (at, user_id, session_id, field, outcome, detail)
         SELECT at, user_id, session_id, field, outcome, detail
           FROM jsonb_to_recordset($1)
             AS line (at timestamptz, user_id uuid, session_id uuid, field text, outcome text, detail text)",
        &[(&Json(entries), Type::JSONB)],
    )
    .await?;
    Ok(())
}

/// The newest lines about a person: moment, field, outcome, detail.
pub async fn list_log(
    db: &impl Read,
    user: UserId,
    limit: i64,
) -> Result<Vec<(Timestamp, Option<String>, String, Option<String>)>, StoreError> {
    let rows = db
        .query(
            "SELECT at, field, outcome, detail FROM airtable_sync_log
              WHERE user_id = $1 ORDER BY at DESC, id DESC LIMIT $2",
            &[(&user.uuid(), Type::UUID), (&limit, Type::INT8)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("at")?,
                row.try_get("field")?,
                row.try_get("outcome")?,
                row.try_get("detail")?,
            ))
        })
        .collect()
}
