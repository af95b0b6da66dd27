//! Identities at other services, and whose they are.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::error::violates;
use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};
use crate::domain::identity::{Identity, IdentityError, Namesake, Provider};
use crate::domain::user::Email;

/// Reads whose an identity is.
pub async fn find_holder(
    db: &impl Read,
    identity: &Identity,
) -> Result<Option<UserId>, StoreError> {
    let row = db
        .query_opt(
            "SELECT user_id FROM identities WHERE provider = $1 AND subject = $2",
            &[
                (&identity.provider.as_str(), Type::TEXT),
                (&identity.subject, Type::TEXT),
            ],
        )
        .await?;
    row.map(|row| Ok(row.try_get::<_, Uuid>("user_id")?.into()))
        .transpose()
}

/// Reads whether a person has an identity of a provider.
pub async fn has_one_of(
    db: &impl Read,
    user: UserId,
    provider: Provider,
) -> Result<bool, StoreError> {
    let row = db
        .query_opt(
            "SELECT provider FROM identities WHERE user_id = $1 AND provider = $2",
            &[(&user.uuid(), Type::UUID), (&provider.as_str(), Type::TEXT)],
        )
        .await?;
    Ok(row.is_some())
}

/// Reads the account with an address, and holds its row until the transaction ends.
pub async fn lock_namesake(
    tx: &Transaction<'_>,
    email: &Email,
) -> Result<Option<Namesake>, StoreError> {
    let row = tx
        .query_opt(
            "SELECT id, email_verified_at IS NOT NULL AS is_verified
               FROM users WHERE email = $1 FOR NO KEY UPDATE",
            &[(&email.as_str(), Type::TEXT)],
        )
        .await?;
    row.map(|row| {
        Ok(Namesake {
            user: row.try_get::<_, Uuid>("id")?.into(),
            is_verified: row.try_get("is_verified")?,
        })
    })
    .transpose()
}

/// Gives an identity to a person, who has none of this provider; two at once are told apart by the database.
pub async fn insert(
    tx: &Transaction<'_>,
    identity: &Identity,
    user: UserId,
    now: Timestamp,
) -> Result<Result<(), IdentityError>, StoreError> {
    let inserted = tx
        .try_execute(
            "INSERT INTO identities (provider, subject, user_id, linked_at) VALUES ($1, $2, $3, $4)",
            &[
                (&identity.provider.as_str(), Type::TEXT),
                (&identity.subject, Type::TEXT),
                (&user.uuid(), Type::UUID),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    match inserted {
        Ok(_) => Ok(Ok(())),
        Err(error) if violates(&error, "identities_pkey") => Ok(Err(IdentityError::Taken)),
        Err(error) if violates(&error, "identities_user_id") => {
            Ok(Err(IdentityError::AlreadyLinked))
        }
        Err(error) => Err(error.into()),
    }
}
