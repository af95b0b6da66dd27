//! People: their accounts and profiles.

mod row;
mod write;

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};
use crate::domain::user::{Email, User, UserStatus};

use row::from_row;
pub(super) use row::{stages, word};
pub use write::{insert, insert_without_password, update_profile, update_verified};

const TABLE: &str = "users";

/// What a sign-in needs to know.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose they are.
    pub user: UserId,
    /// The Argon2id hash, in PHC's form; none for who signs in with another service only.
    pub password_hash: Option<String>,
    /// Whether the account may be used.
    pub status: UserStatus,
}

/// Reads what a sign-in with this address needs.
pub async fn find_credentials(
    db: &impl Read,
    email: &Email,
) -> Result<Option<Credentials>, StoreError> {
    let row = db
        .query_opt(
            "SELECT id, password_hash, status FROM users WHERE email = $1",
            &[(&email.as_str(), Type::TEXT)],
        )
        .await?;
    row.map(|row| {
        Ok(Credentials {
            user: row.try_get::<_, Uuid>("id")?.into(),
            password_hash: row.try_get("password_hash")?,
            status: word(UserStatus::parse(row.try_get("status")?))?,
        })
    })
    .transpose()
}

/// Reads one person with their whole profile.
pub async fn find(db: &impl Read, id: UserId) -> Result<Option<User>, StoreError> {
    let row = db
        .query_opt(SELECT_ONE, &[(&id.uuid(), Type::UUID)])
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one person with their whole profile and holds their row until the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    let params = [(
        &id.uuid() as &(dyn tokio_postgres::types::ToSql + Sync),
        Type::UUID,
    )];
    let held = tx.query_opt(
        "SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE",
        &params,
    );
    let (_, row) = futures_util::try_join!(held, tx.query_opt(SELECT_ONE, &params))?;
    row.map(|row| from_row(&row)).transpose()
}

const SELECT_ONE: &str = "
    SELECT u.id, u.email, u.role, u.status, u.email_verified_at, u.last_login_at, u.first_name, u.last_name, u.bio,
           u.profile_picture_url, u.location, u.timezone, u.languages, u.version, u.created_at, u.updated_at,
           m.company, m.title, m.years_experience, m.expertise_areas, m.industries, m.stages, m.hourly_rate,
           m.hourly_rate_currency, m.max_sessions_per_day, m.max_sessions_per_week, m.max_mentees, m.buffer_minutes,
           m.min_notice_minutes, m.cancellation_notice_minutes, m.step_minutes, m.booking_horizon_days, m.accepting,
           m.vetting,
           e.startup_name, e.industry_focus, e.startup_stage, e.goals, e.current_role_name, e.interests,
           e.experience_level, e.career_goals, e.research_interests, e.technical_skills, e.communication_preferences
      FROM users u
 LEFT JOIN mentors m ON m.user_id = u.id
 LEFT JOIN mentees e ON e.user_id = u.id
     WHERE u.id = $1";
