//! What admins decide about mentors before they appear.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::{hold, word};
use crate::domain::id::{Id, UserId};
use crate::domain::vetting::Vetting;
use crate::store::{Read, StoreError, Transaction};

/// What was decided about a mentor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vetted {
    /// The decision.
    pub vetting: Vetting,
    /// Why, if they were rejected.
    pub reason: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// The version of the mentor's account.
    pub version: i64,
}

/// Reads what was decided about a person who is a mentor.
pub async fn find_vetting(db: &impl Read, mentor: UserId) -> Result<Option<Vetted>, StoreError> {
    let row = db
        .query_opt(
            "SELECT m.vetting, m.vetting_reason, m.vetted_at, u.version
               FROM mentors m JOIN users u ON u.id = m.user_id
              WHERE m.user_id = $1 AND u.role = 'mentor' AND u.erased_at IS NULL",
            &[(&mentor.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads what was decided about a mentor and holds their row until the transaction ends.
pub async fn lock_vetting(
    tx: &Transaction<'_>,
    mentor: UserId,
) -> Result<Option<Vetted>, StoreError> {
    let ((), vetted) = futures_util::try_join!(hold(tx, mentor), find_vetting(tx, mentor))?;
    Ok(vetted)
}

fn from_row(row: &Row) -> Result<Vetted, StoreError> {
    Ok(Vetted {
        vetting: word(Vetting::parse(row.try_get("vetting")?))?,
        reason: row.try_get("vetting_reason")?,
        at: row.try_get("vetted_at")?,
        version: row.try_get("version")?,
    })
}

/// Writes what was decided about a mentor and raises their version.
pub async fn update_vetting(
    tx: &Transaction<'_>,
    mentor: UserId,
    vetted: &Vetted,
    now: Timestamp,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "WITH person AS (
               UPDATE users SET version = version + 1, updated_at = $5 WHERE id = $1
             )
             UPDATE mentors SET vetting = $2, vetting_reason = $3, vetted_at = $4 WHERE user_id = $1",
            &[
                (&mentor.uuid(), Type::UUID),
                (&vetted.vetting.as_str(), Type::TEXT),
                (&vetted.reason, Type::TEXT),
                (&vetted.at, Type::TIMESTAMPTZ),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one("mentors", updated)
}
