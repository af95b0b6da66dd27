//! Second factors and their recovery codes.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};

/// Keeps a new secret that is not proven yet, in place of an older one that never was; `false` when one is proven.
pub async fn replace_pending(
    tx: &Transaction<'_>,
    user: UserId,
    secret: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let written = tx
        .execute(
            "INSERT INTO totps AS t (user_id, secret, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET secret = $2, created_at = $3 WHERE t.confirmed_at IS NULL",
            &[
                (&user.uuid(), Type::UUID),
                (&secret, Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(written == 1)
}

/// Reads the sealed secret of a second factor that is not proven yet.
pub async fn find_pending(db: &impl Read, user: UserId) -> Result<Option<Vec<u8>>, StoreError> {
    let row = db
        .query_opt(
            "SELECT secret FROM totps WHERE user_id = $1 AND confirmed_at IS NULL",
            &[(&user.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| Ok(row.try_get("secret")?)).transpose()
}

/// Switches a second factor on whose first code was right, with its recovery codes.
pub async fn confirm(
    tx: &Transaction<'_>,
    user: UserId,
    step: i64,
    recovery_codes: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let written = tx
        .execute(
            "WITH confirmed AS (
               UPDATE totps SET confirmed_at = $3, last_step = $2 WHERE user_id = $1 AND confirmed_at IS NULL
               RETURNING user_id)
             INSERT INTO recovery_codes (user_id, hash) SELECT user_id, unnest($4::bytea[]) FROM confirmed",
            &[
                (&user.uuid(), Type::UUID),
                (&step, Type::INT8),
                (&now, Type::TIMESTAMPTZ),
                (&recovery_codes, Type::BYTEA_ARRAY),
            ],
        )
        .await?;
    let expected = u64::try_from(recovery_codes.len()).unwrap_or(u64::MAX);
    if written == expected {
        Ok(())
    } else {
        Err(StoreError::inconsistent("totps", "it was confirmed twice"))
    }
}

/// Uses a step up; `false` when it or a later one was used before.
pub async fn spend_step(tx: &Transaction<'_>, user: UserId, step: i64) -> Result<bool, StoreError> {
    let spent = tx
        .execute(
            "UPDATE totps SET last_step = $2
              WHERE user_id = $1 AND confirmed_at IS NOT NULL AND (last_step IS NULL OR last_step < $2)",
            &[(&user.uuid(), Type::UUID), (&step, Type::INT8)],
        )
        .await?;
    Ok(spent == 1)
}

/// Uses a recovery code up; `false` when there is none such, or no longer.
pub async fn spend_recovery_code(
    tx: &Transaction<'_>,
    user: UserId,
    hash: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let spent = tx
        .execute(
            "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
            &[
                (&user.uuid(), Type::UUID),
                (&hash, Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(spent == 1)
}

/// Switches a second factor off; its recovery codes go with it.
pub async fn delete(tx: &Transaction<'_>, user: UserId) -> Result<(), StoreError> {
    let params = [(
        &user.uuid() as &(dyn tokio_postgres::types::ToSql + Sync),
        Type::UUID,
    )];
    let codes = tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", &params);
    let secret = tx.execute("DELETE FROM totps WHERE user_id = $1", &params);
    futures_util::try_join!(codes, secret).map(drop)
}
