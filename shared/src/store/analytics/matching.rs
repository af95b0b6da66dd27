//! How proposals of mentors to mentees are taken: by their rank, by their score, and by their batch.

use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use crate::domain::time::Span;
use crate::store::db::Param;
use crate::store::{Read, StoreError};

/// How some proposals were taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Their rank, or the tens of their score.
    pub class: i32,
    /// How many mentors were asked.
    pub proposed: i64,
    /// How many said yes first.
    pub selected: i64,
    /// How many said no.
    pub passed: i64,
    /// How many said nothing in time.
    pub lapsed: i64,
    /// How many were not needed any more.
    pub closed: i64,
}

/// What became of batches of proposals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batches {
    /// Those that wait.
    pub open: i64,
    /// Those from which a mentor said yes.
    pub selected: i64,
    /// Those from which all said no.
    pub passed: i64,
    /// Those that nobody answered in time.
    pub lapsed: i64,
    /// Those that were not needed any more.
    pub closed: i64,
    /// Within how many minutes half of the selected ones were.
    pub median_minutes: Option<i32>,
}

/// What long-term matches are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Those that were made within the span.
    pub made: i64,
    /// Those that go on now, whenever they were made.
    pub active: i64,
    /// Those of them that somebody should look after.
    pub at_risk: i64,
    /// The wishes that wait for an admin now.
    pub queued: i64,
}

macro_rules! taken {
    ($class:literal) => {
        concat!(
            "SELECT ",
            $class,
            " AS class, count(*) AS proposed,
                    count(*) FILTER (WHERE c.outcome = 'selected') AS selected,
                    count(*) FILTER (WHERE c.outcome = 'passed') AS passed,
                    count(*) FILTER (WHERE c.outcome = 'lapsed') AS lapsed,
                    count(*) FILTER (WHERE c.outcome = 'closed') AS closed
               FROM proposal_batches b JOIN mentoring_requests r ON r.id = b.request_id
               JOIN mentoring_candidates c ON c.request_id = b.request_id AND c.round = b.round
              WHERE b.created_at >= $1 AND b.created_at < $2 AND ($3::text IS NULL OR r.program = $3)
                AND c.outcome IN ('proposed', 'selected', 'passed', 'lapsed', 'closed')
              GROUP BY 1 ORDER BY 1"
        )
    };
}

/// Reads how proposals of batches made within a span were taken, by their rank.
pub async fn list_by_rank(
    db: &impl Read,
    within: Span,
    program: Option<&str>,
) -> Result<Vec<Taken>, StoreError> {
    let rows = db
        .query(taken!("c.place"), &params(&within, &program))
        .await?;
    rows.iter().map(taken_from_row).collect()
}

/// Reads the same by the tens of their score; a hundred is with the nineties.
pub async fn list_by_band(
    db: &impl Read,
    within: Span,
    program: Option<&str>,
) -> Result<Vec<Taken>, StoreError> {
    let rows = db
        .query(
            taken!("least(c.score / 10000, 9) * 10"),
            &params(&within, &program),
        )
        .await?;
    rows.iter().map(taken_from_row).collect()
}

/// Reads what became of the batches made within a span.
pub async fn find_batches(
    db: &impl Read,
    within: Span,
    program: Option<&str>,
) -> Result<Batches, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) FILTER (WHERE b.status = 'open') AS open,
                    count(*) FILTER (WHERE b.status = 'selected') AS selected,
                    count(*) FILTER (WHERE b.status = 'passed') AS passed,
                    count(*) FILTER (WHERE b.status = 'lapsed') AS lapsed,
                    count(*) FILTER (WHERE b.status = 'closed') AS closed,
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY answer_minutes(b.created_at, b.closed_at))
                        FILTER (WHERE b.status = 'selected') AS median_minutes
               FROM proposal_batches b JOIN mentoring_requests r ON r.id = b.request_id
              WHERE b.created_at >= $1 AND b.created_at < $2 AND ($3::text IS NULL OR r.program = $3)",
            &params(&within, &program),
        )
        .await?;
    Ok(Batches {
        open: row.try_get("open")?,
        selected: row.try_get("selected")?,
        passed: row.try_get("passed")?,
        lapsed: row.try_get("lapsed")?,
        closed: row.try_get("closed")?,
        median_minutes: row.try_get("median_minutes")?,
    })
}

/// Reads what long-term matches are.
pub async fn find_matches(
    db: &impl Read,
    within: Span,
    program: Option<&str>,
) -> Result<Matches, StoreError> {
    let row = db
        .query_one(
            "SELECT count(*) FILTER (WHERE m.created_at >= $1 AND m.created_at < $2) AS made,
                    count(*) FILTER (WHERE m.status IN ('pending', 'active', 'paused')) AS active,
                    count(*) FILTER (WHERE m.status IN ('pending', 'active', 'paused') AND m.at_risk) AS at_risk,
                    (SELECT count(*) FROM mentoring_requests q
                      WHERE q.status = 'queued' AND ($3::text IS NULL OR q.program = $3)) AS queued
               FROM mentorships m
              WHERE $3::text IS NULL
                 OR $3 = (SELECT r.program FROM mentoring_requests r WHERE r.id = m.request_id)
                 OR $3 = (SELECT r.program FROM assignment_runs r WHERE r.id = m.run_id)",
            &params(&within, &program),
        )
        .await?;
    Ok(Matches {
        made: row.try_get("made")?,
        active: row.try_get("active")?,
        at_risk: row.try_get("at_risk")?,
        queued: row.try_get("queued")?,
    })
}

fn params<'a>(within: &'a Span, program: &'a (dyn ToSql + Sync)) -> [Param<'a>; 3] {
    [
        (&within.start, Type::TIMESTAMPTZ),
        (&within.end, Type::TIMESTAMPTZ),
        (program, Type::TEXT),
    ]
}

fn taken_from_row(row: &Row) -> Result<Taken, StoreError> {
    Ok(Taken {
        class: row.try_get("class")?,
        proposed: row.try_get("proposed")?,
        selected: row.try_get("selected")?,
        passed: row.try_get("passed")?,
        lapsed: row.try_get("lapsed")?,
        closed: row.try_get("closed")?,
    })
}
