//! What everybody sees of the feedback on a mentor: entries without what would betray their authors, and figures.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::opinion;
use crate::domain::feedback::anonymity::GROUP;
use crate::domain::feedback::{Month, Opinion, TopicCount, Usual};
use crate::domain::id::{Id, UserId};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::user::Actor;
use crate::store::{Read, StoreError};

/// One feedback, as everybody sees it.
#[derive(Clone, Debug)]
pub struct PublicFeedback {
    /// Who said so, with first and last name; nobody of what is anonymous, and of people who are not to be seen now.
    pub author: Option<(UserId, String, String)>,
    /// What they said; no topics of what is anonymous.
    pub opinion: Opinion,
    /// Since when it is public.
    pub published_at: Timestamp,
    /// Its place among those of one moment: random.
    public_id: Uuid,
}

/// Whether the feedback on a mentor is shown to whoever asks: as long as the mentor is listed, and to themselves and
/// admins.
pub async fn is_shown(
    db: &impl Read,
    mentor: UserId,
    asker: Option<Actor>,
) -> Result<bool, StoreError> {
    let is_close = asker.is_some_and(|actor| actor.is_admin() || actor.id == mentor);
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM mentor_search WHERE mentor_id = $1 AND (is_listed OR $2)) AS is_shown",
            &[(&mentor.uuid(), Type::UUID), (&is_close, Type::BOOL)],
        )
        .await?;
    Ok(row.try_get("is_shown")?)
}

/// Lists what is public about a mentor, the newest first.
pub async fn list_public(
    db: &impl Read,
    mentor: UserId,
    page: PageRequest,
) -> Result<Page<PublicFeedback>, StoreError> {
    let rows = db
        .query(
            "SELECT f.rating, f.helpfulness_rating, f.would_recommend, f.written_feedback, f.is_anonymous,
                    CASE WHEN f.is_anonymous THEN '{}' ELSE f.topics_covered END AS topics_covered,
                    f.published_at, f.public_id, author.id AS author_id, author.first_name, author.last_name
               FROM feedback f
               LEFT JOIN users author
                 ON author.id = f.author_id AND NOT f.is_anonymous AND author.status = 'active'
              WHERE f.subject_id = $1 AND f.published_at IS NOT NULL AND f.hidden_at IS NULL
                AND ($2::timestamptz IS NULL OR (f.published_at, f.public_id) < ($2, $3))
              ORDER BY f.published_at DESC, f.public_id DESC
              LIMIT $4",
            &[
                (&mentor.uuid(), Type::UUID),
                (&page.after.map(|after| after.at), Type::TIMESTAMPTZ),
                (&page.after.map(|after| after.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let found = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(found, page.limit, |entry| Cursor {
        at: entry.published_at,
        id: entry.public_id,
    }))
}

fn entry(row: &Row) -> Result<PublicFeedback, StoreError> {
    let id: Option<Uuid> = row.try_get("author_id")?;
    let (first, last): (Option<String>, Option<String>) =
        (row.try_get("first_name")?, row.try_get("last_name")?);
    let author = id.zip(first).zip(last);
    Ok(PublicFeedback {
        author: author.map(|((id, first), last)| (id.into(), first, last)),
        opinion: opinion(row)?,
        published_at: row.try_get("published_at")?,
        public_id: row.try_get("public_id")?,
    })
}

/// Counts what is public about a mentor by the month in UTC in which it became so, the oldest first.
pub async fn list_months(db: &impl Read, mentor: UserId) -> Result<Vec<Month>, StoreError> {
    let rows = db
        .query(
            "SELECT to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
                    ARRAY[count(*) FILTER (WHERE rating = 1), count(*) FILTER (WHERE rating = 2),
                          count(*) FILTER (WHERE rating = 3), count(*) FILTER (WHERE rating = 4),
                          count(*) FILTER (WHERE rating = 5)] AS ratings,
                    count(*) FILTER (WHERE would_recommend) AS recommending,
                    sum(helpfulness_rating) AS helpfulness
               FROM feedback
              WHERE subject_id = $1 AND published_at IS NOT NULL AND hidden_at IS NULL
              GROUP BY 1
              ORDER BY 1",
            &[(&mentor.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(month).collect()
}

fn month(row: &Row) -> Result<Month, StoreError> {
    let ratings: Vec<i64> = row.try_get("ratings")?;
    Ok(Month {
        month: row.try_get("month")?,
        ratings: ratings
            .try_into()
            .map_err(|_| StoreError::inconsistent(super::TABLE, "there are five ratings"))?,
        recommending: row.try_get("recommending")?,
        helpfulness: row.try_get("helpfulness")?,
    })
}

/// Counts the topics of what is public about a mentor, the most frequent first. Of a group that was published together a
/// topic counts when enough of its authors named it, and goes on counting when one of them is hidden later.
pub async fn list_topics(db: &impl Read, mentor: UserId) -> Result<Vec<TopicCount>, StoreError> {
    let enough = i64::try_from(GROUP).unwrap_or(i64::MAX);
    let rows = db
        .query(
            "WITH named AS (
               SELECT DISTINCT f.id, f.author_id, f.published_at, f.is_anonymous, lower(topic) AS topic
                 FROM feedback f, unnest(f.topics_covered) AS topic
                WHERE f.subject_id = $1 AND f.published_at IS NOT NULL AND (f.is_anonymous OR f.hidden_at IS NULL))
             SELECT topic, sum(mentions)::bigint AS mentions
               FROM (SELECT topic, count(*) AS mentions FROM named WHERE NOT is_anonymous GROUP BY topic
                     UNION ALL
                     SELECT topic, count(*) FROM named WHERE is_anonymous
                      GROUP BY topic, published_at HAVING count(DISTINCT author_id) >= $2) AS parts
              GROUP BY topic
             HAVING sum(mentions) >= $2
              ORDER BY mentions DESC, topic
              LIMIT 20",
            &[(&mentor.uuid(), Type::UUID), (&enough, Type::INT8)],
        )
        .await?;
    let count = |row: &Row| {
        Ok(TopicCount {
            topic: row.try_get("topic")?,
            count: row.try_get("mentions")?,
        })
    };
    rows.iter().map(count).collect()
}

/// Reads what the mentors were given who can be matched, and of whom enough is known.
pub async fn find_usual(db: &impl Read) -> Result<Usual, StoreError> {
    let row = db
        .query_one(
            "SELECT coalesce(sum(rating_count), 0)::bigint AS count, coalesce(sum(rating_sum), 0)::bigint AS stars
               FROM mentor_search
              WHERE is_listed AND accepting AND rating_count >= 3",
            &[],
        )
        .await?;
    Ok(Usual {
        count: row.try_get("count")?,
        stars: row.try_get("stars")?,
    })
}
