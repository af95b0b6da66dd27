//! Refresh tokens: each is used once, and leads to the next.

use jiff::Timestamp;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::NewRefreshToken;
use crate::domain::id::{LoginId, UserId};
use crate::domain::login::RefreshState;
use crate::store::{Read, StoreError, Transaction};

/// A presented refresh token with the login it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Presented {
    /// The login.
    pub login: LoginId,
    /// Whose it is.
    pub user: UserId,
    /// When the login ends at the latest.
    pub login_ends_at: Timestamp,
    /// What is known of the token.
    pub state: RefreshState,
}

/// Reads a refresh token and holds its login until the transaction ends, so that two uses take turns.
pub async fn lock_refresh_token(
    tx: &Transaction<'_>,
    hash: &[u8],
) -> Result<Option<Presented>, StoreError> {
    let params = [(&hash as &(dyn ToSql + Sync), Type::BYTEA)];
    let held = tx.query_opt(
        "SELECT l.id FROM logins l
          WHERE l.id = (SELECT login_id FROM refresh_tokens WHERE hash = $1) FOR NO KEY UPDATE",
        &params,
    );
    // Travels with the lock, but runs behind it: its snapshot shows what the other use has written.
    let state = tx.query_opt(
        "SELECT t.login_id, t.expires_at, t.used_at, t.is_graced, l.user_id, l.ends_at,
                l.revoked_at IS NOT NULL OR u.status = 'suspended' AS is_revoked,
                coalesce(child.used_at IS NOT NULL, false) AS is_child_used
           FROM refresh_tokens t
           JOIN logins l ON l.id = t.login_id
           JOIN users u ON u.id = l.user_id
      LEFT JOIN refresh_tokens child ON child.hash = t.child_hash
          WHERE t.hash = $1",
        &params,
    );
    let (_, row) = futures_util::try_join!(held, state)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Presented {
        login: row.try_get::<_, Uuid>("login_id")?.into(),
        user: row.try_get::<_, Uuid>("user_id")?.into(),
        login_ends_at: row.try_get("ends_at")?,
        state: RefreshState {
            expires_at: row.try_get("expires_at")?,
            used_at: row.try_get("used_at")?,
            is_child_used: row.try_get("is_child_used")?,
            is_graced: row.try_get("is_graced")?,
            is_revoked: row.try_get("is_revoked")?,
        },
    }))
}

/// Marks a token as used and stores its child, and notes that the device was seen; a child that was never used is
/// replaced.
pub async fn rotate(
    tx: &Transaction<'_>,
    parent: &[u8],
    child: NewRefreshToken<'_>,
) -> Result<(), StoreError> {
    tx.execute(
        "WITH old AS (SELECT child_hash, login_id FROM refresh_tokens WHERE hash = $1),
              dropped AS (DELETE FROM refresh_tokens WHERE hash = (SELECT child_hash FROM old)),
              used AS (
                UPDATE refresh_tokens
                   SET is_graced = used_at IS NOT NULL, used_at = coalesce(used_at, $3), child_hash = $2
                 WHERE hash = $1),
              seen AS (UPDATE logins SET last_seen_at = $3 WHERE id = (SELECT login_id FROM old))
         INSERT INTO refresh_tokens (hash, login_id, issued_at, expires_at) SELECT $2, login_id, $3, $4 FROM old",
        &[
            (&parent, Type::BYTEA),
            (&child.hash, Type::BYTEA),
            (&child.issued_at, Type::TIMESTAMPTZ),
            (&child.expires_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}
