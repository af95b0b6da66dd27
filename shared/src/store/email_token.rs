//! The tokens of links in mails. Only their SHA-256 is kept.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::{StoreError, Transaction};
use crate::domain::id::{Id, UserId};

/// Replaces a person's tokens for proving their address by a new one.
pub async fn replace_verification(
    tx: &Transaction<'_>,
    user: UserId,
    hash: &[u8],
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "WITH old AS (DELETE FROM email_tokens WHERE user_id = $1 AND purpose = 'verify_email')
         INSERT INTO email_tokens (hash, user_id, purpose, expires_at) VALUES ($2, $1, 'verify_email', $3)",
        &[(&user.uuid(), Type::UUID), (&hash, Type::BYTEA), (&expires_at, Type::TIMESTAMPTZ)],
    )
    .await?;
    Ok(())
}

/// Replaces a person's tokens for setting a password by a new one.
pub async fn replace_reset(
    tx: &Transaction<'_>,
    user: UserId,
    hash: &[u8],
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "WITH old AS (DELETE FROM email_tokens WHERE user_id = $1 AND purpose = 'reset_password')
         INSERT INTO email_tokens (hash, user_id, purpose, expires_at) VALUES ($2, $1, 'reset_password', $3)",
        &[(&user.uuid(), Type::UUID), (&hash, Type::BYTEA), (&expires_at, Type::TIMESTAMPTZ)],
    )
    .await?;
    Ok(())
}

/// Spends a token for proving an address; returns whose it was, if it was good.
pub async fn spend_verification(
    tx: &Transaction<'_>,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<UserId>, StoreError> {
    use super::Read;
    let row = tx
        .query_opt(
            "UPDATE email_tokens SET used_at = $2
              WHERE hash = $1 AND purpose = 'verify_email' AND used_at IS NULL AND expires_at > $2
          RETURNING user_id",
            &[(&hash, Type::BYTEA), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    row.map(|row| Ok(row.try_get::<_, uuid::Uuid>("user_id")?.into()))
        .transpose()
}
