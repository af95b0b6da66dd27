//! How each field is synced.

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::domain::sync::{FieldMap, FieldRule, Owner, SyncField};
use crate::store::{Read, StoreError, Transaction};

const TABLE: &str = "airtable_fields";

/// Reads how all fields are synced, and the version of that.
pub async fn find_map(db: &impl Read) -> Result<(FieldMap, i64), StoreError> {
    let rules = db.query(
        "SELECT field, name, airtable_id, owner, is_synced FROM airtable_fields",
        &[],
    );
    let version = db.query_one("SELECT version FROM airtable_map", &[]);
    let (rules, version) = futures_util::try_join!(rules, version)?;
    let rules = rules.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    let map = FieldMap::of(&rules).map_err(|error| StoreError::inconsistent(TABLE, error))?;
    Ok((map, version.try_get("version")?))
}

/// Reads how all fields are synced, and holds it until the transaction ends.
pub async fn lock_map(tx: &Transaction<'_>) -> Result<(FieldMap, i64), StoreError> {
    tx.query_one("SELECT version FROM airtable_map FOR NO KEY UPDATE", &[])
        .await?;
    find_map(tx).await
}

/// Writes how all fields are synced, and raises the version.
pub async fn update_map(tx: &Transaction<'_>, map: &FieldMap) -> Result<i64, StoreError> {
    update_ids(tx, map).await?;
    let row = tx
        .query_one(
            "UPDATE airtable_map SET version = version + 1 RETURNING version",
            &[],
        )
        .await?;
    Ok(row.try_get("version")?)
}

/// Writes the rules of all fields, as when their ids were learnt: nothing that an admin has said is new.
pub async fn update_ids(tx: &Transaction<'_>, map: &FieldMap) -> Result<(), StoreError> {
    let rules = &map.rules;
    let fields: Vec<&str> = rules.iter().map(|rule| rule.field.as_str()).collect();
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    let ids: Vec<Option<&str>> = rules.iter().map(|rule| rule.id.as_deref()).collect();
    let owners: Vec<&str> = rules.iter().map(|rule| rule.owner.as_str()).collect();
    let synced: Vec<bool> = rules.iter().map(|rule| rule.is_synced).collect();
    tx.execute(
        "INSERT INTO airtable_fields (field, name, airtable_id, owner, is_synced)
         SELECT field, name, airtable_id, owner, is_synced
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[])
             AS rule (field, name, airtable_id, owner, is_synced)
         ON CONFLICT (field) DO UPDATE
                SET name = excluded.name, airtable_id = excluded.airtable_id, owner = excluded.owner,
                    is_synced = excluded.is_synced",
        &[
            (&fields, Type::TEXT_ARRAY),
            (&names, Type::TEXT_ARRAY),
            (&ids, Type::TEXT_ARRAY),
            (&owners, Type::TEXT_ARRAY),
            (&synced, Type::BOOL_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<FieldRule, StoreError> {
    let bad = |error: &dyn std::error::Error| StoreError::inconsistent(TABLE, error);
    Ok(FieldRule {
        field: SyncField::parse(row.try_get("field")?).map_err(|error| bad(&error))?,
        name: row.try_get("name")?,
        id: row.try_get("airtable_id")?,
        owner: Owner::parse(row.try_get("owner")?).map_err(|error| bad(&error))?,
        is_synced: row.try_get("is_synced")?,
    })
}
