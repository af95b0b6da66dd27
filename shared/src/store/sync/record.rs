//! People as they are synced: who they are here, which record is theirs, and what is remembered of each field.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use crate::domain::id::{Id, UserId};
use crate::domain::sync::{Cell, Fingerprint, Held, Record, SyncField, SyncStatus, cells_of};
use crate::domain::user::User;
use crate::store::{Read, StoreError, Transaction, user};

/// Which record is a person's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub record: Option<String>,
    /// When it was deleted there.
    pub deleted_at: Option<Timestamp>,
    /// When both sides were last found equal.
    pub synced_at: Option<Timestamp>,
    /// Why they are not.
    pub problem: Option<String>,
}

/// A person with everything that a sync needs.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who they are here.
    pub user: User,
    /// Their fields, and what is remembered of them.
    pub record: Record,
    /// Their record there.
    pub link: Link,
}

/// Finds which record is a person's.
pub async fn find_link(db: &impl Read, user: UserId) -> Result<Link, StoreError> {
    let links = links(db, &[user]).await?;
    Ok(links.into_values().next().unwrap_or_default())
}

/// Takes some people who wait to be brought over, and holds their rows until the transaction ends.
pub async fn take_pending(tx: &Transaction<'_>, limit: i64) -> Result<Vec<Person>, StoreError> {
    let rows = tx
        .query(
            "SELECT id FROM users
              WHERE airtable_sync_status = 'pending' AND erased_at IS NULL
              ORDER BY updated_at
              LIMIT $1
                FOR NO KEY UPDATE SKIP LOCKED",
            &[(&limit, Type::INT8)],
        )
        .await?;
    let ids = rows
        .iter()
        .map(|row| Ok(row.try_get::<_, Uuid>("id")?.into()));
    load(tx, &ids.collect::<Result<Vec<_>, StoreError>>()?).await
}

/// How many people wait to be brought over.
pub async fn count_pending(db: &impl Read) -> Result<i64, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) AS waiting FROM users WHERE airtable_sync_status = 'pending' AND erased_at IS NULL",
            &[],
        )
        .await?;
    Ok(row.try_get("waiting")?)
}

/// Reads people, in the order of their ids, and holds their rows until the transaction ends.
pub async fn lock_people(
    tx: &Transaction<'_>,
    people: &[UserId],
) -> Result<Vec<Person>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    tx.query(
        "SELECT id FROM users WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        &[(&ids, Type::UUID_ARRAY)],
    )
    .await?;
    load(tx, people).await
}

/// Reads people; those who are not there, or nobody any more, are left out.
pub async fn load(db: &impl Read, people: &[UserId]) -> Result<Vec<Person>, StoreError> {
    let users = people.iter().map(|id| user::find_living(db, *id));
    let (users, mut held, mut links) = futures_util::try_join!(
        futures_util::future::try_join_all(users),
        held(db, people),
        links(db, people),
    )?;
    let found = users.into_iter().flatten();
    Ok(found
        .map(|user| Person {
            record: Record {
                ours: cells_of(&user),
                held: held.remove(&user.id).unwrap_or_default(),
            },
            link: links.remove(&user.id).unwrap_or_default(),
            user,
        })
        .collect())
}

/// What is remembered of a field, as a row.
#[derive(Debug, Serialize, Deserialize)]
struct HeldRow {
    user_id: UserId,
    field: SyncField,
    base: Cell,
    awaited: Vec<i64>,
    heard: Option<i64>,
    seen: Option<i64>,
    /// In a list of one: nothing there is not the same as nothing told.
    passed: Option<Vec<Cell>>,
}

async fn held(
    db: &impl Read,
    people: &[UserId],
) -> Result<BTreeMap<UserId, BTreeMap<SyncField, Held>>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT to_jsonb(airtable_values) AS held FROM airtable_values WHERE user_id = ANY($1)",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    let mut all: BTreeMap<UserId, BTreeMap<SyncField, Held>> = BTreeMap::new();
    for row in rows {
        let Json(row) = row.try_get::<_, Json<HeldRow>>("held")?;
        let held = Held {
            base: row.base,
            awaited: row.awaited.into_iter().map(Fingerprint::from).collect(),
            heard: row.heard.map(Fingerprint::from),
            seen: row.seen.map(Fingerprint::from),
            passed: row.passed.and_then(|mut passed| passed.pop()),
        };
        all.entry(row.user_id).or_default().insert(row.field, held);
    }
    Ok(all)
}

