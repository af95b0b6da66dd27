//! Counting proposals and their batches: days on which something has changed are counted anew.

use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::{batch_class, by_outcome, proposal_class, with_proposals, with_requests};
use crate::store::{Read, StoreError, Transaction};

/// Takes the first days in UTC whose batches have changed, at most so many.
///
/// Whatever changes after this statement is noted again: it is counted now, and once more.
pub async fn take_changes(tx: &Transaction<'_>, most: i64) -> Result<Vec<Date>, StoreError> {
    let rows = tx
        .query(
            "WITH due AS (SELECT DISTINCT day FROM proposal_changes ORDER BY day LIMIT $1),
                  taken AS (DELETE FROM proposal_changes c USING due WHERE c.day = due.day)
             SELECT day FROM due ORDER BY day",
            &[(&most, Type::INT8)],
        )
        .await?;
    let day = |row: &Row| Ok(row.try_get("day")?);
    rows.iter().map(day).collect()
}

/// Counts the batches of some days in UTC anew, and their proposals.
pub async fn recount(tx: &Transaction<'_>, days: &[Date]) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM proposal_days WHERE day = ANY($1)",
        PROPOSALS,
        "DELETE FROM batch_days WHERE day = ANY($1)",
        BATCHES,
    ] {
        tx.execute(statement, &[(&days, Type::DATE_ARRAY)]).await?;
    }
    Ok(())
}

/// The batches of the days `$1`.
macro_rules! batches_of_days {
    () => {
        " FROM unnest($1::date[]) AS d (day)
          JOIN proposal_batches b ON b.created_at >= d.day::timestamp AT TIME ZONE 'UTC'
                                 AND b.created_at < (d.day + 1)::timestamp AT TIME ZONE 'UTC' "
    };
}

const PROPOSALS: &str = concat!(
    "INSERT INTO proposal_days (day, program, rank, tens, proposed, selected, passed, lapsed, closed)
     SELECT d.day, r.program, ",
    proposal_class!(),
    ", ",
    by_outcome!(),
    batches_of_days!(),
    with_proposals!(),
    " GROUP BY 1, 2, 3, 4"
);

const BATCHES: &str = concat!(
    "INSERT INTO batch_days (day, program, status, minutes, batches)
     SELECT d.day, r.program, ",
    batch_class!(),
    ", count(*)",
    batches_of_days!(),
    with_requests!(),
    " GROUP BY 1, 2, 3, 4"
);
