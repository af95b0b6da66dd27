//! What a sign-in needs to know of a person, and what changes it: password, address, second factor.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::error::violates;
use super::user::word;
use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};
use crate::domain::user::{Email, PasswordHash, UserStatus, personal_words};

const TABLE: &str = "users";

/// What a sign-in needs to know.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose they are.
    pub user: UserId,
    /// The address of the account.
    pub email: Email,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// What is kept of the password; nothing when another service signs the person in.
    pub password: Option<PasswordHash>,
    /// Whether the account may be used.
    pub status: UserStatus,
    /// The second factor, if it is switched on.
    pub totp: Option<KeptTotp>,
}

/// A second factor as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTotp {
    /// The sealed secret.
    pub secret: Vec<u8>,
    /// The last step whose code was used.
    pub last_step: Option<i64>,
}

impl Credentials {
    /// The words that must not make this person's password.
    #[must_use]
    pub fn personal_words(&self) -> Vec<String> {
        personal_words(&self.email, &self.first_name, &self.last_name)
    }
}

/// Reads what a sign-in with this address needs.
pub async fn find(db: &impl Read, email: &Email) -> Result<Option<Credentials>, StoreError> {
    let row = db
        .query_opt(
            "SELECT u.id, u.email, u.first_name, u.last_name, u.password_hash, u.pepper_version, u.status,
                    t.secret AS totp_secret, t.last_step
               FROM users u
          LEFT JOIN totps t ON t.user_id = u.id AND t.confirmed_at IS NOT NULL
              WHERE u.email = $1",
            &[(&email.as_str(), Type::TEXT)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads what confirming a change with the password needs.
pub async fn find_of(db: &impl Read, user: UserId) -> Result<Option<Credentials>, StoreError> {
    let row = db
        .query_opt(SELECT_ONE, &[(&user.uuid(), Type::UUID)])
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads a person's credentials and holds their row until the transaction ends: sign-ins and changes take turns.
pub async fn lock(tx: &Transaction<'_>, user: UserId) -> Result<Option<Credentials>, StoreError> {
    let params = [(&user.uuid() as &(dyn ToSql + Sync), Type::UUID)];
    let held = tx.query_opt(
        "SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE",
        &params,
    );
    let (_, row) = futures_util::try_join!(held, tx.query_opt(SELECT_ONE, &params))?;
    row.map(|row| from_row(&row)).transpose()
}

const SELECT_ONE: &str = "
    SELECT u.id, u.email, u.first_name, u.last_name, u.password_hash, u.pepper_version, u.status,
           t.secret AS totp_secret, t.last_step
      FROM users u
 LEFT JOIN totps t ON t.user_id = u.id AND t.confirmed_at IS NOT NULL
     WHERE u.id = $1";

fn from_row(row: &Row) -> Result<Credentials, StoreError> {
    let phc: Option<String> = row.try_get("password_hash")?;
    let pepper = row.try_get("pepper_version")?;
    let secret: Option<Vec<u8>> = row.try_get("totp_secret")?;
    let last_step = row.try_get("last_step")?;
    Ok(Credentials {
        user: row.try_get::<_, Uuid>("id")?.into(),
        email: word(Email::parse(row.try_get("email")?))?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        password: phc.map(|phc| PasswordHash { phc, pepper }),
        status: word(UserStatus::parse(row.try_get("status")?))?,
        totp: secret.map(|secret| KeptTotp { secret, last_step }),
    })
}

/// Writes what is kept of a password.
pub async fn update_password(
    tx: &Transaction<'_>,
    user: UserId,
    password: &PasswordHash,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE users SET password_hash = $2, pepper_version = $3 WHERE id = $1",
            &[
                (&user.uuid(), Type::UUID),
                (&password.phc, Type::TEXT),
                (&password.pepper, Type::TEXT),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Gives a person another address, which is proven; `false` when somebody else has it, or may take it back.
pub async fn update_email(
    tx: &Transaction<'_>,
    user: UserId,
    email: &Email,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let updated = tx
        .try_execute(
            "UPDATE users
                SET email = $2, email_verified_at = $3, version = version + 1, updated_at = $3
              WHERE id = $1
                AND NOT EXISTS (SELECT FROM email_tokens
                                 WHERE email = $2 AND purpose = 'revert_email' AND used_at IS NULL
                                   AND expires_at > $3 AND user_id <> $1)",
            &[
                (&user.uuid(), Type::UUID),
                (&email.as_str(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    match updated {
        Ok(updated) => Ok(updated == 1),
        Err(error) if violates(&error, "users_email_key") => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whether anybody manages the program yet.
pub async fn has_admin(db: &impl Read) -> Result<bool, StoreError> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM users WHERE role = 'admin') AS has_admin",
            &[],
        )
        .await?;
    Ok(row.try_get("has_admin")?)
}
