//! What admins decide about an account: its status and its role.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::{TABLE, find_living};
use crate::domain::id::{Id, UserId};
use crate::domain::profile::{MentorProfile, Vetting};
use crate::domain::user::{Role, Surroundings, User};
use crate::store::{Read, StoreError, Transaction};

/// Reads one person who is not erased and holds their row and those of all admins, in the order of their ids: so two admins who judge
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
    let (_, user, around) =
        futures_util::try_join!(held, find_living(tx, id), find_surroundings(tx, id))?;
    Ok(user.map(|user| (user, around)))
}

/// Reads what else must be known before somebody's standing changes.
async fn find_surroundings(db: &impl Read, id: UserId) -> Result<Surroundings, StoreError> {
    let row = db
        .query_one(
            "SELECT (SELECT count(*) FROM users
                      WHERE role = 'admin' AND status <> 'suspended' AND erase_after IS NULL AND erased_at IS NULL
                        AND id <> $1) AS other_admins,
                    EXISTS (SELECT FROM sessions
                             WHERE (mentor_id = $1 OR mentee_id = $1)
                               AND status IN ('pending', 'confirmed'))
                 OR EXISTS (SELECT FROM mentorships
                             WHERE (mentor_id = $1 OR mentee_id = $1)
                               AND status IN ('pending', 'active', 'paused'))
                 OR EXISTS (SELECT FROM mentoring_requests
                             WHERE mentee_id = $1 AND status IN ('open', 'queued'))
                 OR EXISTS (SELECT FROM questions
                             WHERE (mentor_id = $1 OR mentee_id = $1)
                               AND status IN ('open', 'claimed', 'answered')) AS has_open_sessions,
                    EXISTS (SELECT FROM users WHERE id = $1 AND erase_after IS NOT NULL) AS is_leaving",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    Ok(Surroundings {
        other_admins: row.try_get("other_admins")?,
        has_open_sessions: row.try_get("has_open_sessions")?,
        is_leaving: row.try_get("is_leaving")?,
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
