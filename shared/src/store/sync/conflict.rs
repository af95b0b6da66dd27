//! Values that lost, until an admin has looked at them.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use crate::domain::id::{ConflictId, Id, UserId};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::sync::{Cell, Conflict, ConflictKind, Resolution, SyncField};
use crate::store::{Read, StoreError, Transaction};

const TABLE: &str = "sync_conflicts";

/// What [`from_row`] reads.
macro_rules! conflict_columns {
    () => {
        "SELECT id, user_id, field, kind, base, ours, theirs, detected_at, resolution, resolved_at, version
           FROM sync_conflicts"
    };
}

/// Writes a new conflict.
pub async fn insert(tx: &Transaction<'_>, conflict: &Conflict) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO sync_conflicts (id, user_id, field, kind, base, ours, theirs, detected_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            (&conflict.id.uuid(), Type::UUID),
            (&conflict.user_id.uuid(), Type::UUID),
            (&conflict.field.as_str(), Type::TEXT),
            (&conflict.kind.as_str(), Type::TEXT),
            (&Json(&conflict.base), Type::JSONB),
            (&Json(&conflict.ours), Type::JSONB),
            (&Json(&conflict.theirs), Type::JSONB),
            (&conflict.detected_at, Type::TIMESTAMPTZ),
            (&conflict.version, Type::INT8),
        ],
    )
    .await?;
    Ok(())
}

/// Lists conflicts, the newest first: open ones, resolved ones, or all.
pub async fn list(
    db: &impl Read,
    is_resolved: Option<bool>,
    page: PageRequest,
) -> Result<Page<Conflict>, StoreError> {
    let (at, id) = (
        page.after.map(|cursor| cursor.at),
        page.after.map(|cursor| cursor.id),
    );
    let rows = db
        .query(
            concat!(
                conflict_columns!(),
                " WHERE ($1::boolean IS NULL OR (resolution IS NOT NULL) = $1)
                    AND ($2::timestamptz IS NULL OR (detected_at, id) < ($2, $3))
                  ORDER BY detected_at DESC, id DESC
                  LIMIT $4"
            ),
            &[
                (&is_resolved, Type::BOOL),
                (&at, Type::TIMESTAMPTZ),
                (&id, Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let conflicts = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(conflicts, page.limit, |conflict| Cursor {
        at: conflict.detected_at,
        id: conflict.id.uuid(),
    }))
}

/// Counts a person's conflicts that nobody has resolved.
pub async fn find_open(db: &impl Read, user: UserId) -> Result<i64, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) AS open FROM sync_conflicts WHERE user_id = $1 AND resolution IS NULL",
            &[(&user.uuid(), Type::UUID)],
        )
        .await?;
    Ok(row.try_get("open")?)
}

/// Reads a conflict and holds its row until the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: ConflictId) -> Result<Option<Conflict>, StoreError> {
    let row = tx
        .query_opt(
            concat!(conflict_columns!(), " WHERE id = $1 FOR NO KEY UPDATE"),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Writes what an admin has decided.
pub async fn update(
    tx: &Transaction<'_>,
    conflict: &Conflict,
    by: UserId,
) -> Result<(), StoreError> {
    let (resolution, at) = conflict.resolved.unzip();
    let updated = tx
        .execute(
            "UPDATE sync_conflicts
                SET resolution = $2, resolved_at = $3, resolved_by = $4, version = $5
              WHERE id = $1",
            &[
                (&conflict.id.uuid(), Type::UUID),
                (&resolution.map(Resolution::as_str), Type::TEXT),
                (&at, Type::TIMESTAMPTZ),
                (&by.uuid(), Type::UUID),
                (&conflict.version, Type::INT8),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

fn from_row(row: &Row) -> Result<Conflict, StoreError> {
    let bad = |error: &dyn std::error::Error| StoreError::inconsistent(TABLE, error);
    let cell = |name: &str| -> Result<Cell, StoreError> {
        let cell: Option<Json<Cell>> = row.try_get(name)?;
        Ok(cell.map(|Json(cell)| cell).unwrap_or_default())
    };
    let resolution: Option<&str> = row.try_get("resolution")?;
    let resolution = resolution.map(Resolution::parse).transpose();
    let resolved_at: Option<Timestamp> = row.try_get("resolved_at")?;
    Ok(Conflict {
        id: row.try_get::<_, Uuid>("id")?.into(),
        user_id: row.try_get::<_, Uuid>("user_id")?.into(),
        field: SyncField::parse(row.try_get("field")?).map_err(|error| bad(&error))?,
        kind: ConflictKind::parse(row.try_get("kind")?).map_err(|error| bad(&error))?,
        base: cell("base")?,
        ours: cell("ours")?,
        theirs: cell("theirs")?,
        detected_at: row.try_get("detected_at")?,
        resolved: resolution.map_err(|error| bad(&error))?.zip(resolved_at),
        version: row.try_get("version")?,
    })
}