async fn links(db: &impl Read, people: &[UserId]) -> Result<BTreeMap<UserId, Link>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT user_id, record_id, deleted_at, synced_at, problem FROM airtable_records WHERE user_id = ANY($1)",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let link = Link {
                record: row.try_get("record_id")?,
                deleted_at: row.try_get("deleted_at")?,
                synced_at: row.try_get("synced_at")?,
                problem: row.try_get("problem")?,
            };
            Ok((row.try_get::<_, Uuid>("user_id")?.into(), link))
        })
        .collect()
}

/// Writes what is remembered of people's fields.
pub async fn save(tx: &Transaction<'_>, people: &[Person]) -> Result<(), StoreError> {
    let numbers = |prints: &[Fingerprint]| prints.iter().map(|print| print.get()).collect();
    let rows = people.iter().flat_map(|person| {
        person.record.held.iter().map(move |(field, held)| HeldRow {
            user_id: person.user.id,
            field: *field,
            base: held.base.clone(),
            awaited: numbers(&held.awaited),
            heard: held.heard.map(Fingerprint::get),
            seen: held.seen.map(Fingerprint::get),
            passed: held.passed.clone().map(|passed| vec![passed]),
        })
    });
    let rows: Vec<HeldRow> = rows.collect();
    tx.execute(
        "INSERT INTO airtable_values (user_id, field, base, awaited, heard, seen, passed)
         SELECT user_id, field, base, awaited, heard, seen, passed
           FROM jsonb_to_recordset($1)
             AS held (user_id uuid, field text, base jsonb, awaited bigint[], heard bigint, seen bigint, passed jsonb)
         ON CONFLICT (user_id, field) DO UPDATE
                SET base = excluded.base, awaited = excluded.awaited, heard = excluded.heard, seen = excluded.seen,
                    passed = excluded.passed",
        &[(&Json(&rows), Type::JSONB)],
    )
    .await?;
    Ok(())
}

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

/// Writes how far a person is in step, unless they have changed since they were read.
pub async fn update_status(
    tx: &Transaction<'_>,
    user: &User,
    status: SyncStatus,
    problem: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "WITH person AS (
           UPDATE users SET airtable_sync_status = $3 WHERE id = $1 AND version = $2
         )
         INSERT INTO airtable_records (user_id, synced_at, problem)
         VALUES ($1, CASE WHEN $3 = 'synced' THEN $5::timestamptz END, $4)
         ON CONFLICT (user_id) DO UPDATE
                SET synced_at = coalesce(excluded.synced_at, airtable_records.synced_at), problem = excluded.problem",
        &[
            (&user.id.uuid(), Type::UUID),
            (&user.version, Type::INT8),
            (&status.as_str(), Type::TEXT),
            (&problem, Type::TEXT),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
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

/// How often each field was written there since a moment.
pub async fn list_writes(
    db: &impl Read,
    people: &[UserId],
    since: Timestamp,
) -> Result<BTreeMap<(UserId, SyncField), i64>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT user_id, field, count(*) AS writes FROM airtable_sync_log
              WHERE user_id = ANY($1) AND at > $2 AND outcome = 'written' AND field IS NOT NULL
              GROUP BY user_id, field",
            &[(&ids, Type::UUID_ARRAY), (&since, Type::TIMESTAMPTZ)],
        )
        .await?;
    let mut writes = BTreeMap::new();
    for row in rows {
        if let Ok(field) = SyncField::parse(row.try_get("field")?) {
            let user: UserId = row.try_get::<_, Uuid>("user_id")?.into();
            writes.insert((user, field), row.try_get("writes")?);
        }
    }
    Ok(writes)
}
