//! How often somebody may ask: GCRA, one statement of its own on an unlogged table.

use std::time::Duration;

use tokio_postgres::types::Type;

use super::{Client, Read, StoreError};

/// A limit: `burst` at once, then one per `interval`.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// How many at once.
    pub burst: i32,
    /// Time in which one more is granted.
    pub interval: Duration,
}

/// What a limit says to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may pass.
    pub is_allowed: bool,
    /// How many more may pass at once.
    pub remaining: i32,
    /// How long to wait, if it may not.
    pub retry_after: Duration,
    /// When one more is granted, at the latest.
    pub reset: Duration,
}

/// Takes one request from a quota. It commits by itself: inside a request's transaction the row would stay locked.
pub async fn take(client: &Client, key: &[u8], quota: Quota) -> Result<Verdict, StoreError> {
    let interval_secs = quota.interval.as_secs_f64();
    let row = client
        .query_one(
            "SELECT allowed, ahead FROM take_from_limit($1, $2, $3)",
            &[
                (&key, Type::BYTEA),
                (&interval_secs, Type::FLOAT8),
                (&f64::from(quota.burst), Type::FLOAT8),
            ],
        )
        .await?;
    let is_allowed: bool = row.try_get("allowed")?;
    let ahead = row.try_get("ahead")?;
    Ok(verdict(is_allowed, ahead, interval_secs, quota.burst))
}

/// Reads GCRA's theoretical arrival time, which lies `ahead` seconds of now.
fn verdict(is_allowed: bool, ahead: f64, interval: f64, burst: i32) -> Verdict {
    let tolerance = interval * f64::from(burst);
    let seconds = |value: f64| Duration::from_secs_f64(value.clamp(0.0, 86_400.0).ceil());
    if !is_allowed {
        let wait = seconds((ahead + interval - tolerance).max(1.0));
        return Verdict {
            is_allowed,
            remaining: 0,
            retry_after: wait,
            reset: wait,
        };
    }
    let left = ((tolerance - ahead) / interval)
        .floor()
        .clamp(0.0, f64::from(burst));
    let reset = seconds(ahead - (f64::from(burst) - left - 1.0) * interval);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to the burst just before"
    )]
    let remaining = left as i32;
    Verdict {
        is_allowed,
        remaining,
        retry_after: Duration::ZERO,
        reset,
    }
}

/// Forgets what was taken from one limit.
pub async fn forget(client: &Client, key: &[u8]) -> Result<(), StoreError> {
    client
        .execute_alone(
            "DELETE FROM rate_limits WHERE key = $1",
            &[(&key, Type::BYTEA)],
        )
        .await?;
    Ok(())
}

/// Forgets limits that have been full again for a day.
pub async fn purge(client: &Client) -> Result<u64, StoreError> {
    client
        .execute_alone(
            "DELETE FROM rate_limits WHERE tat < clock_timestamp() - interval '1 day'",
            &[],
        )
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_counts_what_is_left_and_how_long_to_wait() {
        assert_eq!(verdict(true, 6.0, 6.0, 5).remaining, 4);
        assert_eq!(verdict(true, 30.0, 6.0, 5).remaining, 0);
        assert_eq!(
            verdict(false, 30.0, 6.0, 5).retry_after,
            Duration::from_secs(6)
        );
    }
}
