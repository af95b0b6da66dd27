//! Programs and their versions. A version is only ever added; the database sees to that.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::error::violates;
use super::{Read, StoreError, Transaction};
use crate::domain::matching::{
    KeptProgram, Program, ProgramError, ProgramKey, ProgramVersion, Weights,
};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::score::Thousandths;

const TABLE: &str = "programs";

/// What [`from_row`] reads.
macro_rules! kept {
    () => {
        "SELECT p.id, p.key, p.version, p.created_at AS made_at, p.updated_at,
                n.number, n.name, n.weights, n.good_score, n.created_at,
                a.number AS active_number, a.name AS active_name, a.weights AS active_weights,
                a.good_score AS active_good_score, a.created_at AS active_created_at
           FROM programs p
           JOIN program_versions n ON n.program = p.key
                AND n.number = (SELECT max(number) FROM program_versions WHERE program = p.key)
           LEFT JOIN program_versions a ON a.program = p.key AND a.number = p.active_version"
    };
}

/// Finds how a program scores now; a program that is not in use is none.
pub async fn find_active(db: &impl Read, key: &str) -> Result<Option<Program>, StoreError> {
    let row = db
        .query_opt(
            "SELECT v.number, v.name, v.weights, v.good_score, v.created_at, p.key
               FROM programs p JOIN program_versions v ON v.program = p.key AND v.number = p.active_version
              WHERE p.key = $1",
            &[(&key, Type::TEXT)],
        )
        .await?;
    row.map(|row| Ok(version_from_row(&row, &OWN)?.program(&key_from_row(&row)?)))
        .transpose()
}

/// Finds how one version of a program scores.
pub async fn find_version(
    db: &impl Read,
    key: &str,
    number: i32,
) -> Result<Option<Program>, StoreError> {
    let row = db
        .query_opt(
            "SELECT number, name, weights, good_score, created_at, program AS key
               FROM program_versions
              WHERE program = $1 AND number = $2",
            &[(&key, Type::TEXT), (&number, Type::INT4)],
        )
        .await?;
    row.map(|row| Ok(version_from_row(&row, &OWN)?.program(&key_from_row(&row)?)))
        .transpose()
}

/// Lists programs, oldest first; those that are not in use only for whoever may know them.
pub async fn list(
    db: &impl Read,
    with_inactive: bool,
    page: PageRequest,
) -> Result<Page<KeptProgram>, StoreError> {
    let (at, id) = (
        page.after.map(|cursor| cursor.at),
        page.after.map(|cursor| cursor.id),
    );
    let rows = db
        .query(
            concat!(
                kept!(),
                " WHERE ($1 OR p.active_version IS NOT NULL)
                    AND ($2::timestamptz IS NULL OR (p.created_at, p.id) > ($2, $3))
                  ORDER BY p.created_at, p.id
                  LIMIT $4"
            ),
            &[
                (&with_inactive, Type::BOOL),
                (&at, Type::TIMESTAMPTZ),
                (&id, Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let programs = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(programs, page.limit, |program| Cursor {
        at: program.created_at,
        id: program.id,
    }))
}

/// Reads one program.
pub async fn find(db: &impl Read, key: &str) -> Result<Option<KeptProgram>, StoreError> {
    let row = db
        .query_opt(concat!(kept!(), " WHERE p.key = $1"), &[(&key, Type::TEXT)])
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one program and holds its row until the transaction ends.
pub async fn lock(tx: &Transaction<'_>, key: &str) -> Result<Option<KeptProgram>, StoreError> {
    // The versions are read behind the lock: whoever held it may have written one.
    let held = tx
        .query_opt(
            "SELECT key FROM programs WHERE key = $1 FOR NO KEY UPDATE",
            &[(&key, Type::TEXT)],
        )
        .await?;
    match held {
        Some(_) => find(tx, key).await,
        None => Ok(None),
    }
}

/// Lists every version of a program, the newest first.
pub async fn list_versions(db: &impl Read, key: &str) -> Result<Vec<ProgramVersion>, StoreError> {
    let rows = db
        .query(
            "SELECT number, name, weights, good_score, created_at
               FROM program_versions
              WHERE program = $1
              ORDER BY number DESC",
            &[(&key, Type::TEXT)],
        )
        .await?;
    rows.iter().map(|row| version_from_row(row, &OWN)).collect()
}

/// Writes a new program with its first version.
pub async fn insert(
    tx: &Transaction<'_>,
    program: &KeptProgram,
) -> Result<Result<(), ProgramError>, StoreError> {
    let inserted = tx
        .try_execute(
            "INSERT INTO programs (id, key, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
            &[
                (&program.id, Type::UUID),
                (&program.key.as_str(), Type::TEXT),
                (&program.version, Type::INT8),
                (&program.created_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    match inserted {
        Ok(_) => insert_version(tx, &program.key, &program.newest)
            .await
            .map(Ok),
        Err(error) if violates(&error, "programs_key_key") => Ok(Err(ProgramError::KeyTaken)),
        Err(error) => Err(error.into()),
    }
}

/// Writes another version of a program whose row is held.
pub async fn insert_version(
    tx: &Transaction<'_>,
    key: &ProgramKey,
    version: &ProgramVersion,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO program_versions (program, number, name, weights, good_score, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            (&key.as_str(), Type::TEXT),
            (&version.number, Type::INT4),
            (&version.name, Type::TEXT),
            (&Json(version.weights), Type::JSONB),
            (&version.good_score.get(), Type::INT4),
            (&version.created_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Writes which version of an existing program is in use, and that it has changed.
pub async fn update(tx: &Transaction<'_>, program: &KeptProgram) -> Result<(), StoreError> {
    let active = program.active.as_ref().map(|active| active.number);
    let updated = tx
        .execute(
            "UPDATE programs SET active_version = $2, version = $3, updated_at = $4 WHERE id = $1",
            &[
                (&program.id, Type::UUID),
                (&active, Type::INT4),
                (&program.version, Type::INT8),
                (&program.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

fn from_row(row: &Row) -> Result<KeptProgram, StoreError> {
    let active: Option<i32> = row.try_get("active_number")?;
    Ok(KeptProgram {
        id: row.try_get::<_, Uuid>("id")?,
        key: key_from_row(row)?,
        active: active.map(|_| version_from_row(row, &ACTIVE)).transpose()?,
        newest: version_from_row(row, &OWN)?,
        version: row.try_get("version")?,
        created_at: row.try_get("made_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}

fn key_from_row(row: &Row) -> Result<ProgramKey, StoreError> {
    ProgramKey::parse(row.try_get("key")?).map_err(|error| StoreError::inconsistent(TABLE, error))
}

/// The columns of a version: number, name, weights, good score, moment.
type Columns = [&'static str; 5];

const OWN: Columns = ["number", "name", "weights", "good_score", "created_at"];
const ACTIVE: Columns = [
    "active_number",
    "active_name",
    "active_weights",
    "active_good_score",
    "active_created_at",
];

fn version_from_row(
    row: &Row,
    [number, name, weights, good_score, created_at]: &Columns,
) -> Result<ProgramVersion, StoreError> {
    let Json(weights) = row.try_get::<_, Json<Weights>>(weights)?;
    Ok(ProgramVersion {
        number: row.try_get(number)?,
        name: row.try_get(name)?,
        weights,
        good_score: Thousandths::new(row.try_get(good_score)?),
        created_at: row.try_get::<_, Timestamp>(created_at)?,
    })
}
