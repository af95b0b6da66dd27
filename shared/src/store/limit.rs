//! How often somebody may ask: GCRA, one statement of its own on an unlogged table.

use std::time::Duration;

use tokio_postgres::types::Type;

use super::{Client, Read, StoreError, Transaction};

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
    let (is_allowed, ahead) = ask(client, key, quota).await?;
    Ok(verdict(is_allowed, ahead, quota))
}

/// Takes one from a quota if the transaction commits. Until then its row is locked: for what nobody else waits for.
pub async fn take_within(
    tx: &Transaction<'_>,
    key: &[u8],
    quota: Quota,
) -> Result<Verdict, StoreError> {
    let (is_allowed, ahead) = ask(tx, key, quota).await?;
    Ok(verdict(is_allowed, ahead, quota))
}

/// Takes a turn of a quota that others are waiting for too, and says how long it is until then; `None` when that would be
/// longer than `patience`, and nothing is taken.
pub async fn reserve(
    client: &Client,
    key: &[u8],
    quota: Quota,
    patience: Duration,
) -> Result<Option<Duration>, StoreError> {
    let queue = Quota {
        burst: quota.burst.saturating_add(turns(patience, quota.interval)),
        ..quota
    };
    let (is_allowed, ahead) = ask(client, key, queue).await?;
    Ok(is_allowed.then(|| until_turn(ahead, quota)))
}

/// How many turns there are in a time.
fn turns(time: Duration, interval: Duration) -> i32 {
    let count = time.as_nanos() / interval.as_nanos().max(1);
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// How long it is until a turn whose theoretical arrival time lies `ahead` seconds of now.
fn until_turn(ahead: f64, quota: Quota) -> Duration {
    let tolerance = quota.interval.as_secs_f64() * f64::from(quota.burst);
    Duration::from_secs_f64((ahead - tolerance).clamp(0.0, 86_400.0))
}

/// Takes one if there is one: whether there was, and how far GCRA's theoretical arrival time lies ahead, in seconds.
async fn ask(db: &impl Read, key: &[u8], quota: Quota) -> Result<(bool, f64), StoreError> {
    let row = db
        .query_one(
            "SELECT allowed, ahead FROM take_from_limit($1, $2, $3)",
            &[
                (&key, Type::BYTEA),
                (&quota.interval.as_secs_f64(), Type::FLOAT8),
                (&f64::from(quota.burst), Type::FLOAT8),
            ],
        )
        .await?;
    Ok((row.try_get("allowed")?, row.try_get("ahead")?))
}

/// Reads GCRA's theoretical arrival time, which lies `ahead` seconds of now.
fn verdict(is_allowed: bool, ahead: f64, quota: Quota) -> Verdict {
    let (interval, burst) = (quota.interval.as_secs_f64(), quota.burst);
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

    fn every(interval: Duration, burst: i32) -> Quota {
        Quota { burst, interval }
    }

    #[test]
    fn a_verdict_counts_what_is_left_and_how_long_to_wait() {
        let quota = every(Duration::from_secs(6), 5);
        assert_eq!(verdict(true, 6.0, quota).remaining, 4);
        assert_eq!(verdict(true, 30.0, quota).remaining, 0);
        assert_eq!(
            verdict(false, 30.0, quota).retry_after,
            Duration::from_secs(6)
        );
    }

    #[test]
    fn a_turn_comes_at_once_while_there_are_some_left() {
        let quota = every(Duration::from_millis(100), 10);
        assert_eq!(until_turn(0.1, quota), Duration::ZERO);
        assert_eq!(until_turn(1.0, quota), Duration::ZERO);
        assert_eq!(until_turn(1.5, quota), Duration::from_millis(500));
        assert_eq!(turns(Duration::from_secs(2), quota.interval), 20);
    }
}
