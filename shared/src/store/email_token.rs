//! The tokens of links in mails. Only their SHA-256 is kept.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::user::word;
use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};
use crate::domain::link::LinkPurpose;
use crate::domain::user::Email;

/// A link that is about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'a> {
    /// Whose account it concerns.
    pub user: UserId,
    /// What it does.
    pub purpose: LinkPurpose,
    /// SHA-256 of its token.
    pub hash: &'a [u8],
    /// The address it brings, for those about a change of address.
    pub email: Option<&'a Email>,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Keeps a new link; older ones of its purpose end where the purpose says so.
pub async fn insert(tx: &Transaction<'_>, link: NewLink<'_>) -> Result<(), StoreError> {
    tx.execute(
        "WITH old AS (DELETE FROM email_tokens WHERE user_id = $1 AND purpose = $2 AND $3)
         INSERT INTO email_tokens (hash, user_id, purpose, email, expires_at) VALUES ($4, $1, $2, $5, $6)",
        &[
            (&link.user.uuid(), Type::UUID),
            (&link.purpose.as_str(), Type::TEXT),
            (&link.purpose.replaces_older(), Type::BOOL),
            (&link.hash, Type::BYTEA),
            (&link.email.map(Email::as_str), Type::TEXT),
            (&link.expires_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// A link that was good, and is spent now.
#[derive(Clone, Debug)]
pub struct SpentLink {
    /// Whose account it concerns.
    pub user: UserId,
    /// What it does.
    pub purpose: LinkPurpose,
    /// The address it brings, for those about a change of address.
    pub email: Option<Email>,
    /// Until when it would have worked.
    pub expires_at: Timestamp,
}

/// Spends a link of one of these purposes, if it is good.
pub async fn spend(
    tx: &Transaction<'_>,
    hash: &[u8],
    purposes: &[LinkPurpose],
    now: Timestamp,
) -> Result<Option<SpentLink>, StoreError> {
    let purposes: Vec<&str> = purposes.iter().map(|purpose| purpose.as_str()).collect();
    let row = tx
        .query_opt(
            "UPDATE email_tokens SET used_at = $2
              WHERE hash = $1 AND purpose = ANY($3) AND used_at IS NULL AND expires_at > $2
          RETURNING user_id, purpose, email, expires_at",
            &[
                (&hash, Type::BYTEA),
                (&now, Type::TIMESTAMPTZ),
                (&purposes, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    row.map(|row| {
        let email: Option<&str> = row.try_get("email")?;
        Ok(SpentLink {
            user: row.try_get::<_, Uuid>("user_id")?.into(),
            purpose: word(LinkPurpose::parse(row.try_get("purpose")?))?,
            email: email.map(|email| word(Email::parse(email))).transpose()?,
            expires_at: row.try_get("expires_at")?,
        })
    })
    .transpose()
}

/// Reads whose account a good link concerns, without spending it.
pub async fn find(
    db: &impl Read,
    hash: &[u8],
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<Option<UserId>, StoreError> {
    let row = db
        .query_opt(
            "SELECT user_id FROM email_tokens
              WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
            &[
                (&hash, Type::BYTEA),
                (&purpose.as_str(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    row.map(|row| Ok(row.try_get::<_, Uuid>("user_id")?.into()))
        .transpose()
}

/// Ends a person's open links, but for those that take a change of address back.
pub async fn delete_open(tx: &Transaction<'_>, user: UserId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM email_tokens WHERE user_id = $1 AND used_at IS NULL AND purpose <> 'revert_email'",
        &[(&user.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// Ends a person's links that take back a change of address which was asked for after one that is taken back itself.
pub async fn delete_later_reverts(
    tx: &Transaction<'_>,
    user: UserId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM email_tokens WHERE user_id = $1 AND purpose = 'revert_email' AND expires_at > $2",
        &[(&user.uuid(), Type::UUID), (&expires_at, Type::TIMESTAMPTZ)],
    )
    .await?;
    Ok(())
}
