//! What people show of themselves, and what they have agreed to.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::{TABLE, word};
use crate::domain::id::{Id, UserId};
use crate::domain::privacy::{Consent, ConsentKind, Decision};
use crate::domain::profile::RoleProfile;
use crate::domain::user::User;
use crate::store::{Read, StoreError, Transaction};

/// Writes what a person shows, and raises their version.
pub async fn update_visibility(tx: &Transaction<'_>, user: &User) -> Result<(), StoreError> {
    let shows = user.visibility;
    let mentor = match &user.profile.role {
        RoleProfile::Mentor(mentor) => Some(mentor),
        RoleProfile::Mentee(_) | RoleProfile::Admin => None,
    };
    let (listed, in_leaderboard) = (
        mentor.map(|mentor| mentor.listed),
        mentor.map(|mentor| mentor.in_leaderboard),
    );
    let updated = tx
        .execute(
            "WITH mentor AS (
               UPDATE mentors SET listed = $9, in_leaderboard = $10 WHERE user_id = $1 AND $9::boolean IS NOT NULL
             )
             UPDATE users
                SET shows_location = $2, shows_company = $3, shows_languages = $4, shows_picture = $5,
                    shows_phone = $6, version = $7, updated_at = $8
              WHERE id = $1",
            &[
                (&user.id.uuid(), Type::UUID),
                (&shows.location, Type::BOOL),
                (&shows.company, Type::BOOL),
                (&shows.languages, Type::BOOL),
                (&shows.profile_picture, Type::BOOL),
                (&shows.phone, Type::BOOL),
                (&user.version, Type::INT8),
                (&user.updated_at, Type::TIMESTAMPTZ),
                (&listed, Type::BOOL),
                (&in_leaderboard, Type::BOOL),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Lists everything a person ever agreed to, the newest first.
pub async fn list_consents(db: &impl Read, user: UserId) -> Result<Vec<Consent>, StoreError> {
    let rows = db
        .query(
            "SELECT kind, text_version, granted_at, withdrawn_at
               FROM consents
              WHERE user_id = $1
              ORDER BY granted_at DESC, kind, text_version",
            &[(&user.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<Consent, StoreError> {
    Ok(Consent {
        kind: word(ConsentKind::parse(row.try_get("kind")?))?,
        text_version: row.try_get("text_version")?,
        granted_at: row.try_get("granted_at")?,
        withdrawn_at: row.try_get("withdrawn_at")?,
    })
}

/// Notes what a person agrees to, and to what not any more; what was so before stays as it is.
pub async fn write_consents(
    tx: &Transaction<'_>,
    user: UserId,
    decisions: &[Decision],
    now: Timestamp,
) -> Result<(), StoreError> {
    for decision in decisions {
        match decision {
            Decision::Grant(kind, text_version) => {
                grant(tx, user, *kind, text_version, now).await?;
            }
            Decision::Withdraw(kind) => {
                withdraw(tx, user, *kind, now).await?;
            }
        }
    }
    Ok(())
}

async fn grant(
    tx: &Transaction<'_>,
    user: UserId,
    kind: ConsentKind,
    text_version: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO consents (user_id, kind, text_version, granted_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        &[
            (&user.uuid(), Type::UUID),
            (&kind.as_str(), Type::TEXT),
            (&text_version, Type::TEXT),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

async fn withdraw(
    tx: &Transaction<'_>,
    user: UserId,
    kind: ConsentKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE consents SET withdrawn_at = $3 WHERE user_id = $1 AND kind = $2 AND withdrawn_at IS NULL",
        &[
            (&user.uuid(), Type::UUID),
            (&kind.as_str(), Type::TEXT),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}
