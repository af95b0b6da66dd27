//! What kinds of sessions mentors give.

use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::error::violates;
use super::{Read, StoreError, Transaction, user};
use crate::domain::id::{Id, OfferingId, UserId};
use crate::domain::offering::{MOST_PER_MENTOR, Offering, OfferingError};
use crate::domain::time::Minutes;

const TABLE: &str = "offerings";

/// What every reader of offerings reads, followed by which of them.
macro_rules! select_offerings {
    ($which:literal) => {
        concat!(
            "SELECT o.id, o.mentor_id, o.topic_id, t.name AS topic_name, o.title, o.description, o.duration_minutes,
                    o.price, o.currency, o.active, o.version, o.created_at, o.updated_at
               FROM offerings o JOIN topics t ON t.id = o.topic_id
              WHERE ",
            $which
        )
    };
}

/// Lists the offerings of a mentor in the order in which they were made, the paused ones only if asked for.
pub async fn list(
    db: &impl Read,
    mentor: UserId,
    with_paused: bool,
) -> Result<Vec<Offering>, StoreError> {
    let rows = db
        .query(
            select_offerings!("o.mentor_id = $1 AND (o.active OR $2) ORDER BY o.id"),
            &[(&mentor.uuid(), Type::UUID), (&with_paused, Type::BOOL)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Reads an active offering of a mentor.
pub async fn find_active(
    db: &impl Read,
    id: OfferingId,
    mentor: UserId,
) -> Result<Option<Offering>, StoreError> {
    let row = db
        .query_opt(
            select_offerings!("o.id = $1 AND o.mentor_id = $2 AND o.active"),
            &[(&id.uuid(), Type::UUID), (&mentor.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads an offering of a mentor and holds its row until the transaction ends.
pub async fn lock_for(
    tx: &Transaction<'_>,
    id: OfferingId,
    mentor: UserId,
) -> Result<Option<Offering>, StoreError> {
    let row = tx
        .query_opt(
            select_offerings!("o.id = $1 AND o.mentor_id = $2 FOR NO KEY UPDATE OF o"),
            &[(&id.uuid(), Type::UUID), (&mentor.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Adds an offering, unless the mentor has too many already. Two at once take turns, so that none slips past the limit.
pub async fn insert(
    tx: &Transaction<'_>,
    offering: &Offering,
) -> Result<Result<(), OfferingError>, StoreError> {
    let values = Values::of(offering);
    let mut params = values.params().to_vec();
    params.push((&offering.created_at, Type::TIMESTAMPTZ));
    params.push((&MOST_PER_MENTOR, Type::INT8));
    let inserted = tx.try_execute(
        "INSERT INTO offerings (id, mentor_id, topic_id, title, description, duration_minutes, price, currency, active,
                                version, updated_at, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
          WHERE (SELECT count(*) FROM offerings WHERE mentor_id = $2) < $13",
        &params,
    );
    let (held, inserted) = futures_util::join!(user::hold(tx, offering.mentor_id), inserted);
    held?;
    match inserted? {
        Ok(1) => Ok(Ok(())),
        Ok(_) => Ok(Err(OfferingError::TooMany)),
        Err(error) if violates(&error, TOPIC) => Ok(Err(OfferingError::UnknownTopic)),
        Err(error) => Err(error.into()),
    }
}

/// Rewrites an offering that is held.
pub async fn update(
    tx: &Transaction<'_>,
    offering: &Offering,
) -> Result<Result<(), OfferingError>, StoreError> {
    let values = Values::of(offering);
    let updated = tx
        .try_execute(
            "UPDATE offerings
                SET topic_id = $3, title = $4, description = $5, duration_minutes = $6, price = $7, currency = $8,
                    active = $9, version = $10, updated_at = $11
              WHERE id = $1 AND mentor_id = $2",
            &values.params(),
        )
        .await?;
    match updated {
        Ok(rows) => StoreError::expect_one(TABLE, rows).map(Ok),
        Err(error) if violates(&error, TOPIC) => Ok(Err(OfferingError::UnknownTopic)),
        Err(error) => Err(error.into()),
    }
}

/// A topic that is not there, or was merged into another one a moment ago.
const TOPIC: &str = "offerings_topic_id_fkey";

/// Removes an offering of a mentor.
pub async fn delete(
    tx: &Transaction<'_>,
    id: OfferingId,
    mentor: UserId,
) -> Result<(), StoreError> {
    let deleted = tx
        .execute(
            "DELETE FROM offerings WHERE id = $1 AND mentor_id = $2",
            &[(&id.uuid(), Type::UUID), (&mentor.uuid(), Type::UUID)],
        )
        .await?;
    StoreError::expect_one("offerings", deleted)
}

/// An offering as its columns say it.
struct Values<'a> {
    offering: &'a Offering,
    ids: [Uuid; 3],
    minutes: i32,
}

impl<'a> Values<'a> {
    fn of(offering: &'a Offering) -> Self {
        Self {
            offering,
            ids: [
                offering.id.uuid(),
                offering.mentor_id.uuid(),
                offering.topic_id.uuid(),
            ],
            minutes: i32::try_from(offering.duration.0).unwrap_or(i32::MAX),
        }
    }

    fn params(&self) -> [(&(dyn ToSql + Sync), Type); 11] {
        let offering = self.offering;
        [
            (&self.ids[0], Type::UUID),
            (&self.ids[1], Type::UUID),
            (&self.ids[2], Type::UUID),
            (&offering.title, Type::TEXT),
            (&offering.description, Type::TEXT),
            (&self.minutes, Type::INT4),
            (&offering.price, Type::INT4),
            (&offering.currency, Type::TEXT),
            (&offering.active, Type::BOOL),
            (&offering.version, Type::INT8),
            (&offering.updated_at, Type::TIMESTAMPTZ),
        ]
    }
}

fn from_row(row: &Row) -> Result<Offering, StoreError> {
    let minutes: i32 = row.try_get("duration_minutes")?;
    let duration = u32::try_from(minutes)
        .map(Minutes)
        .map_err(|_| StoreError::inconsistent(TABLE, "duration_minutes"))?;
    Ok(Offering {
        id: row.try_get::<_, Uuid>("id")?.into(),
        mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
        topic_id: row.try_get::<_, Uuid>("topic_id")?.into(),
        topic_name: row.try_get("topic_name")?,
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        duration,
        price: row.try_get("price")?,
        currency: row.try_get("currency")?,
        active: row.try_get("active")?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
