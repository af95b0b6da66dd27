//! Questions with which something is to be done because time has passed.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::list::Waiting;
use super::{columns, from_row};
use crate::domain::question::Question;
use crate::store::{Read, StoreError, Transaction};

/// Takes up to a hundred questions that time has moved on and holds their rows; those that somebody else holds are left
/// for later.
pub async fn lock_over(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<Question>, StoreError> {
    let rows = tx
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM questions q
                  WHERE q.holds_until <= $1
                  ORDER BY q.holds_until
                  LIMIT 100
                    FOR NO KEY UPDATE SKIP LOCKED"
            ),
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Tells whether a question is to be offered, unless somebody else is about to: what [`lock_to_offer`] takes, without
/// holding any.
pub async fn is_offer_due(db: &impl Read, now: Timestamp) -> Result<bool, StoreError> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM questions q JOIN users u ON u.id = q.mentee_id
                             WHERE q.status = 'open' AND q.offer_at <= $1 AND q.holds_until > $1
                               AND u.status = 'active') AS is_due",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    Ok(row.try_get("is_due")?)
}

/// Takes up to twenty open questions that nobody has claimed for long enough and that were never offered, and holds their
/// rows; those that somebody else holds are left for later, and those of askers who paused or are shut out until they are
/// back.
pub async fn lock_to_offer(
    tx: &Transaction<'_>,
    model: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Waiting>, StoreError> {
    let rows = tx
        .query(
            concat!(
                "SELECT ",
                columns!(),
                ", CASE WHEN q.meaning_model = $2 THEN q.meaning END AS meaning
                   FROM questions q
                  WHERE q.status = 'open' AND q.offer_at <= $1 AND q.holds_until > $1
                    AND EXISTS (SELECT FROM users u WHERE u.id = q.mentee_id AND u.status = 'active')
                  ORDER BY q.offer_at
                  LIMIT 20
                    FOR NO KEY UPDATE OF q SKIP LOCKED"
            ),
            &[(&now, Type::TIMESTAMPTZ), (&model, Type::TEXT)],
        )
        .await?;
    rows.iter().map(super::list::waiting).collect()
}
