//! Sign-ins with other services that are under way. A state is kept as its SHA-256.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Client, Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};
use crate::domain::identity::Provider;

/// A sign-in that begins.
#[derive(Clone, Copy, Debug)]
pub struct NewSignIn<'a> {
    /// SHA-256 of its state.
    pub hash: &'a [u8],
    /// With which service.
    pub provider: Provider,
    /// Who links it to their account; nobody when it is for signing in.
    pub user: Option<UserId>,
    /// What proves later that it is ours, sealed.
    pub sealed: &'a [u8],
    /// Until when it must come back.
    pub expires_at: Timestamp,
}

/// A sign-in that came back.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who links it to their account.
    pub user: Option<UserId>,
    /// What proves that it is ours, sealed.
    pub sealed: Vec<u8>,
    /// What the provider has said already: SHA-256 of the code it was told for, and the identity, sealed.
    pub told: Option<(Vec<u8>, Vec<u8>)>,
}

/// Stores a sign-in that begins, and forgets some that are long over.
pub async fn insert(
    tx: &Transaction<'_>,
    new: NewSignIn<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "WITH old AS (
           SELECT hash FROM oauth_states WHERE expires_at <= $6 LIMIT 100 FOR UPDATE SKIP LOCKED
         ), forgotten AS (
           DELETE FROM oauth_states WHERE hash IN (SELECT hash FROM old)
         )
         INSERT INTO oauth_states (hash, provider, user_id, sealed, expires_at) VALUES ($1, $2, $3, $4, $5)",
        &[
            (&new.hash, Type::BYTEA),
            (&new.provider.as_str(), Type::TEXT),
            (&new.user.map(Id::uuid), Type::UUID),
            (&new.sealed, Type::BYTEA),
            (&new.expires_at, Type::TIMESTAMPTZ),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Takes a sign-in that came back to the right provider in time. Only the first who comes may ask the provider;
/// whoever comes again gets what it has said.
pub async fn claim(
    tx: &Transaction<'_>,
    hash: &[u8],
    provider: Provider,
    now: Timestamp,
) -> Result<Option<SignIn>, StoreError> {
    let row = tx
        .query_opt(
            "UPDATE oauth_states SET used_at = $3
              WHERE hash = $1 AND provider = $2 AND expires_at > $3 AND (used_at IS NULL OR identity IS NOT NULL)
          RETURNING user_id, sealed, code_hash, identity",
            &[
                (&hash, Type::BYTEA),
                (&provider.as_str(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    row.map(|row| {
        let code_hash: Option<Vec<u8>> = row.try_get("code_hash")?;
        let identity: Option<Vec<u8>> = row.try_get("identity")?;
        Ok(SignIn {
            user: row.try_get::<_, Option<Uuid>>("user_id")?.map(Into::into),
            sealed: row.try_get("sealed")?,
            told: code_hash.zip(identity),
        })
    })
    .transpose()
}

/// Gives a sign-in back whose provider could not be asked. It commits by itself: the request has failed.
pub async fn release(client: &Client, hash: &[u8]) -> Result<(), StoreError> {
    client
        .execute_alone(
            "UPDATE oauth_states SET used_at = NULL WHERE hash = $1 AND identity IS NULL",
            &[(&hash, Type::BYTEA)],
        )
        .await?;
    Ok(())
}

/// Keeps what the provider has said, sealed, for who must add something.
pub async fn update_told(
    tx: &Transaction<'_>,
    hash: &[u8],
    code_hash: &[u8],
    identity: &[u8],
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE oauth_states SET code_hash = $2, identity = $3 WHERE hash = $1",
            &[
                (&hash, Type::BYTEA),
                (&code_hash, Type::BYTEA),
                (&identity, Type::BYTEA),
            ],
        )
        .await?;
    StoreError::expect_one("oauth_states", updated)
}

/// Ends a sign-in; `false` when somebody else has ended it a moment ago.
pub async fn delete(tx: &Transaction<'_>, hash: &[u8]) -> Result<bool, StoreError> {
    let deleted = tx
        .execute(
            "DELETE FROM oauth_states WHERE hash = $1",
            &[(&hash, Type::BYTEA)],
        )
        .await?;
    Ok(deleted == 1)
}
