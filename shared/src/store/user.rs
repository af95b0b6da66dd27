//! People: their accounts and profiles.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::error::violates;
use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};
use crate::domain::profile::{
    ExperienceLevel, MenteeProfile, MentorProfile, Profile, RoleProfile, StartupStage, Vetting,
};
use crate::domain::user::{Email, Role, User, UserStatus};

const TABLE: &str = "users";

/// What a sign-in needs to know.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose they are.
    pub user: UserId,
    /// The Argon2id hash, in PHC's form.
    pub password_hash: String,
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

/// A new account; `false` when the address has one already.
pub async fn insert(
    tx: &Transaction<'_>,
    user: &User,
    password_hash: &str,
) -> Result<bool, StoreError> {
    let profile = &user.profile;
    let inserted = tx
        .try_execute(
            "INSERT INTO users (id, email, password_hash, role, first_name, last_name, timezone, email_verified_at,
                                created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
             ON CONFLICT (email) DO NOTHING",
            &[
                (&user.id.uuid(), Type::UUID),
                (&user.email.as_str(), Type::TEXT),
                (&password_hash, Type::TEXT),
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
        RoleProfile::Mentor(mentor) => {
            tx.execute(
                "INSERT INTO mentors (user_id, max_mentees, buffer_minutes, min_notice_minutes,
                                      cancellation_notice_minutes, booking_horizon_days, accepting, vetting)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                &[
                    (&user.id.uuid(), Type::UUID),
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
        }
        RoleProfile::Mentee(_) => {
            tx.execute(
                "INSERT INTO mentees (user_id) VALUES ($1)",
                &[(&user.id.uuid(), Type::UUID)],
            )
            .await?;
        }
        RoleProfile::Admin => {}
    }
    Ok(())
}

/// Writes a person's profile and raises their version.
pub async fn update_profile(tx: &Transaction<'_>, user: &User) -> Result<(), StoreError> {
    let common = update_common(tx, user);
    match &user.profile.role {
        RoleProfile::Mentor(mentor) => {
            futures_util::try_join!(common, update_mentor(tx, user.id, mentor)).map(drop)
        }
        RoleProfile::Mentee(mentee) => {
            futures_util::try_join!(common, update_mentee(tx, user.id, mentee)).map(drop)
        }
        RoleProfile::Admin => common.await,
    }
}

async fn update_common(tx: &Transaction<'_>, user: &User) -> Result<(), StoreError> {
    let profile = &user.profile;
    let updated = tx
        .execute(
            "UPDATE users
                SET first_name = $2, last_name = $3, bio = $4, profile_picture_url = $5, location = $6, timezone = $7,
                    languages = $8, version = $9, updated_at = $10
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
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
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

pub(super) fn word<T>(parsed: Result<T, impl std::error::Error>) -> Result<T, StoreError> {
    parsed.map_err(|error| StoreError::inconsistent(TABLE, error))
}

fn from_row(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.try_get::<_, Uuid>("id")?.into(),
        email: word(Email::parse(row.try_get("email")?))?,
        email_verified_at: row.try_get("email_verified_at")?,
        status: word(UserStatus::parse(row.try_get("status")?))?,
        last_login_at: row.try_get("last_login_at")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        version: row.try_get("version")?,
        profile: profile_from_row(row)?,
    })
}

fn profile_from_row(row: &Row) -> Result<Profile, StoreError> {
    Ok(Profile {
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        bio: row.try_get("bio")?,
        profile_picture_url: row.try_get("profile_picture_url")?,
        location: row.try_get("location")?,
        timezone: word(row.try_get::<_, &str>("timezone")?.parse())?,
        languages: row.try_get("languages")?,
        role: match word(Role::parse(row.try_get("role")?))? {
            Role::Mentor => RoleProfile::Mentor(Box::new(mentor_from_row(row)?)),
            Role::Mentee => RoleProfile::Mentee(Box::new(mentee_from_row(row)?)),
            Role::Admin => RoleProfile::Admin,
        },
    })
}

fn mentor_from_row(row: &Row) -> Result<MentorProfile, StoreError> {
    Ok(MentorProfile {
        company: row.try_get("company")?,
        title: row.try_get("title")?,
        years_experience: row.try_get("years_experience")?,
        expertise_areas: row.try_get("expertise_areas")?,
        industries: row.try_get("industries")?,
        stages: stages(row)?,
        hourly_rate: row.try_get("hourly_rate")?,
        hourly_rate_currency: row.try_get("hourly_rate_currency")?,
        max_sessions_per_day: row.try_get("max_sessions_per_day")?,
        max_sessions_per_week: row.try_get("max_sessions_per_week")?,
        max_mentees: row.try_get("max_mentees")?,
        buffer_minutes: row.try_get("buffer_minutes")?,
        min_notice_minutes: row.try_get("min_notice_minutes")?,
        cancellation_notice_minutes: row.try_get("cancellation_notice_minutes")?,
        step_minutes: row.try_get("step_minutes")?,
        booking_horizon_days: row.try_get("booking_horizon_days")?,
        accepting: row.try_get("accepting")?,
        vetting: word(Vetting::parse(row.try_get("vetting")?))?,
    })
}

pub(super) fn stages(row: &Row) -> Result<Vec<StartupStage>, StoreError> {
    let stages: Vec<&str> = row.try_get("stages")?;
    stages
        .into_iter()
        .map(|stage| word(StartupStage::parse(stage)))
        .collect()
}

fn mentee_from_row(row: &Row) -> Result<MenteeProfile, StoreError> {
    let stage: Option<&str> = row.try_get("startup_stage")?;
    let level: Option<&str> = row.try_get("experience_level")?;
    Ok(MenteeProfile {
        startup_name: row.try_get("startup_name")?,
        industry_focus: row.try_get("industry_focus")?,
        startup_stage: stage
            .map(|stage| word(StartupStage::parse(stage)))
            .transpose()?,
        goals: row.try_get("goals")?,
        current_role: row.try_get("current_role_name")?,
        interests: row.try_get("interests")?,
        experience_level: level
            .map(|level| word(ExperienceLevel::parse(level)))
            .transpose()?,
        career_goals: row.try_get("career_goals")?,
        research_interests: row.try_get("research_interests")?,
        technical_skills: row.try_get("technical_skills")?,
        communication_preferences: row.try_get("communication_preferences")?,
    })
}
