//! API keys. Only their SHA-256 is kept.

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::api_key::{ApiKey, Scope};
use crate::domain::id::{ApiKeyId, Id, UserId};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::user::{Actor, Credential, Role, UserStatus};

const TABLE: &str = "api_keys";

/// How exactly the last use is noted: not each one is worth a write.
const USE_IS_NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Reads who asks, by the key they present: one that is neither revoked nor over, of somebody who is still an admin
/// and not shut out. Its last use is noted at most once a minute, and never waited for.
pub async fn find_actor(
    db: &impl Read,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<(Actor, Vec<Scope>)>, StoreError> {
    let noted_before = now - USE_IS_NOTED_EVERY;
    let row = db
        .query_opt(
            "WITH found AS (
               SELECT k.id, k.scopes, u.id AS user_id, u.status, u.email_verified_at IS NOT NULL AS is_verified,
                      NOT EXISTS (SELECT FROM totps t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
                        AS needs_totp
                 FROM api_keys k JOIN users u ON u.id = k.user_id
                WHERE k.hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)
                  AND u.role = 'admin' AND u.status <> 'suspended'
             ), due AS (
               SELECT k.id FROM api_keys k JOIN found USING (id)
                WHERE k.last_used_at IS NULL OR k.last_used_at <= $3
                  FOR NO KEY UPDATE OF k SKIP LOCKED
             ), noted AS (
               UPDATE api_keys SET last_used_at = $2 WHERE id IN (SELECT id FROM due)
             )
             SELECT id, scopes, user_id, status, is_verified, needs_totp FROM found",
            &[
                (&hash, Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
                (&noted_before, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let status = UserStatus::parse(row.try_get("status")?)
        .map_err(|error| StoreError::inconsistent("users", error))?;
    let actor = Actor {
        id: row.try_get::<_, Uuid>("user_id")?.into(),
        role: Role::Admin,
        credential: Credential::ApiKey(row.try_get::<_, Uuid>("id")?.into()),
        status,
        is_verified: row.try_get("is_verified")?,
        needs_totp: row.try_get("needs_totp")?,
    };
    Ok(Some((actor, scopes(&row)?)))
}

/// Stores a new key under the hash of its secret.
pub async fn insert(tx: &Transaction<'_>, key: &ApiKey, hash: &[u8]) -> Result<(), StoreError> {
    let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
    tx.execute(
        "INSERT INTO api_keys (id, user_id, name, prefix, hash, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            (&key.id.uuid(), Type::UUID),
            (&key.owner.uuid(), Type::UUID),
            (&key.name, Type::TEXT),
            (&key.prefix, Type::TEXT),
            (&hash, Type::BYTEA),
            (&scopes, Type::TEXT_ARRAY),
            (&key.created_at, Type::TIMESTAMPTZ),
            (&key.expires_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Reads one key.
pub async fn find(db: &impl Read, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    let row = db
        .query_opt(
            "SELECT id, user_id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at
               FROM api_keys WHERE id = $1",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads a page of all keys, the newest first.
pub async fn list(db: &impl Read, page: PageRequest) -> Result<Page<ApiKey>, StoreError> {
    let rows = db
        .query(
            "SELECT id, user_id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at
               FROM api_keys
              WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1, $2)
              ORDER BY created_at DESC, id DESC
              LIMIT $3",
            &[
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let keys = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    Ok(Page::from_rows(keys, page.limit, |key: &ApiKey| Cursor {
        at: key.created_at,
        id: key.id.uuid(),
    }))
}

/// Revokes a key that is not revoked yet; returns whose it was.
pub async fn revoke(
    tx: &Transaction<'_>,
    id: ApiKeyId,
    now: Timestamp,
) -> Result<Option<UserId>, StoreError> {
    let row = tx
        .query_opt(
            "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING user_id",
            &[(&id.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    row.map(|row| Ok(row.try_get::<_, Uuid>("user_id")?.into()))
        .transpose()
}

fn from_row(row: &Row) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: row.try_get::<_, Uuid>("id")?.into(),
        owner: row.try_get::<_, Uuid>("user_id")?.into(),
        name: row.try_get("name")?,
        prefix: row.try_get("prefix")?,
        scopes: scopes(row)?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        last_used_at: row.try_get("last_used_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}

fn scopes(row: &Row) -> Result<Vec<Scope>, StoreError> {
    let texts: Vec<&str> = row.try_get("scopes")?;
    let parse = |text| Scope::parse(text).map_err(|error| StoreError::inconsistent(TABLE, error));
    texts.into_iter().map(parse).collect()
}
