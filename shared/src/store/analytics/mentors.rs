//! How single mentors do. A page of them is counted on asking: it has few sessions.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{by_status, statuses};
use crate::domain::analytics::Statuses;
use crate::domain::id::UserId;
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::score::Thousandths;
use crate::domain::time::Span;
use crate::store::{Read, StoreError};

/// How one mentor does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentorFigures {
    /// The mentor.
    pub mentor: UserId,
    /// Their given name.
    pub first_name: String,
    /// Their family name.
    pub last_name: String,
    /// What the sessions are that start within the span.
    pub statuses: Statuses,
    /// How long the booked ones take together.
    pub booked_minutes: i64,
    /// How much the mentor offers within the span.
    pub offered_minutes: i64,
    /// How many of these requests were answered.
    pub answers: i64,
    /// Within how many minutes half of these answers came.
    pub median_minutes: Option<i32>,
    /// Within how many minutes nine of ten came.
    pub p90_minutes: Option<i32>,
    /// How often mentees rated them, since ever.
    pub rating_count: i32,
    /// The mean of it.
    pub rating: Option<Thousandths>,
    /// How many mentees they take for long.
    pub places: i32,
    /// How many of these places are taken now.
    pub places_taken: i64,
    /// How many requests wait for their answer now.
    pub waiting: i64,
}

/// Lists mentors, the newest first, with their figures within a span.
pub async fn list(
    db: &impl Read,
    within: Span,
    program: Option<&str>,
    page: PageRequest,
) -> Result<Page<MentorFigures>, StoreError> {
    let rows = db
        .query(
            LIST,
            &[
                (&within.start, Type::TIMESTAMPTZ),
                (&within.end, Type::TIMESTAMPTZ),
                (&program, Type::TEXT),
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let found = rows
        .iter()
        .map(|row| {
            let cursor = Cursor {
                at: row.try_get("created_at")?,
                id: row.try_get("id")?,
            };
            Ok((from_row(row)?, cursor))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let page = Page::from_rows(found, page.limit, |(_, cursor)| *cursor);
    Ok(Page {
        items: page.items.into_iter().map(|(figures, _)| figures).collect(),
        next: page.next,
    })
}

const LIST: &str = concat!(
    "WITH page AS (
       SELECT u.id, u.created_at, u.first_name, u.last_name, m.max_mentees
         FROM users u JOIN mentors m ON m.user_id = u.id
        WHERE u.role = 'mentor' AND u.erased_at IS NULL
          AND ($4::timestamptz IS NULL OR (u.created_at, u.id) < ($4, $5))
        ORDER BY u.created_at DESC, u.id DESC
        LIMIT $6)
     SELECT p.id, p.created_at, p.first_name, p.last_name, p.max_mentees, held.pending, held.confirmed, held.declined,
            held.cancelled, held.expired, held.completed, held.no_show, held.booked_minutes, held.answers,
            held.median_minutes, held.p90_minutes, found.rating_count, found.rating,
            (SELECT coalesce(sum(extract(epoch FROM least(o.ends_at, $2) - greatest(o.starts_at, $1)) / 60), 0)::bigint
               FROM offered_hours o
              WHERE o.mentor_id = p.id AND o.ends_at > $1
                AND o.starts_at > $1::timestamptz - interval '1 day' AND o.starts_at < $2) AS offered_minutes,
            (SELECT count(*) FROM mentorships l
              WHERE l.mentor_id = p.id AND l.status IN ('pending', 'active', 'paused')) AS places_taken,
            (SELECT count(*) FROM sessions w
              WHERE w.mentor_id = p.id AND w.status = 'pending') AS waiting
       FROM page p
       LEFT JOIN mentor_search found ON found.mentor_id = p.id,
            LATERAL (
       SELECT ",
    by_status!(),
    ", coalesce(sum(s.duration_minutes) FILTER (WHERE s.status IN ('confirmed', 'completed', 'no_show')), 0)::bigint
           AS booked_minutes,
       count(s.answered_at) AS answers,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY answer_minutes(s.created_at, s.answered_at)) AS median_minutes,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY answer_minutes(s.created_at, s.answered_at)) AS p90_minutes
         FROM sessions s
        WHERE s.mentor_id = p.id AND s.scheduled_at >= $1 AND s.scheduled_at < $2
          AND ($3::text IS NULL OR s.program = $3)) AS held
      ORDER BY p.created_at DESC, p.id DESC"
);

fn from_row(row: &Row) -> Result<MentorFigures, StoreError> {
    let rating: Option<i32> = row.try_get("rating")?;
    Ok(MentorFigures {
        mentor: row.try_get::<_, Uuid>("id")?.into(),
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        statuses: statuses(row)?,
        booked_minutes: row.try_get("booked_minutes")?,
        offered_minutes: row.try_get("offered_minutes")?,
        answers: row.try_get("answers")?,
        median_minutes: row.try_get("median_minutes")?,
        p90_minutes: row.try_get("p90_minutes")?,
        rating_count: row.try_get::<_, Option<i32>>("rating_count")?.unwrap_or(0),
        rating: rating.map(Thousandths::new),
        places: row.try_get("max_mentees")?,
        places_taken: row.try_get("places_taken")?,
        waiting: row.try_get("waiting")?,
    })
}
