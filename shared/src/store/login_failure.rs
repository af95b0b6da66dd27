//! Sign-ins that failed, per account that was tried, known or not: when there are many, the person is warned.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::{Client, Read, StoreError, Transaction};
use crate::domain::login::{FAILURE_WINDOW, FAILURES_BEFORE_WARNING};

/// Notes a failure; returns whether it is time for a warning, which counts as given then.
pub async fn record(tx: &Transaction<'_>, key: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    let since = now - FAILURE_WINDOW;
    let row = tx
        .query_one(
            "INSERT INTO login_failures AS f (key, failed_at) VALUES ($1, ARRAY[$2])
             ON CONFLICT (key) DO UPDATE
                SET failed_at = ($2 || f.failed_at)[1:$4],
                    warned_at = CASE WHEN ($2 || f.failed_at)[$4] > $3
                                      AND (f.warned_at IS NULL OR f.warned_at <= $3)
                                     THEN $2 ELSE f.warned_at END
             RETURNING coalesce(warned_at = $2, false) AS is_time",
            &[
                (&key, Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
                (&since, Type::TIMESTAMPTZ),
                (&FAILURES_BEFORE_WARNING, Type::INT4),
            ],
        )
        .await?;
    Ok(row.try_get("is_time")?)
}

/// Forgets accounts that nobody has tried for a day.
pub async fn purge(client: &Client, now: Timestamp) -> Result<u64, StoreError> {
    client
        .execute_alone(
            "DELETE FROM login_failures WHERE failed_at[1] < $1::timestamptz - interval '1 day'",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await
}
