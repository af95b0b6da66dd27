//! The figures of everything: how much is asked for, booked and offered, by whom, and how it is liked.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::{statuses, sums};
use crate::domain::analytics::{Bucket, Statuses};
use crate::domain::time::Span;
use crate::store::mentorship::is_of_program;
use crate::store::{Read, StoreError};

/// The sessions of some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// How many were asked for.
    pub requested: i64,
    /// What those are that start then.
    pub statuses: Statuses,
    /// How long the booked ones of them take together.
    pub booked_minutes: i64,
    /// How mentees rate them.
    pub ratings: Ratings,
}

/// Reads the volume of each bucket.
pub async fn list_volumes(
    db: &impl Read,
    buckets: &[Bucket],
    within: Span,
    program: Option<&str>,
) -> Result<Vec<Volume>, StoreError> {
    let starts: Vec<Timestamp> = buckets.iter().map(|bucket| bucket.starts_at).collect();
    let rows = db
        .query(
            concat!(
                "SELECT width_bucket(quarter, $1::timestamptz[]) AS bucket, ",
                sums!(
                    "requested",
                    "pending",
                    "confirmed",
                    "declined",
                    "cancelled",
                    "expired",
                    "completed",
                    "no_show",
                    "booked_minutes",
                    "ratings",
                    "stars"
                ),
                " FROM session_quarters
                 WHERE quarter >= $2 AND quarter < $3 AND ($4::text IS NULL OR program = $4)
                 GROUP BY 1"
            ),
            &[
                (&starts, Type::TIMESTAMPTZ_ARRAY),
                (&within.start, Type::TIMESTAMPTZ),
                (&within.end, Type::TIMESTAMPTZ),
                (&program, Type::TEXT),
            ],
        )
        .await?;
    let mut volumes = vec![Volume::default(); buckets.len()];
    for row in &rows {
        // Buckets are numbered from one.
        let number: i32 = row.try_get("bucket")?;
        let found = usize::try_from(number - 1).ok();
        let volume = found.and_then(|at| volumes.get_mut(at));
        *volume.ok_or_else(|| StoreError::inconsistent("session_quarters", "bucket"))? =
            volume_from_row(row)?;
    }
    Ok(volumes)
}

fn volume_from_row(row: &Row) -> Result<Volume, StoreError> {
    Ok(Volume {
        requested: row.try_get("requested")?,
        statuses: statuses(row)?,
        booked_minutes: row.try_get("booked_minutes")?,
        ratings: Ratings {
            count: row.try_get("ratings")?,
            sum: row.try_get("stars")?,
        },
    })
}

/// Reads how many minutes all mentors offer within a span.
pub async fn find_offered_minutes(db: &impl Read, within: Span) -> Result<i64, StoreError> {
    let row = db
        .query_one(
            "SELECT coalesce(sum(minutes), 0)::bigint AS minutes
               FROM offered_quarters WHERE quarter >= $1 AND quarter < $2",
            &[
                (&within.start, Type::TIMESTAMPTZ),
                (&within.end, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(row.try_get("minutes")?)
}

/// How many people were active.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Active {
    /// Of mentors.
    pub mentors: i64,
    /// Of mentees.
    pub mentees: i64,
}

/// Counts who asked for a session, was asked for one, or has a booked one within the span: in any program, or in `$3`.
macro_rules! count_active {
    ($of_program:literal) => {
        concat!(
            "SELECT count(*) FILTER (WHERE role = 'mentor' AND ",
            is_active!("mentor_id", $of_program),
            ") AS mentors, count(*) FILTER (WHERE role = 'mentee' AND ",
            is_active!("mentee_id", $of_program),
            ") AS mentees FROM users u WHERE erased_at IS NULL AND role IN ('mentor', 'mentee')"
        )
    };
}

macro_rules! is_active {
    ($side:literal, $of_program:literal) => {
        concat!(
            "(EXISTS (SELECT FROM sessions s WHERE s.",
            $side,
            " = u.id AND s.created_at >= $1 AND s.created_at < $2",
            $of_program,
            ") OR EXISTS (SELECT FROM sessions s WHERE s.",
            $side,
            " = u.id AND s.scheduled_at >= $1 AND s.scheduled_at < $2
                AND s.status IN ('confirmed', 'completed', 'no_show')",
            $of_program,
            "))"
        )
    };
}

/// Counts who was active.
pub async fn count_active(
    db: &impl Read,
    within: Span,
    program: Option<&str>,
) -> Result<Active, StoreError> {
    let sql = match program {
        Some(_) => count_active!(" AND s.program = $3"),
        None => count_active!(""),
    };
    let row = db
        .query_one(
            sql,
            &[
                (&within.start, Type::TIMESTAMPTZ),
                (&within.end, Type::TIMESTAMPTZ),
                (&program, Type::TEXT),
            ],
        )
        .await?;
    Ok(Active {
        mentors: row.try_get("mentors")?,
        mentees: row.try_get("mentees")?,
    })
}

/// How something was rated: how often, and what the ratings add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratings {
    /// How many ratings.
    pub count: i64,
    /// Their sum.
    pub sum: i64,
}

/// Reads how mentees have rated their mentors in long-term matches within a span.
pub async fn find_match_ratings(
    db: &impl Read,
    within: Span,
    program: Option<&str>,
) -> Result<Ratings, StoreError> {
    let row = db
        .query_one(
            concat!(
                "SELECT count(*) AS count, coalesce(sum(f.rating), 0)::bigint AS sum
                   FROM mentorship_feedback f
                   JOIN mentorships m ON m.id = f.mentorship_id AND m.mentee_id = f.author_id
                  WHERE f.created_at >= $1 AND f.created_at < $2 AND ",
                is_of_program!("m", "$3")
            ),
            &[
                (&within.start, Type::TIMESTAMPTZ),
                (&within.end, Type::TIMESTAMPTZ),
                (&program, Type::TEXT),
            ],
        )
        .await?;
    Ok(Ratings {
        count: row.try_get("count")?,
        sum: row.try_get("sum")?,
    })
}
