//! People who leave: when they asked for it, what is called off with it, and whose time has come.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction, mentoring, outbox, question, reminder, session};
use crate::domain::id::{EventId, Id, LoginId, UserId};
use crate::domain::user::{Deletion, Role, SignIn, UserStatus};

const TABLE: &str = "users";

/// Reads how somebody has signed in on a device.
pub async fn find_sign_in(
    db: &impl Read,
    user: UserId,
    login: LoginId,
) -> Result<Option<SignIn>, StoreError> {
    let row = db
        .query_opt(
            "SELECT u.password_hash IS NOT NULL AS has_password, l.created_at
               FROM users u JOIN logins l ON l.user_id = u.id
              WHERE u.id = $1 AND l.id = $2",
            &[(&user.uuid(), Type::UUID), (&login.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| {
        Ok(SignIn {
            at: row.try_get("created_at")?,
            has_password: row.try_get("has_password")?,
        })
    })
    .transpose()
}

/// Reads an account that is not erased, and holds its row until the transaction ends.
pub async fn lock(tx: &Transaction<'_>, user: UserId) -> Result<Option<Deletion>, StoreError> {
    let row = tx
        .query_opt(
            "SELECT id, role, status, erase_after
               FROM users
              WHERE id = $1 AND erased_at IS NULL
                FOR NO KEY UPDATE",
            &[(&user.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads when a person will be erased, if they will.
pub async fn find_erase_after(
    db: &impl Read,
    user: UserId,
) -> Result<Option<Timestamp>, StoreError> {
    let row = db
        .query_opt(
            "SELECT erase_after FROM users WHERE id = $1",
            &[(&user.uuid(), Type::UUID)],
        )
        .await?;
    let moment = row.map(|row| row.try_get::<_, Option<Timestamp>>("erase_after"));
    Ok(moment.transpose()?.flatten())
}

/// Lists up to a hundred people whose time has come.
pub async fn list_due(db: &impl Read, now: Timestamp) -> Result<Vec<UserId>, StoreError> {
    let rows = db
        .query(
            "SELECT id FROM users
              WHERE erased_at IS NULL AND status <> 'active' AND erase_after <= $1
              ORDER BY erase_after LIMIT 100",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(row.try_get::<_, Uuid>("id")?.into()))
        .collect()
}

/// Writes whether and when a person will be erased.
pub async fn update(
    tx: &Transaction<'_>,
    deletion: &Deletion,
    now: Timestamp,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE users SET status = $2, erase_after = $3, version = version + 1, updated_at = $4 WHERE id = $1",
            &[
                (&deletion.user.uuid(), Type::UUID),
                (&deletion.status.as_str(), Type::TEXT),
                (&deletion.erase_after, Type::TIMESTAMPTZ),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Ends every login of a person and revokes their keys: nothing of theirs opens anything with the next request.
pub async fn end_access(
    tx: &Transaction<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "WITH keys AS (
           UPDATE api_keys SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL
         )
         UPDATE logins SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL",
        &[(&user.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
    )
    .await?;
    Ok(())
}

/// Calls off every session of a person that is still to come, their long-term mentoring and their questions, and promises
/// to tell the others.
pub async fn call_off_sessions(
    tx: &Transaction<'_>,
    user: UserId,
    now: Timestamp,
    mut new_id: impl FnMut() -> EventId,
) -> Result<(), StoreError> {
    for coming in session::lock_coming(tx, user, now).await? {
        let (called_off, event) = coming
            .leave(user, now)
            .map_err(|error| StoreError::inconsistent("sessions", error))?;
        session::update_status(tx, &called_off).await?;
        reminder::delete_planned(tx, called_off.id).await?;
        outbox::append(tx, new_id(), now, event).await?;
    }
    mentoring::call_off(tx, user, now, &mut new_id).await?;
    question::call_off(tx, user, now, new_id).await
}

fn from_row(row: &Row) -> Result<Deletion, StoreError> {
    let bad = |error: &dyn std::error::Error| StoreError::inconsistent(TABLE, error);
    Ok(Deletion {
        user: row.try_get::<_, Uuid>("id")?.into(),
        role: Role::parse(row.try_get("role")?).map_err(|error| bad(&error))?,
        status: UserStatus::parse(row.try_get("status")?).map_err(|error| bad(&error))?,
        erase_after: row.try_get("erase_after")?,
    })
}
