//! Keeping what mentors offer: from today on as their hours are now, before that as they were.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{Id, UserId};
use crate::domain::time::Span;
use crate::store::{Read, StoreError, Transaction};

/// A mentor whose offer is looked at.
#[derive(Clone, Debug)]
pub struct Offering {
    /// The mentor.
    pub mentor: UserId,
    /// Whether they appear and take sessions.
    pub is_open: bool,
    /// When the first of their hours was written down, while nothing of theirs has been counted.
    pub uncounted_since: Option<Timestamp>,
    /// What is counted from some moment on.
    pub counted: Vec<Span>,
}

/// Lists some mentors behind another one, with what is counted of them `from` a moment on.
pub async fn list(
    db: &impl Read,
    after: Option<UserId>,
    from: Timestamp,
    limit: i64,
) -> Result<Vec<Offering>, StoreError> {
    let rows = db
        .query(
            "SELECT u.id,
                    m.vetting = 'approved' AND m.listed AND m.accepting AND u.status = 'active'
                        AND u.email_verified_at IS NOT NULL AS is_open,
                    CASE WHEN NOT EXISTS (SELECT FROM offered_hours o WHERE o.mentor_id = u.id)
                         THEN (SELECT min(created_at) FROM availability a WHERE a.mentor_id = u.id)
                    END AS uncounted_since
               FROM users u JOIN mentors m ON m.user_id = u.id
              WHERE u.role = 'mentor' AND ($1::uuid IS NULL OR u.id > $1)
              ORDER BY u.id
              LIMIT $2",
            &[(&after.map(Id::uuid), Type::UUID), (&limit, Type::INT8)],
        )
        .await?;
    let ids = rows.iter().map(|row| row.try_get("id"));
    let ids = ids.collect::<Result<Vec<Uuid>, _>>()?;
    let mut counted = list_counted(db, &ids, from).await?;
    rows.iter()
        .map(|row| {
            let mentor = row.try_get::<_, Uuid>("id")?.into();
            Ok(Offering {
                mentor,
                is_open: row.try_get("is_open")?,
                uncounted_since: row.try_get("uncounted_since")?,
                counted: counted.remove(&mentor).unwrap_or_default(),
            })
        })
        .collect()
}

async fn list_counted(
    db: &impl Read,
    mentors: &[Uuid],
    from: Timestamp,
) -> Result<HashMap<UserId, Vec<Span>>, StoreError> {
    let rows = db
        .query(
            "SELECT mentor_id, starts_at, ends_at
               FROM offered_hours
              WHERE mentor_id = ANY($1) AND starts_at >= $2
              ORDER BY mentor_id, starts_at",
            &[(&mentors, Type::UUID_ARRAY), (&from, Type::TIMESTAMPTZ)],
        )
        .await?;
    let mut counted: HashMap<UserId, Vec<Span>> = HashMap::new();
    for row in &rows {
        let mentor: Uuid = row.try_get("mentor_id")?;
        let span = Span::new(row.try_get("starts_at")?, row.try_get("ends_at")?);
        counted.entry(mentor.into()).or_default().push(span);
    }
    Ok(counted)
}

/// Forgets what mentors no longer offer.
pub async fn delete(tx: &Transaction<'_>, offers: &[(UserId, Span)]) -> Result<(), StoreError> {
    let mentors: Vec<Uuid> = offers.iter().map(|(mentor, _)| mentor.uuid()).collect();
    let starts: Vec<Timestamp> = offers.iter().map(|(_, span)| span.start).collect();
    tx.execute(
        "DELETE FROM offered_hours o USING unnest($1::uuid[], $2::timestamptz[]) AS gone (mentor_id, starts_at)
          WHERE o.mentor_id = gone.mentor_id AND o.starts_at = gone.starts_at",
        &[
            (&mentors, Type::UUID_ARRAY),
            (&starts, Type::TIMESTAMPTZ_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

/// Writes what mentors offer.
pub async fn insert(tx: &Transaction<'_>, offers: &[(UserId, Span)]) -> Result<(), StoreError> {
    let mentors: Vec<Uuid> = offers.iter().map(|(mentor, _)| mentor.uuid()).collect();
    let starts: Vec<Timestamp> = offers.iter().map(|(_, span)| span.start).collect();
    let ends: Vec<Timestamp> = offers.iter().map(|(_, span)| span.end).collect();
    tx.execute(
        "INSERT INTO offered_hours (mentor_id, starts_at, ends_at)
         SELECT mentor_id, starts_at, ends_at FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[])
             AS offer (mentor_id, starts_at, ends_at)",
        &[
            (&mentors, Type::UUID_ARRAY),
            (&starts, Type::TIMESTAMPTZ_ARRAY),
            (&ends, Type::TIMESTAMPTZ_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

/// Adds minutes to the sums of quarters.
pub async fn add(
    tx: &Transaction<'_>,
    minutes: &BTreeMap<Timestamp, i64>,
) -> Result<(), StoreError> {
    let quarters: Vec<Timestamp> = minutes.keys().copied().collect();
    let minutes: Vec<i64> = minutes.values().copied().collect();
    tx.execute(
        "INSERT INTO offered_quarters AS q (quarter, minutes)
         SELECT quarter, minutes FROM unnest($1::timestamptz[], $2::bigint[]) AS more (quarter, minutes)
         ON CONFLICT (quarter) DO UPDATE SET minutes = q.minutes + excluded.minutes",
        &[
            (&quarters, Type::TIMESTAMPTZ_ARRAY),
            (&minutes, Type::INT8_ARRAY),
        ],
    )
    .await?;
    Ok(())
}
