//! Merging: everything that hangs on one topic moves to another, and its names find that one from then on.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::TABLE;
use crate::domain::id::{Id, TopicId};
use crate::domain::topic::key;
use crate::store::{Read, StoreError, Transaction};

/// Holds two topics until the transaction ends; `false` when one of them is not there.
pub async fn are_held(tx: &Transaction<'_>, topics: [TopicId; 2]) -> Result<bool, StoreError> {
    let ids = topics.map(Id::uuid).to_vec();
    let rows = tx
        .query(
            "SELECT id FROM topics WHERE id = ANY($1) ORDER BY id FOR UPDATE",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    Ok(rows.len() == topics.len())
}

/// Merges one topic into another, both held before.
pub async fn merge(
    tx: &Transaction<'_>,
    from: TopicId,
    into: TopicId,
    now: Timestamp,
) -> Result<(), StoreError> {
    move_expertise(tx, from, into, now).await?;
    let ids = [
        (
            &from.uuid() as &(dyn tokio_postgres::types::ToSql + Sync),
            Type::UUID,
        ),
        (&into.uuid(), Type::UUID),
        (&now, Type::TIMESTAMPTZ),
    ];
    tx.execute(
        "UPDATE offerings SET topic_id = $2, version = version + 1, updated_at = $3 WHERE topic_id = $1",
        &ids,
    )
    .await?;
    tx.execute(
        "UPDATE topic_names SET topic_id = $2 WHERE topic_id = $1",
        &ids[..2],
    )
    .await?;
    let merged = tx
        .execute(
            "WITH gone AS (DELETE FROM topics WHERE id = $1)
             UPDATE topics SET version = version + 1, updated_at = $3 WHERE id = $2",
            &ids,
        )
        .await?;
    StoreError::expect_one(TABLE, merged)
}

/// Mentors who name the one topic as their expertise, in whatever spelling, name the other one afterwards, once.
async fn move_expertise(
    tx: &Transaction<'_>,
    from: TopicId,
    into: TopicId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (old, same) = (spellings(tx, from).await?, spellings(tx, into).await?);
    if old.is_empty() {
        return Ok(());
    }
    // People first, in the order of their ids, as whoever edits a profile does.
    tx.query(
        "SELECT u.id FROM users u JOIN mentors m ON m.user_id = u.id
          WHERE m.expertise_areas && $1 ORDER BY u.id FOR NO KEY UPDATE OF u",
        &[(&old, Type::TEXT_ARRAY)],
    )
    .await?;
    let all = [old.clone(), same].concat();
    tx.execute(
        "WITH moved AS (
           UPDATE mentors
              SET expertise_areas = ARRAY(
                  SELECT CASE WHEN area = ANY($2) THEN (SELECT name FROM topics WHERE id = $3) ELSE area END
                    FROM unnest(expertise_areas) WITH ORDINALITY AS named (area, place)
                   GROUP BY 1 ORDER BY min(place))
            WHERE expertise_areas && $1
           RETURNING user_id
         )
         UPDATE users SET version = version + 1, updated_at = $4 WHERE id IN (SELECT user_id FROM moved)",
        &[
            (&old, Type::TEXT_ARRAY),
            (&all, Type::TEXT_ARRAY),
            (&into.uuid(), Type::UUID),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// How mentors spell a topic.
async fn spellings(tx: &Transaction<'_>, topic: TopicId) -> Result<Vec<String>, StoreError> {
    let named = tx
        .query(
            "SELECT key FROM topic_names WHERE topic_id = $1",
            &[(&topic.uuid(), Type::UUID)],
        )
        .await?;
    let keys: Vec<String> = named
        .iter()
        .map(|row| row.try_get("key"))
        .collect::<Result<_, _>>()?;
    let areas = tx
        .query(
            "SELECT DISTINCT area FROM mentors, unnest(expertise_areas) AS area",
            &[],
        )
        .await?;
    let mut found = Vec::new();
    for row in &areas {
        let area: String = row.try_get("area")?;
        if keys.contains(&key(&area)) {
            found.push(area);
        }
    }
    Ok(found)
}
