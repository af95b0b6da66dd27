//! What is counted: by a schedule in [`count`], [`matching::count`] and [`offer`], and on asking in everything else.
//!
//! A session whose program is none is of no program at all; the tables say `''` then.

pub mod count;
pub mod matching;
pub mod mentors;
pub mod offer;
pub mod overview;
pub mod sessions;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::db::Param;
use super::{Read, StoreError};
use crate::domain::analytics::{Cover, Statuses};

/// How many sessions of `s` are in each state, as columns.
macro_rules! by_status {
    () => {
        "count(*) FILTER (WHERE s.status = 'pending') AS pending,
         count(*) FILTER (WHERE s.status = 'confirmed') AS confirmed,
         count(*) FILTER (WHERE s.status = 'declined') AS declined,
         count(*) FILTER (WHERE s.status = 'cancelled') AS cancelled,
         count(*) FILTER (WHERE s.status = 'expired') AS expired,
         count(*) FILTER (WHERE s.status = 'completed') AS completed,
         count(*) FILTER (WHERE s.status = 'no_show') AS no_show"
    };
}

/// The sums of these columns, under their names.
macro_rules! sums {
    ($first:literal $(, $column:literal)*) => {
        concat!(
            "sum(", $first, ")::bigint AS ", $first
            $(, ", sum(", $column, ")::bigint AS ", $column)*
        )
    };
}

use {by_status, sums};

/// Until when everything is counted; none before the first time.
pub async fn find_counted_at(db: &impl Read) -> Result<Option<Timestamp>, StoreError> {
    let row = db
        .query_one("SELECT counted_at FROM analytics_state", &[])
        .await?;
    Ok(row.try_get("counted_at")?)
}

/// The whole days in UTC as `$1` and `$2`, what lies before as `$3` and `$4` and behind as `$5` and `$6`, and `$7`.
fn cover_params<'a>(cover: &'a Cover, program: &'a (dyn ToSql + Sync)) -> [Param<'a>; 7] {
    let [before, behind] = &cover.edges;
    [
        (&cover.first, Type::DATE),
        (&cover.end, Type::DATE),
        (&before.start, Type::TIMESTAMPTZ),
        (&before.end, Type::TIMESTAMPTZ),
        (&behind.start, Type::TIMESTAMPTZ),
        (&behind.end, Type::TIMESTAMPTZ),
        (program, Type::TEXT),
    ]
}

fn statuses(row: &Row) -> Result<Statuses, StoreError> {
    Ok(Statuses {
        pending: row.try_get("pending")?,
        confirmed: row.try_get("confirmed")?,
        declined: row.try_get("declined")?,
        cancelled: row.try_get("cancelled")?,
        expired: row.try_get("expired")?,
        completed: row.try_get("completed")?,
        no_show: row.try_get("no_show")?,
    })
}
