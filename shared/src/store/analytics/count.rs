//! Counting sessions: what has changed is counted anew, from the sessions themselves, so that no error can stay.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::by_status;
use crate::store::{Read, StoreError, Transaction};

/// The days in UTC in which the quarters of `$1` lie.
macro_rules! days {
    () => {
        "SELECT DISTINCT (quarter AT TIME ZONE 'UTC')::date FROM unnest($1::timestamptz[]) AS quarter"
    };
}

/// Lets nobody else count until the transaction ends; `false` when somebody does.
pub async fn lock(tx: &Transaction<'_>) -> Result<bool, StoreError> {
    let row = tx
        .query_opt(
            "SELECT only_row FROM analytics_state FOR UPDATE SKIP LOCKED",
            &[],
        )
        .await?;
    Ok(row.is_some())
}

/// Takes the first quarters in which something has changed, at most so many.
///
/// Whatever changes after this statement is noted again: it is counted now, and once more.
pub async fn take_changes(tx: &Transaction<'_>, most: i64) -> Result<Vec<Timestamp>, StoreError> {
    let rows = tx
        .query(
            "WITH due AS (SELECT DISTINCT quarter FROM session_changes ORDER BY quarter LIMIT $1),
                  taken AS (DELETE FROM session_changes c USING due WHERE c.quarter = due.quarter)
             SELECT quarter FROM due ORDER BY quarter",
            &[(&most, Type::INT8)],
        )
        .await?;
    let quarter = |row: &tokio_postgres::Row| Ok(row.try_get("quarter")?);
    rows.iter().map(quarter).collect()
}

/// Counts the sessions of some quarters anew, and of the days in which they lie.
pub async fn recount(tx: &Transaction<'_>, quarters: &[Timestamp]) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM session_quarters WHERE quarter = ANY($1)",
        QUARTERS,
        concat!("DELETE FROM session_days WHERE day IN (", days!(), ")"),
        DAYS,
        concat!("DELETE FROM answer_days WHERE day IN (", days!(), ")"),
        ANSWERS,
    ] {
        tx.execute(statement, &[(&quarters, Type::TIMESTAMPTZ_ARRAY)])
            .await?;
    }
    Ok(())
}

/// Notes until when everything is counted.
pub async fn finish(tx: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE analytics_state SET counted_at = $1",
        &[(&now, Type::TIMESTAMPTZ)],
    )
    .await?;
    Ok(())
}

const QUARTERS: &str = "INSERT INTO session_quarters (quarter, program, requested, pending, confirmed, declined,
            cancelled, expired, completed, no_show, booked_minutes, ratings, stars)
     SELECT quarter, program, sum(requested), sum(pending), sum(confirmed), sum(declined), sum(cancelled), sum(expired),
            sum(completed), sum(no_show), sum(booked_minutes), sum(ratings), sum(stars)
       FROM (SELECT q.quarter, coalesce(s.program, '') AS program, 1 AS requested, 0 AS pending, 0 AS confirmed,
                    0 AS declined, 0 AS cancelled, 0 AS expired, 0 AS completed, 0 AS no_show, 0 AS booked_minutes,
                    0 AS ratings, 0 AS stars
               FROM unnest($1::timestamptz[]) AS q (quarter)
               JOIN sessions s ON s.created_at >= q.quarter AND s.created_at < q.quarter + interval '15 minutes'
          UNION ALL
             SELECT q.quarter, coalesce(s.program, ''), 0, (s.status = 'pending')::integer,
                    (s.status = 'confirmed')::integer, (s.status = 'declined')::integer,
                    (s.status = 'cancelled')::integer, (s.status = 'expired')::integer,
                    (s.status = 'completed')::integer, (s.status = 'no_show')::integer,
                    CASE WHEN s.status IN ('confirmed', 'completed', 'no_show') THEN s.duration_minutes ELSE 0 END,
                    (f.rating IS NOT NULL)::integer, coalesce(f.rating, 0)
               FROM unnest($1::timestamptz[]) AS q (quarter)
               JOIN sessions s ON s.scheduled_at >= q.quarter AND s.scheduled_at < q.quarter + interval '15 minutes'
               LEFT JOIN feedback f ON f.session_id = s.id AND f.author_id = s.mentee_id AND f.hidden_at IS NULL)
            AS counted
      GROUP BY quarter, program";

/// The sessions of the days in which the quarters of `$1` lie, with their program and topic.
macro_rules! sessions_of_days {
    () => {
        concat!(
            " FROM (",
            days!(),
            ") AS d (day)
              JOIN sessions s ON s.scheduled_at >= d.day::timestamp AT TIME ZONE 'UTC'
                             AND s.scheduled_at < (d.day + 1)::timestamp AT TIME ZONE 'UTC' "
        )
    };
}

const DAYS: &str = concat!(
    "INSERT INTO session_days (day, program, topic, pending, confirmed, declined, cancelled, expired, completed, no_show)
     SELECT d.day, coalesce(s.program, '') AS program, coalesce(n.key, '') AS topic, ",
    by_status!(),
    sessions_of_days!(),
    "LEFT JOIN topic_names n ON n.key = topic_key(s.topic) GROUP BY 1, 2, 3"
);

const ANSWERS: &str = concat!(
    "INSERT INTO answer_days (day, program, minutes, answers)
     SELECT d.day, coalesce(s.program, '') AS program, answer_minutes(s.created_at, s.answered_at) AS minutes, count(*)",
    sessions_of_days!(),
    "WHERE s.answered_at IS NOT NULL GROUP BY 1, 2, 3"
);
