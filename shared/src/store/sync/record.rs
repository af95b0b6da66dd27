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
