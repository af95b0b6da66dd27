//! Signed-in devices.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::audit::Origin;
use crate::domain::id::{Id, LoginId, UserId};
use crate::domain::login::{Device, MOST_LOGINS, REFRESH_TOKEN_LIFE};
use crate::domain::user::{Actor, Credential, Role, UserStatus};

mod refresh;

pub use refresh::{Presented, lock_refresh_token, rotate};

/// Reads who asks, by the login their token names: one that is not ended, of an account that is not shut out.
pub async fn find_actor(
    db: &impl Read,
    login: LoginId,
    user: UserId,
) -> Result<Option<Actor>, StoreError> {
    let row = db
        .query_opt(
            "SELECT role, status, is_verified, needs_totp FROM find_actor($1, $2)",
            &[(&login.uuid(), Type::UUID), (&user.uuid(), Type::UUID)],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let role = Role::parse(row.try_get("role")?)
        .map_err(|error| StoreError::inconsistent("users", error))?;
    let status = UserStatus::parse(row.try_get("status")?)
        .map_err(|error| StoreError::inconsistent("users", error))?;
    Ok(Some(Actor {
        id: user,
        role,
        credential: Credential::Login(login),
        status,
        is_verified: row.try_get("is_verified")?,
        needs_totp: row.try_get("needs_totp")?,
    }))
}

/// A refresh token that is about to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewRefreshToken<'a> {
    /// SHA-256 of the token.
    pub hash: &'a [u8],
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A login that is about to be opened.
#[derive(Clone, Copy, Debug)]
pub struct NewLogin<'a> {
    /// Its id.
    pub id: LoginId,
    /// Whose it is.
    pub user: UserId,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
    /// Where it comes from.
    pub origin: &'a Origin,
    /// Its first refresh token.
    pub token: NewRefreshToken<'a>,
}

/// Opens a login with its first refresh token, notes the sign-in, and ends the oldest logins beyond the limit.
pub async fn insert(tx: &Transaction<'_>, login: NewLogin<'_>) -> Result<(), StoreError> {
    let token = login.token;
    tx.execute(
        "WITH kept AS (
           SELECT id FROM logins
            WHERE user_id = $2 AND revoked_at IS NULL AND ends_at > $3 AND last_seen_at > $9
            ORDER BY created_at DESC, id DESC
            LIMIT $10 - 1
         ), ended AS (
           UPDATE logins SET revoked_at = $3
            WHERE user_id = $2 AND revoked_at IS NULL AND id NOT IN (SELECT id FROM kept)
         ), login AS (
           INSERT INTO logins (id, user_id, created_at, ends_at, network, user_agent, last_seen_at)
           VALUES ($1, $2, $3, $4, $7, $8, $3) RETURNING id
         ), seen AS (
           UPDATE users SET last_login_at = $3 WHERE id = $2
         )
         INSERT INTO refresh_tokens (hash, login_id, issued_at, expires_at) SELECT $5, id, $3, $6 FROM login",
        &[
            (&login.id.uuid(), Type::UUID),
            (&login.user.uuid(), Type::UUID),
            (&token.issued_at, Type::TIMESTAMPTZ),
            (&login.ends_at, Type::TIMESTAMPTZ),
            (&token.hash, Type::BYTEA),
            (&token.expires_at, Type::TIMESTAMPTZ),
            (&login.origin.network, Type::TEXT),
            (&login.origin.user_agent, Type::TEXT),
            (&(token.issued_at - REFRESH_TOKEN_LIFE), Type::TIMESTAMPTZ),
            (&MOST_LOGINS, Type::INT8),
        ],
    )
    .await?;
    Ok(())
}

/// Ends a login; its access tokens stop working with the next request.
pub async fn revoke(
    tx: &Transaction<'_>,
    login: LoginId,
    user: UserId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let revoked = tx
        .execute(
            "UPDATE logins SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
            &[(&login.uuid(), Type::UUID), (&user.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    Ok(revoked == 1)
}

/// Ends the login that a refresh token belongs to, used or not: whoever holds one may sign its device out.
pub async fn revoke_by_token(
    tx: &Transaction<'_>,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<(LoginId, UserId)>, StoreError> {
    let row = tx
        .query_opt(
            "UPDATE logins SET revoked_at = $2
              WHERE id = (SELECT login_id FROM refresh_tokens WHERE hash = $1) AND revoked_at IS NULL
          RETURNING id, user_id",
            &[(&hash, Type::BYTEA), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    row.map(|row| {
        let (login, user): (Uuid, Uuid) = (row.try_get("id")?, row.try_get("user_id")?);
        Ok((login.into(), user.into()))
    })
    .transpose()
}

/// Ends every login of a person, but for one that is kept.
pub async fn revoke_all(
    tx: &Transaction<'_>,
    user: UserId,
    kept: Option<LoginId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE logins SET revoked_at = $3
          WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $2",
        &[
            (&user.uuid(), Type::UUID),
            (&kept.map(Id::uuid), Type::UUID),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Reads a person's live devices, the one seen last first.
pub async fn list(db: &impl Read, user: UserId, now: Timestamp) -> Result<Vec<Device>, StoreError> {
    let rows = db
        .query(
            "SELECT id, created_at, last_seen_at, network, user_agent
               FROM logins
              WHERE user_id = $1 AND revoked_at IS NULL AND ends_at > $2 AND last_seen_at > $3
              ORDER BY last_seen_at DESC, id DESC",
            &[
                (&user.uuid(), Type::UUID),
                (&now, Type::TIMESTAMPTZ),
                (&(now - REFRESH_TOKEN_LIFE), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Device {
                id: row.try_get::<_, Uuid>("id")?.into(),
                created_at: row.try_get("created_at")?,
                last_seen_at: row.try_get("last_seen_at")?,
                network: row.try_get("network")?,
                user_agent: row.try_get("user_agent")?,
            })
        })
        .collect()
}
