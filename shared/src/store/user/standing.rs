//! What admins decide about an account: its status and its role.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::{TABLE, find};
use crate::domain::id::{Id, UserId};
use crate::domain::profile::{MentorProfile, Vetting};
use crate::domain::user::{Role, Surroundings, User};
use crate::store::{Read, StoreError, Transaction};

/// Reads one person and holds their row and those of all admins, in the order of their ids: so two admins who judge
/// each other take turns, and one of them stays.
pub async fn lock_with_admins(
    tx: &Transaction<'_>,
    id: UserId,
) -> Result<Option<(User, Surroundings)>, StoreError> {
    let params = [(
        &id.uuid() as &(dyn tokio_postgres::types::ToSql + Sync),
        Type::UUID,
    )];
    let held = tx.query(
        "SELECT id FROM users WHERE id = $1 OR role = 'admin' ORDER BY id FOR NO KEY UPDATE",
        &params,
    );
    let (_, user, around) = futures_util::try_join!(held, find(tx, id), find_surroundings(tx, id))?;
    Ok(user.map(|user| (user, around)))
}

/// Reads what else must be known before somebody's standing changes.
pub async fn find_surroundings(db: &impl Read, id: UserId) -> Result<Surroundings, StoreError> {
    let row = db
        .query_one(
            "SELECT (SELECT count(*) FROM users
                      WHERE role = 'admin' AND status <> 'suspended' AND id <> $1) AS other_admins,
                    EXISTS (SELECT FROM sessions
                             WHERE (mentor_id = $1 OR mentee_id = $1)
                               AND status IN ('pending', 'confirmed')) AS has_open_sessions",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    Ok(Surroundings {
        other_admins: row.try_get("other_admins")?,
        has_open_sessions: row.try_get("has_open_sessions")?,
    })
}

/// Writes a person's status and version.
pub async fn update_status(tx: &Transaction<'_>, user: &User) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE users SET status = $2, version = $3, updated_at = $4 WHERE id = $1",
            &[
                (&user.id.uuid(), Type::UUID),
                (&user.status.as_str(), Type::TEXT),
                (&user.version, Type::INT8),
                (&user.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Ends every login of a person; their access tokens stop working with the next request.
pub async fn revoke_logins(
    tx: &Transaction<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE logins SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL",
        &[(&user.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
    )
    .await?;
    Ok(())
}

/// Gives a person another role and raises their version. What they said in the old role stays, and counts again when
/// they come back to it; a role they never had begins empty.
pub async fn update_role(
    tx: &Transaction<'_>,
    id: UserId,
    role: Role,
    now: Timestamp,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE users SET role = $2, version = version + 1, updated_at = $3 WHERE id = $1",
            &[
                (&id.uuid(), Type::UUID),
                (&role.as_str(), Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)?;
    insert_part(tx, id, role).await
}

async fn insert_part(tx: &Transaction<'_>, id: UserId, role: Role) -> Result<(), StoreError> {
    match role {
        // The admin who makes somebody a mentor has looked at them.
        Role::Mentor => {
            super::write::insert_mentor(tx, id, &MentorProfile::new(Vetting::Approved)).await
        }
        Role::Mentee => super::write::insert_mentee(tx, id).await,
        Role::Admin => Ok(()),
    }
}
