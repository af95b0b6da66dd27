//! What the leaderboard is made of.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{Id, UserId};
use crate::domain::question::{COUNTED_DAYS, Tally};
use crate::store::{Read, StoreError};

/// How somebody is called.
#[derive(Clone, Debug)]
pub struct Named {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
}

/// Counts the rated answers of the time that counts, of mentors who may appear and want to.
pub async fn list_tallies(db: &impl Read, now: Timestamp) -> Result<Vec<Tally>, StoreError> {
    let since = now - SignedDuration::from_hours(24 * i64::from(COUNTED_DAYS));
    let rows = db
        .query(
            "WITH counted AS (
               SELECT mentor_id, rating, floor(extract(epoch FROM $1 - rated_at) / 86400)::int4 AS age_days,
                      count(*)::int4 AS answers
                 FROM questions
                WHERE status = 'completed' AND rating IS NOT NULL AND rated_at > $2
                GROUP BY mentor_id, rating, age_days)
             SELECT c.mentor_id, c.rating, c.age_days, c.answers
               FROM counted c
               JOIN users u ON u.id = c.mentor_id
               JOIN mentors m ON m.user_id = c.mentor_id
              WHERE u.role = 'mentor' AND u.status = 'active' AND m.vetting = 'approved' AND m.listed
                AND m.in_leaderboard",
            &[(&now, Type::TIMESTAMPTZ), (&since, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter().map(tally).collect()
}

fn tally(row: &Row) -> Result<Tally, StoreError> {
    let (age_days, count): (i32, i32) = (row.try_get("age_days")?, row.try_get("answers")?);
    Ok(Tally {
        mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
        rating: row.try_get("rating")?,
        // What was rated by a clock that was ahead is new.
        age_days: u32::try_from(age_days).unwrap_or(0),
        count: count.unsigned_abs(),
    })
}

/// Reads how some people are called.
pub async fn list_names(
    db: &impl Read,
    people: &[UserId],
) -> Result<HashMap<UserId, Named>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT id, first_name, last_name FROM users WHERE id = ANY($1)",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    let named = |row: &Row| {
        let name = Named {
            first_name: row.try_get("first_name")?,
            last_name: row.try_get("last_name")?,
        };
        Ok((row.try_get::<_, Uuid>("id")?.into(), name))
    };
    rows.iter().map(named).collect()
}
