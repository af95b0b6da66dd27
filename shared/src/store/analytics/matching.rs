//! How proposals of mentors to mentees are taken: by their rank, by their score, and by their batch.
//!
//! Whole days in UTC are read from what [`count`] has counted; the hours before and behind them are counted on asking.

pub mod count;

use tokio_postgres::types::Type;

use super::{cover_params, sums};
use crate::domain::analytics::{AnswerTimes, Cover, Taken};
use crate::domain::mentoring::BatchStatus;
use crate::domain::time::Span;
use crate::store::mentorship::is_of_program;
use crate::store::{Read, StoreError};

/// How the proposals of one rank and of scores like these were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The rank that the mentor has for the mentee, from 1.
    pub rank: i32,
    /// The tens of their score; a hundred is with the nineties.
    pub tens: i32,
    /// What became of them.
    pub taken: Taken,
}

/// What became of batches of proposals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// How long it took until the selected ones were.
    pub answers: AnswerTimes,
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

/// The requests of batches `b`.
macro_rules! with_requests {
    () => {
        "JOIN mentoring_requests r ON r.id = b.request_id"
    };
}

/// The proposals of batches `b`, with their requests.
macro_rules! with_proposals {
    () => {
        concat!(
            with_requests!(),
            " JOIN mentoring_candidates c ON c.request_id = b.request_id AND c.round = b.round
                   AND c.outcome IN ('proposed', 'selected', 'passed', 'lapsed', 'closed')"
        )
    };
}

/// The rank of a proposal, and the tens of its score.
macro_rules! proposal_class {
    () => {
        "c.place AS rank, least(c.score / 10000, 9) * 10 AS tens"
    };
}

/// How many proposals there are, and what became of them, as columns.
macro_rules! by_outcome {
    () => {
        "count(*) AS proposed,
         count(*) FILTER (WHERE c.outcome = 'selected') AS selected,
         count(*) FILTER (WHERE c.outcome = 'passed') AS passed,
         count(*) FILTER (WHERE c.outcome = 'lapsed') AS lapsed,
         count(*) FILTER (WHERE c.outcome = 'closed') AS closed"
    };
}

/// What became of a batch, and how long it took when a mentor said yes.
macro_rules! batch_class {
    () => {
        "b.status, CASE WHEN b.status = 'selected' THEN answer_minutes(b.created_at, b.closed_at) ELSE 0 END AS minutes"
    };
}

use {batch_class, by_outcome, proposal_class, with_proposals, with_requests};

/// The batches before and behind the whole days: `$3` to `$4` and `$5` to `$6`, of the program `$7`.
macro_rules! at_edges {
    () => {
        " WHERE ((b.created_at >= $3 AND b.created_at < $4) OR (b.created_at >= $5 AND b.created_at < $6))
             AND ($7::text IS NULL OR r.program = $7)"
    };
}

/// Reads how proposals were taken, by their rank and their score.
pub async fn list_groups(
    db: &impl Read,
    cover: &Cover,
    program: Option<&str>,
) -> Result<Vec<Group>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT rank, tens, ",
                sums!("proposed", "selected", "passed", "lapsed", "closed"),
                " FROM (SELECT rank, tens, proposed, selected, passed, lapsed, closed
                          FROM proposal_days
                         WHERE day >= $1 AND day < $2 AND ($7::text IS NULL OR program = $7)
                     UNION ALL
                        SELECT ",
                proposal_class!(),
                ", ",
                by_outcome!(),
                " FROM proposal_batches b ",
                with_proposals!(),
                at_edges!(),
                " GROUP BY 1, 2) AS counted
                  GROUP BY 1, 2"
            ),
            &cover_params(cover, &program),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Group {
                rank: row.try_get("rank")?,
                tens: row.try_get("tens")?,
                taken: Taken {
                    proposed: row.try_get("proposed")?,
                    selected: row.try_get("selected")?,
                    passed: row.try_get("passed")?,
                    lapsed: row.try_get("lapsed")?,
                    closed: row.try_get("closed")?,
                },
            })
        })
        .collect()
}

/// Reads what became of batches.
pub async fn find_batches(
    db: &impl Read,
    cover: &Cover,
    program: Option<&str>,
) -> Result<Batches, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT status, minutes, sum(batches)::bigint AS batches
                   FROM (SELECT status, minutes, batches FROM batch_days
                          WHERE day >= $1 AND day < $2 AND ($7::text IS NULL OR program = $7)
                      UNION ALL
                         SELECT ",
                batch_class!(),
                ", 1 FROM proposal_batches b ",
                with_requests!(),
                at_edges!(),
                ") AS counted
                  GROUP BY 1, 2"
            ),
            &cover_params(cover, &program),
        )
        .await?;
    let mut batches = Batches::default();
    for row in &rows {
        let (status, minutes) = (row.try_get("status")?, row.try_get("minutes")?);
        batches.add(status, minutes, row.try_get("batches")?)?;
    }
    Ok(batches)
}

impl Batches {
    fn add(&mut self, status: &str, minutes: i32, batches: i64) -> Result<(), StoreError> {
        let status = BatchStatus::parse(status)
            .map_err(|error| StoreError::inconsistent("batch_days", error))?;
        match status {
            BatchStatus::Open => self.open += batches,
            BatchStatus::Selected => {
                self.selected += batches;
                self.answers.add(minutes, batches);
            }
            BatchStatus::Passed => self.passed += batches,
            BatchStatus::Lapsed => self.lapsed += batches,
            BatchStatus::Closed => self.closed += batches,
        }
        Ok(())
    }
}

/// Reads what long-term matches are.
pub async fn find_matches(
    db: &impl Read,
    within: Span,
    program: Option<&str>,
) -> Result<Matches, StoreError> {
    let row = db
        .query_one(
            concat!(
                "SELECT count(*) FILTER (WHERE m.created_at >= $1 AND m.created_at < $2) AS made,
                        count(*) FILTER (WHERE m.status IN ('pending', 'active', 'paused')) AS active,
                        count(*) FILTER (WHERE m.status IN ('pending', 'active', 'paused') AND m.at_risk) AS at_risk,
                        (SELECT count(*) FROM mentoring_requests q
                          WHERE q.status = 'queued' AND ($3::text IS NULL OR q.program = $3)) AS queued
                   FROM mentorships m WHERE ",
                is_of_program!("m", "$3")
            ),
            &[
                (&within.start, Type::TIMESTAMPTZ),
                (&within.end, Type::TIMESTAMPTZ),
                (&program, Type::TEXT),
            ],
        )
        .await?;
    Ok(Matches {
        made: row.try_get("made")?,
        active: row.try_get("active")?,
        at_risk: row.try_get("at_risk")?,
        queued: row.try_get("queued")?,
    })
}
