//! Wishes whose mentors have not answered in time.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::lock_all;
use crate::domain::mentoring::MentoringRequest;
use crate::store::{Read, StoreError, Transaction};

/// Takes up to twenty wishes whose mentors have not answered in time, and holds their rows; those that somebody else
/// holds are left for later, and those of mentees who paused or are shut out until they are back.
pub async fn lock_overdue(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<Vec<MentoringRequest>, StoreError> {
    let rows = tx
        .query(
            "SELECT r.id
               FROM proposal_batches b JOIN mentoring_requests r ON r.id = b.request_id
              WHERE b.status = 'open' AND b.respond_by <= $1 AND r.status = 'open'
                AND EXISTS (SELECT FROM users u WHERE u.id = r.mentee_id AND u.status = 'active')
              ORDER BY b.respond_by
              LIMIT 20
                FOR NO KEY UPDATE OF r SKIP LOCKED",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    let ids = rows
        .iter()
        .map(|row| Ok(row.try_get("id")?))
        .collect::<Result<Vec<Uuid>, StoreError>>()?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // Read anew now that they are held: somebody may have answered in between.
    lock_all(tx, &ids).await
}
