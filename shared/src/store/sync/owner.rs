//! Whose record is whose, and which are gone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{Id, UserId};
use crate::store::{Read, StoreError, Transaction};

/// Notes which record is a person's, that it was found, and that it is there.
pub async fn link(
    tx: &Transaction<'_>,
    owners: &[(UserId, String)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let users: Vec<Uuid> = owners.iter().map(|(user, _)| user.uuid()).collect();
    let records: Vec<&str> = owners.iter().map(|(_, record)| record.as_str()).collect();
    tx.execute(
        "INSERT INTO airtable_records (user_id, record_id, found_at)
         SELECT user_id, record_id, $3 FROM unnest($1::uuid[], $2::text[]) AS owner (user_id, record_id)
         ON CONFLICT (user_id) DO UPDATE
                SET record_id = excluded.record_id, found_at = excluded.found_at, deleted_at = NULL",
        &[
            (&users, Type::UUID_ARRAY),
            (&records, Type::TEXT_ARRAY),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Finds whose records these are.
pub async fn list_owners(
    db: &impl Read,
    records: &[String],
) -> Result<BTreeMap<String, UserId>, StoreError> {
    let rows = db
        .query(
            "SELECT record_id, user_id FROM airtable_records WHERE record_id = ANY($1)",
            &[(&records, Type::TEXT_ARRAY)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let user = row.try_get::<_, Uuid>("user_id")?.into();
            Ok((row.try_get("record_id")?, user))
        })
        .collect()
}

/// Notes that records were deleted there; says whose they were.
pub async fn mark_deleted(
    tx: &Transaction<'_>,
    records: &[String],
    now: Timestamp,
) -> Result<Vec<UserId>, StoreError> {
    let rows = tx
        .query(
            "WITH gone AS (
               UPDATE airtable_records SET deleted_at = $2, problem = 'deleted_there'
                WHERE record_id = ANY($1) AND deleted_at IS NULL
            RETURNING user_id
             )
             UPDATE users SET airtable_sync_status = 'error' FROM gone WHERE id = gone.user_id RETURNING id",
            &[(&records, Type::TEXT_ARRAY), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(row.try_get::<_, Uuid>("id")?.into()))
        .collect()
}

/// Finds the records that a comparison since a moment has not come across.
pub async fn mark_missing(
    tx: &Transaction<'_>,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<UserId>, StoreError> {
    let rows = tx
        .query(
            "SELECT record_id FROM airtable_records
              WHERE record_id IS NOT NULL AND deleted_at IS NULL AND (found_at IS NULL OR found_at < $1)",
            &[(&since, Type::TIMESTAMPTZ)],
        )
        .await?;
    let records = rows.iter().map(|row| Ok(row.try_get("record_id")?));
    let records = records.collect::<Result<Vec<String>, StoreError>>()?;
    mark_deleted(tx, &records, now).await
}

/// Has a person brought over once more; a record that was deleted there is made anew.
pub async fn reset(tx: &Transaction<'_>, user: UserId) -> Result<(), StoreError> {
    tx.execute(
        "WITH known AS (
           UPDATE airtable_records
              SET problem = NULL, record_id = CASE WHEN deleted_at IS NULL THEN record_id END, deleted_at = NULL
            WHERE user_id = $1
         )
         UPDATE users SET airtable_sync_status = 'pending' WHERE id = $1",
        &[(&user.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// The records of people who are nobody any more.
pub async fn list_erased(db: &impl Read, limit: i64) -> Result<Vec<(UserId, String)>, StoreError> {
    let rows = db
        .query(
            "SELECT r.user_id, r.record_id FROM airtable_records r JOIN users u ON u.id = r.user_id
              WHERE u.erased_at IS NOT NULL AND r.record_id IS NOT NULL AND r.deleted_at IS NULL LIMIT $1",
            &[(&limit, Type::INT8)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get::<_, Uuid>("user_id")?.into(),
                row.try_get("record_id")?,
            ))
        })
        .collect()
}

/// Forgets which records were whose.
pub async fn forget(tx: &Transaction<'_>, people: &[UserId]) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    tx.execute(
        "DELETE FROM airtable_records WHERE user_id = ANY($1)",
        &[(&ids, Type::UUID_ARRAY)],
    )
    .await?;
    Ok(())
}
