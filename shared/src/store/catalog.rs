//! The revision of what matching reads of mentors.
//!
//! One row that is raised in the transaction of the change, as its last statement: an instance that compares it
//! knows for certain whether its copy is old, and committed changes are never overtaken.

use super::{Read, StoreError, Transaction};

/// Reads the present revision.
pub async fn revision(db: &impl Read) -> Result<i64, StoreError> {
    Ok(db
        .query_one("SELECT revision FROM mentor_catalog", &[])
        .await?
        .try_get("revision")?)
}

/// Says that something matching reads of a mentor has changed.
pub async fn raise(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let raised = tx
        .execute("UPDATE mentor_catalog SET revision = revision + 1", &[])
        .await?;
    StoreError::expect_one("mentor_catalog", raised)
}
