//! People: their accounts and profiles.

mod bond;
mod list;
mod privacy;
mod row;
mod standing;
mod vetting;
mod write;

use tokio_postgres::types::Type;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};
use crate::domain::user::User;

pub use bond::find_bond;
pub use list::{Filter, SortBy, list};
pub use privacy::{list_consents, update_visibility, write_consents};
use row::from_row;
pub(super) use row::{stages, word};
pub use standing::{lock_with_admins, update_role, update_status};
pub use vetting::{Vetted, find_vetting, lock_vetting, update_vetting};
pub use write::{insert, update_profile, update_verified};

const TABLE: &str = "users";

/// Reads one person with their whole profile.
pub async fn find(db: &impl Read, id: UserId) -> Result<Option<User>, StoreError> {
    let row = db
        .query_opt(SELECT_ONE, &[(&id.uuid(), Type::UUID)])
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one person who is not erased: there is nothing left to change of the others.
pub(super) async fn find_living(db: &impl Read, id: UserId) -> Result<Option<User>, StoreError> {
    let row = db
        .query_opt(SELECT_LIVING, &[(&id.uuid(), Type::UUID)])
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one person who is not erased, with their whole profile, and holds their row until the transaction ends.
pub async fn lock(tx: &Transaction<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    let ((), user) = futures_util::try_join!(hold(tx, id), find_living(tx, id))?;
    Ok(user)
}

/// Holds one person's row until the transaction ends; what travels behind it reads what is true then.
pub(super) async fn hold(tx: &Transaction<'_>, id: UserId) -> Result<(), StoreError> {
    tx.query_opt(
        "SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE",
        &[(&id.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// What every reader of whole people reads, followed by which of them.
macro_rules! select_users {
    ($($which:literal),+ $(,)?) => {
        concat!(
            "SELECT u.id, u.email, u.username, u.phone, u.role, u.status, u.email_verified_at, u.last_login_at,
                    u.first_name, u.last_name, u.bio, u.profile_picture_url, u.location, u.timezone, u.languages,
                    u.airtable_sync_status, u.shows_location, u.shows_company, u.shows_languages, u.shows_picture,
                    u.shows_phone, u.version, u.created_at, u.updated_at,
                    m.company, m.title, m.years_experience, m.expertise_areas, m.industries, m.stages, m.hourly_rate,
                    m.hourly_rate_currency, m.max_sessions_per_day, m.max_sessions_per_week, m.max_mentees,
                    m.buffer_minutes, m.min_notice_minutes, m.cancellation_notice_minutes, m.step_minutes,
                    m.booking_horizon_days, m.accepting, m.vetting, m.vetting_reason, m.listed, m.in_leaderboard,
                    e.startup_name, e.industry_focus, e.startup_stage, e.goals, e.current_role_name, e.interests,
                    e.experience_level, e.career_goals, e.research_interests, e.technical_skills,
                    e.communication_preferences
               FROM users u
          LEFT JOIN mentors m ON m.user_id = u.id
          LEFT JOIN mentees e ON e.user_id = u.id
              WHERE ",
            $($which),+
        )
    };
}
use select_users;

const SELECT_ONE: &str = select_users!("u.id = $1");
const SELECT_LIVING: &str = select_users!("u.id = $1 AND u.erased_at IS NULL");
