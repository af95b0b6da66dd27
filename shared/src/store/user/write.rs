//! Writes accounts and profiles.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::TABLE;
use crate::domain::id::{Id, UserId};
use crate::domain::profile::{
    ExperienceLevel, MenteeProfile, MentorProfile, RoleProfile, StartupStage,
};
use crate::domain::user::{PasswordHash, User, UserError, Username};
use crate::store::error::violates;
use crate::store::{StoreError, Transaction};

/// A new account, with a password unless another service signs the person in; `false` when the address has one already,
/// or is held for somebody who may take it back.
pub async fn insert(
    tx: &Transaction<'_>,
    user: &User,
    password: Option<&PasswordHash>,
) -> Result<bool, StoreError> {
    let profile = &user.profile;
    let inserted = tx
        .try_execute(
            "INSERT INTO users (id, email, password_hash, pepper_version, role, first_name, last_name, timezone,
                                email_verified_at, created_at, updated_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10
              WHERE NOT EXISTS (SELECT FROM email_tokens
                                 WHERE email = $2 AND purpose = 'revert_email' AND used_at IS NULL
                                   AND expires_at > $10)
             ON CONFLICT (email) DO NOTHING",
            &[
                (&user.id.uuid(), Type::UUID),
                (&user.email.as_str(), Type::TEXT),
                (&password.map(|hash| &hash.phc), Type::TEXT),
                (&password.and_then(|hash| hash.pepper.as_ref()), Type::TEXT),
                (&user.role().as_str(), Type::TEXT),
                (&profile.first_name, Type::TEXT),
                (&profile.last_name, Type::TEXT),
                (&profile.timezone.name(), Type::TEXT),
                (&user.email_verified_at, Type::TIMESTAMPTZ),
                (&user.created_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    match inserted {
        Ok(1) => insert_role_row(tx, user).await.map(|()| true),
        Ok(_) => Ok(false),
        Err(error) if violates(&error, "users_email_key") => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn insert_role_row(tx: &Transaction<'_>, user: &User) -> Result<(), StoreError> {
    match &user.profile.role {
        RoleProfile::Mentor(mentor) => insert_mentor(tx, user.id, mentor).await,
        RoleProfile::Mentee(_) => insert_mentee(tx, user.id).await,
        RoleProfile::Admin => Ok(()),
    }
}

/// What a mentor adds, unless it stands there from an earlier time in this role.
pub(super) async fn insert_mentor(
    tx: &Transaction<'_>,
    id: UserId,
    mentor: &MentorProfile,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mentors (user_id, max_mentees, buffer_minutes, min_notice_minutes,
                              cancellation_notice_minutes, booking_horizon_days, accepting, vetting)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (user_id) DO NOTHING",
        &[
            (&id.uuid(), Type::UUID),
            (&mentor.max_mentees, Type::INT4),
            (&mentor.buffer_minutes, Type::INT4),
            (&mentor.min_notice_minutes, Type::INT4),
            (&mentor.cancellation_notice_minutes, Type::INT4),
            (&mentor.booking_horizon_days, Type::INT4),
            (&mentor.accepting, Type::BOOL),
            (&mentor.vetting.as_str(), Type::TEXT),
        ],
    )
    .await?;
    Ok(())
}

/// What a mentee adds, unless it stands there from an earlier time in this role.
pub(super) async fn insert_mentee(tx: &Transaction<'_>, id: UserId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mentees (user_id) VALUES ($1) ON CONFLICT (user_id) DO NOTHING",
        &[(&id.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// Writes a person's profile and raises their version; refused when somebody else has the user name.
pub async fn update_profile(
    tx: &Transaction<'_>,
    user: &User,
) -> Result<Result<(), UserError>, StoreError> {
    let part = async {
        match &user.profile.role {
            RoleProfile::Mentor(mentor) => update_mentor(tx, user.id, mentor).await,
            RoleProfile::Mentee(mentee) => update_mentee(tx, user.id, mentee).await,
            RoleProfile::Admin => Ok(()),
        }
    };
    // Both travel together: when the name is taken, the database refuses the second for the sake of the first.
    let (common, part) = futures_util::join!(update_common(tx, user), part);
    match common? {
        Ok(()) => part.map(Ok),
        Err(refused) => Ok(Err(refused)),
    }
}

async fn update_common(
    tx: &Transaction<'_>,
    user: &User,
) -> Result<Result<(), UserError>, StoreError> {
    let profile = &user.profile;
    let phone = user.phone.as_ref().map(|sealed| &sealed.0);
    let updated = tx
        .try_execute(
            "UPDATE users
                SET first_name = $2, last_name = $3, bio = $4, profile_picture_url = $5, location = $6, timezone = $7,
                    languages = $8, version = $9, updated_at = $10, username = $11, phone = $12, status = $13
              WHERE id = $1",
            &[
                (&user.id.uuid(), Type::UUID),
                (&profile.first_name, Type::TEXT),
                (&profile.last_name, Type::TEXT),
                (&profile.bio, Type::TEXT),
                (&profile.profile_picture_url, Type::TEXT),
                (&profile.location, Type::TEXT),
                (&profile.timezone.name(), Type::TEXT),
                (&profile.languages, Type::TEXT_ARRAY),
                (&user.version, Type::INT8),
                (&user.updated_at, Type::TIMESTAMPTZ),
                (&user.username.as_ref().map(Username::as_str), Type::TEXT),
                (&phone, Type::BYTEA),
                (&user.status.as_str(), Type::TEXT),
            ],
        )
        .await?;
    match updated {
        Ok(rows) => StoreError::expect_one(TABLE, rows).map(Ok),
        Err(error) if violates(&error, "users_username_key") => Ok(Err(UserError::UsernameTaken)),
        Err(error) => Err(error.into()),
    }
}

async fn update_mentor(
    tx: &Transaction<'_>,
    id: UserId,
    mentor: &MentorProfile,
) -> Result<(), StoreError> {
    let stages: Vec<&str> = mentor.stages.iter().map(|stage| stage.as_str()).collect();
    let updated = tx
        .execute(
            "UPDATE mentors
                SET company = $2, title = $3, years_experience = $4, expertise_areas = $5, industries = $6, stages = $7,
                    hourly_rate = $8, hourly_rate_currency = $9, max_sessions_per_day = $10,
                    max_sessions_per_week = $11, max_mentees = $12, buffer_minutes = $13, min_notice_minutes = $14,
                    cancellation_notice_minutes = $15, step_minutes = $16, booking_horizon_days = $17, accepting = $18
              WHERE user_id = $1",
            &[
                (&id.uuid(), Type::UUID),
                (&mentor.company, Type::TEXT),
                (&mentor.title, Type::TEXT),
                (&mentor.years_experience, Type::INT4),
                (&mentor.expertise_areas, Type::TEXT_ARRAY),
                (&mentor.industries, Type::TEXT_ARRAY),
                (&stages, Type::TEXT_ARRAY),
                (&mentor.hourly_rate, Type::INT4),
                (&mentor.hourly_rate_currency, Type::TEXT),
                (&mentor.max_sessions_per_day, Type::INT4),
                (&mentor.max_sessions_per_week, Type::INT4),
                (&mentor.max_mentees, Type::INT4),
                (&mentor.buffer_minutes, Type::INT4),
                (&mentor.min_notice_minutes, Type::INT4),
                (&mentor.cancellation_notice_minutes, Type::INT4),
                (&mentor.step_minutes, Type::INT4),
                (&mentor.booking_horizon_days, Type::INT4),
                (&mentor.accepting, Type::BOOL),
            ],
        )
        .await?;
    StoreError::expect_one("mentors", updated)
}

async fn update_mentee(
    tx: &Transaction<'_>,
    id: UserId,
    mentee: &MenteeProfile,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE mentees
                SET startup_name = $2, industry_focus = $3, startup_stage = $4, goals = $5, current_role_name = $6,
                    interests = $7, experience_level = $8, career_goals = $9, research_interests = $10,
                    technical_skills = $11, communication_preferences = $12
              WHERE user_id = $1",
            &[
                (&id.uuid(), Type::UUID),
                (&mentee.startup_name, Type::TEXT),
                (&mentee.industry_focus, Type::TEXT_ARRAY),
                (&mentee.startup_stage.map(StartupStage::as_str), Type::TEXT),
                (&mentee.goals, Type::TEXT),
                (&mentee.current_role, Type::TEXT),
                (&mentee.interests, Type::TEXT_ARRAY),
                (&mentee.experience_level.map(ExperienceLevel::as_str), Type::TEXT),
                (&mentee.career_goals, Type::TEXT),
                (&mentee.research_interests, Type::TEXT_ARRAY),
                (&mentee.technical_skills, Type::TEXT_ARRAY),
                (&mentee.communication_preferences, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    StoreError::expect_one("mentees", updated)
}

/// Notes that a person has proven their address.
pub async fn update_verified(
    tx: &Transaction<'_>,
    id: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE users
                SET email_verified_at = coalesce(email_verified_at, $2), version = version + 1, updated_at = $2
              WHERE id = $1",
            &[(&id.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}
