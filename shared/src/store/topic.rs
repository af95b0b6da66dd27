//! Topics, the names by which they are found, and what of mentors hangs on them.

mod merge;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, TopicId, UserId};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::topic::{Topic, TopicError, TopicName};

pub use merge::{are_held, merge};

const TABLE: &str = "topics";

/// A topic of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The topic.
    pub topic: Topic,
    /// What the names by which it is found have in common.
    pub keys: Vec<String>,
    /// How many active offerings of mentors who appear are about it.
    pub offerings: i64,
}

/// Lists topics by name.
pub async fn list(db: &impl Read, page: PageRequest) -> Result<Page<Listed>, StoreError> {
    let after = page.after.map(|cursor| cursor.id);
    // The cursor names the last topic of the page before; its name is looked up.
    let rows = db
        .query(
            "SELECT t.id, t.name, t.is_predefined, t.version, t.created_at, t.updated_at,
                    ARRAY(SELECT key FROM topic_names n WHERE n.topic_id = t.id) AS keys,
                    (SELECT count(*)
                       FROM offerings o JOIN mentors m ON m.user_id = o.mentor_id JOIN users u ON u.id = o.mentor_id
                      WHERE o.topic_id = t.id AND o.active AND u.role = 'mentor' AND m.vetting = 'approved' AND m.listed
                        AND u.status = 'active' AND u.email_verified_at IS NOT NULL) AS offerings
               FROM topics t
              WHERE $1::uuid IS NULL
                 OR (lower(t.name), t.id) > (SELECT lower(name), id FROM topics WHERE id = $1)
              ORDER BY lower(t.name), t.id
              LIMIT $2",
            &[(&after, Type::UUID), (&(page.limit + 1), Type::INT8)],
        )
        .await?;
    let listed = |row: &Row| {
        Ok(Listed {
            topic: from_row(row)?,
            keys: row.try_get("keys")?,
            offerings: row.try_get("offerings")?,
        })
    };
    let topics = rows
        .iter()
        .map(listed)
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_rows(topics, page.limit, |listed| Cursor {
        at: Timestamp::UNIX_EPOCH,
        id: listed.topic.id.uuid(),
    }))
}

/// Counts, word by word, the mentors who appear and name it as their expertise.
pub async fn count_expertise(db: &impl Read) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = db
        .query(
            "SELECT area, count(*) AS mentors
               FROM mentors m JOIN users u ON u.id = m.user_id, unnest(m.expertise_areas) AS area
              WHERE u.role = 'mentor' AND m.vetting = 'approved' AND m.listed AND u.status = 'active'
                AND u.email_verified_at IS NOT NULL
              GROUP BY area",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("area")?, row.try_get("mentors")?)))
        .collect()
}

/// Reads one topic.
pub async fn find(db: &impl Read, id: TopicId) -> Result<Option<Topic>, StoreError> {
    let row = db
        .query_opt(
            "SELECT id, name, is_predefined, version, created_at, updated_at FROM topics WHERE id = $1",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one topic and holds its row until the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: TopicId) -> Result<Option<Topic>, StoreError> {
    let row = tx
        .query_opt(
            "SELECT id, name, is_predefined, version, created_at, updated_at FROM topics WHERE id = $1
                FOR NO KEY UPDATE",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads the topic that is found by a name.
pub async fn find_by_name(db: &impl Read, name: &TopicName) -> Result<Option<Topic>, StoreError> {
    let row = db
        .query_opt(
            "SELECT t.id, t.name, t.is_predefined, t.version, t.created_at, t.updated_at
               FROM topic_names n JOIN topics t ON t.id = n.topic_id
              WHERE n.key = $1",
            &[(&name.key(), Type::TEXT)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Adds a topic, or reads the one that is found by this name; says whether it is new.
pub async fn insert_or_find(
    tx: &Transaction<'_>,
    id: TopicId,
    name: &TopicName,
    by: UserId,
    now: Timestamp,
) -> Result<(Topic, bool), StoreError> {
    let inserted = tx
        .execute(
            "WITH name AS (
               INSERT INTO topic_names (key, topic_id) VALUES ($2, $1) ON CONFLICT (key) DO NOTHING RETURNING topic_id
             )
             INSERT INTO topics (id, name, created_by, created_at, updated_at)
             SELECT topic_id, $3, $4, $5, $5 FROM name",
            &[
                (&id.uuid(), Type::UUID),
                (&name.key(), Type::TEXT),
                (&name.as_str(), Type::TEXT),
                (&by.uuid(), Type::UUID),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    let found = find_by_name(tx, name).await?;
    let topic = found.ok_or_else(|| StoreError::inconsistent(TABLE, "a name without a topic"))?;
    Ok((topic, inserted == 1))
}

/// Gives a topic another name and raises its version; the old name still finds it. `None` when there is no such topic.
pub async fn rename(
    tx: &Transaction<'_>,
    id: TopicId,
    name: &TopicName,
    now: Timestamp,
) -> Result<Option<Result<Topic, TopicError>>, StoreError> {
    let renamed = tx
        .query_opt(
            "UPDATE topics SET name = $2, version = version + 1, updated_at = $3 WHERE id = $1
             RETURNING id, name, is_predefined, version, created_at, updated_at",
            &[
                (&id.uuid(), Type::UUID),
                (&name.as_str(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    let Some(row) = renamed else { return Ok(None) };
    let owner = tx
        .query_one(
            "INSERT INTO topic_names AS n (key, topic_id) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET topic_id = n.topic_id
             RETURNING topic_id",
            &[(&name.key(), Type::TEXT), (&id.uuid(), Type::UUID)],
        )
        .await?;
    if owner.try_get::<_, Uuid>("topic_id")? != id.uuid() {
        return Ok(Some(Err(TopicError::NameTaken)));
    }
    from_row(&row).map(|topic| Some(Ok(topic)))
}

fn from_row(row: &Row) -> Result<Topic, StoreError> {
    Ok(Topic {
        id: row.try_get::<_, Uuid>("id")?.into(),
        name: row.try_get("name")?,
        is_predefined: row.try_get("is_predefined")?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
