//! Changes of an address of mail that were asked for, until the mails about them are written.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::user::word;
use super::{Read, StoreError, Transaction};
use crate::domain::id::{EmailChangeId, Id, UserId};
use crate::domain::link::LinkPurpose;
use crate::domain::user::Email;

/// A change of address that was asked for.
#[derive(Clone, Debug)]
pub struct EmailChange {
    /// Whose address it is.
    pub user: UserId,
    /// The address until then.
    pub old_email: Email,
    /// The address that is wanted.
    pub new_email: Email,
    /// Whether the person has not asked for another one since.
    pub is_latest: bool,
}

/// Notes that a person wants another address.
pub async fn insert(
    tx: &Transaction<'_>,
    id: EmailChangeId,
    user: UserId,
    new_email: &Email,
    now: Timestamp,
) -> Result<(), StoreError> {
    let inserted = tx
        .execute(
            "INSERT INTO email_changes (id, user_id, old_email, new_email, requested_at)
             SELECT $1, id, email, $3, $4 FROM users WHERE id = $2",
            &[
                (&id.uuid(), Type::UUID),
                (&user.uuid(), Type::UUID),
                (&new_email.as_str(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one("email_changes", inserted)
}

/// Reads a change of address.
pub async fn find(db: &impl Read, id: EmailChangeId) -> Result<Option<EmailChange>, StoreError> {
    let row = db
        .query_opt(
            "SELECT c.user_id, c.old_email, c.new_email,
                    NOT EXISTS (SELECT FROM email_changes later
                                 WHERE later.user_id = c.user_id AND later.requested_at > c.requested_at) AS is_latest
               FROM email_changes c
              WHERE c.id = $1",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| {
        Ok(EmailChange {
            user: row.try_get::<_, Uuid>("user_id")?.into(),
            old_email: word(Email::parse(row.try_get("old_email")?))?,
            new_email: word(Email::parse(row.try_get("new_email")?))?,
            is_latest: row.try_get("is_latest")?,
        })
    })
    .transpose()
}

/// Forgets the changes that a person asked for: those whose mails are not written yet come to nothing.
pub async fn delete_of(tx: &Transaction<'_>, user: UserId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM email_changes WHERE user_id = $1",
        &[(&user.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// Forgets the changes that can no longer be taken back.
pub async fn purge(tx: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    let over = now - LinkPurpose::RevertEmail.life();
    tx.execute(
        "DELETE FROM email_changes WHERE requested_at < $1",
        &[(&over, Type::TIMESTAMPTZ)],
    )
    .await?;
    Ok(())
}
