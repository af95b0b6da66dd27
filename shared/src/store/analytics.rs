//! What is counted: by a schedule in [`count`] and [`offer`], and on asking in everything else.
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

use super::{Read, StoreError};
use crate::domain::analytics::Statuses;

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
