//! Who may ask the base, and when: all workers settle it here, by the database's own clock.

use std::time::Duration;

use jiff::Timestamp;
use tokio_postgres::types::Type;

use crate::store::{Client, Read, StoreError};

/// What a worker hears that wants to ask the base something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The question is on after this time.
    After(Duration),
    /// Nobody asks until this moment.
    Blocked(Timestamp),
}

/// Takes the next turn of a base (GCRA with one at a time: a burst would be more than five within its first second).
/// It commits by itself: nobody waits for another one's transaction.
pub async fn pace(
    client: &Client,
    base: &str,
    interval: Duration,
    now: Timestamp,
) -> Result<Pace, StoreError> {
    let row = client
        .query_one(
            "UPDATE airtable_bases
                SET next_call_at = CASE WHEN blocked_until > $3 THEN next_call_at
                                        ELSE greatest(next_call_at, clock_timestamp()) + make_interval(secs => $2) END
              WHERE base_id = $1
          RETURNING extract(epoch FROM next_call_at - clock_timestamp())::float8 - $2 AS wait,
                    CASE WHEN blocked_until > $3 THEN blocked_until END AS blocked_until",
            &[
                (&base, Type::TEXT),
                (&interval.as_secs_f64(), Type::FLOAT8),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    if let Some(until) = row.try_get("blocked_until")? {
        return Ok(Pace::Blocked(until));
    }
    let wait: f64 = row.try_get("wait")?;
    Ok(Pace::After(Duration::from_secs_f64(wait.clamp(0.0, 60.0))))
}

/// Keeps everybody from asking until a moment.
pub async fn block(client: &Client, base: &str, until: Timestamp) -> Result<(), StoreError> {
    client
        .execute_alone(
            "UPDATE airtable_bases SET blocked_until = $2 WHERE base_id = $1",
            &[(&base, Type::TEXT), (&until, Type::TIMESTAMPTZ)],
        )
        .await?;
    Ok(())
}

/// Takes the base for one worker, for so many seconds; whoever comes too late leaves word, and `false` is the answer.
pub async fn lease(client: &Client, base: &str, seconds: i32) -> Result<bool, StoreError> {
    let row = client
        .query_opt(
            "UPDATE airtable_bases AS base
                SET is_wanted = before.is_taken,
                    lease_until = CASE WHEN before.is_taken THEN base.lease_until
                                       ELSE clock_timestamp() + make_interval(secs => $2) END
               FROM (SELECT base_id, coalesce(lease_until > clock_timestamp(), false) AS is_taken
                       FROM airtable_bases WHERE base_id = $1 FOR NO KEY UPDATE) AS before
              WHERE base.base_id = before.base_id
          RETURNING NOT before.is_taken AS is_ours",
            &[(&base, Type::TEXT), (&f64::from(seconds), Type::FLOAT8)],
        )
        .await?;
    row.map_or(Ok(false), |row| Ok(row.try_get("is_ours")?))
}

/// Gives the base back; `true` when somebody else came for it meanwhile.
pub async fn release(client: &Client, base: &str) -> Result<bool, StoreError> {
    let row = client
        .query_opt(
            "UPDATE airtable_bases AS base SET lease_until = NULL, is_wanted = false
               FROM (SELECT base_id, is_wanted FROM airtable_bases WHERE base_id = $1 FOR NO KEY UPDATE) AS before
              WHERE base.base_id = before.base_id
          RETURNING before.is_wanted",
            &[(&base, Type::TEXT)],
        )
        .await?;
    row.map_or(Ok(false), |row| Ok(row.try_get("is_wanted")?))
}
