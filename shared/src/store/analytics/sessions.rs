//! What becomes of sessions, by program and by topic, and how long mentors take to answer.
//!
//! Whole days in UTC are read from what is counted; the hours before and behind them are counted on asking.

use tokio_postgres::Row;

use super::{by_status, cover_params, statuses, sums};
use crate::domain::analytics::{AnswerTimes, Cover, Statuses};
use crate::store::{Read, StoreError};

/// What becomes of the sessions of one program about one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The program; none when they come from no match.
    pub program: Option<String>,
    /// The topic; none when it is on no list.
    pub topic: Option<String>,
    /// What they are.
    pub statuses: Statuses,
}

/// The sessions before and behind the whole days: `$3` to `$4` and `$5` to `$6`, of the program `$7`.
macro_rules! sessions_at_edges {
    () => {
        " FROM sessions s LEFT JOIN topic_names n ON n.key = topic_key(s.topic)
           WHERE ((s.scheduled_at >= $3 AND s.scheduled_at < $4) OR (s.scheduled_at >= $5 AND s.scheduled_at < $6))
             AND ($7::text IS NULL OR s.program = $7) "
    };
}

/// Reads what becomes of sessions, by program and topic. A topic is known by the name it has now.
pub async fn list_groups(
    db: &impl Read,
    cover: &Cover,
    program: Option<&str>,
) -> Result<Vec<Group>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT nullif(program, '') AS program, t.name AS topic, ",
                sums!(
                    "pending",
                    "confirmed",
                    "declined",
                    "cancelled",
                    "expired",
                    "completed",
                    "no_show"
                ),
                " FROM (SELECT program, topic, pending, confirmed, declined, cancelled, expired, completed, no_show
                          FROM session_days
                         WHERE day >= $1 AND day < $2 AND ($7::text IS NULL OR program = $7)
                     UNION ALL
                        SELECT coalesce(s.program, ''), coalesce(n.key, ''), ",
                by_status!(),
                sessions_at_edges!(),
                " GROUP BY 1, 2) AS counted
                   LEFT JOIN topic_names k ON k.key = counted.topic LEFT JOIN topics t ON t.id = k.topic_id
                  GROUP BY 1, t.id"
            ),
            &cover_params(cover, &program),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Group {
                program: row.try_get("program")?,
                topic: row.try_get("topic")?,
                statuses: statuses(row)?,
            })
        })
        .collect()
}

/// Reads how long mentors took to answer.
pub async fn find_answer_times(
    db: &impl Read,
    cover: &Cover,
    program: Option<&str>,
) -> Result<AnswerTimes, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT minutes, sum(answers)::bigint AS answers
                   FROM (SELECT minutes, answers FROM answer_days
                          WHERE day >= $1 AND day < $2 AND ($7::text IS NULL OR program = $7)
                      UNION ALL
                         SELECT answer_minutes(s.created_at, s.answered_at), 1",
                sessions_at_edges!(),
                " AND s.answered_at IS NOT NULL) AS counted
                  GROUP BY minutes"
            ),
            &cover_params(cover, &program),
        )
        .await?;
    let mut times = AnswerTimes::default();
    for row in &rows {
        let (minutes, answers) = answers(row)?;
        times.add(minutes, answers);
    }
    Ok(times)
}

fn answers(row: &Row) -> Result<(i32, i64), StoreError> {
    Ok((row.try_get("minutes")?, row.try_get("answers")?))
}
