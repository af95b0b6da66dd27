//! Reads a row as a person.

use tokio_postgres::Row;
use uuid::Uuid;

use super::TABLE;
use crate::domain::privacy::Visibility;
use crate::domain::profile::{
    ExperienceLevel, MenteeProfile, MentorProfile, Profile, RoleProfile, StartupStage, Vetting,
};
use crate::domain::sync::SyncStatus;
use crate::domain::user::{Email, Role, SealedPhone, User, UserStatus, Username};
use crate::store::StoreError;

pub(in crate::store) fn word<T>(
    parsed: Result<T, impl std::error::Error>,
) -> Result<T, StoreError> {
    parsed.map_err(|error| StoreError::inconsistent(TABLE, error))
}

pub(super) fn from_row(row: &Row) -> Result<User, StoreError> {
    let username: Option<&str> = row.try_get("username")?;
    let phone: Option<Vec<u8>> = row.try_get("phone")?;
    Ok(User {
        id: row.try_get::<_, Uuid>("id")?.into(),
        email: word(Email::parse(row.try_get("email")?))?,
        username: username
            .map(|name| word(Username::parse(name)))
            .transpose()?,
        phone: phone.map(SealedPhone),
        email_verified_at: row.try_get("email_verified_at")?,
        status: word(UserStatus::parse(row.try_get("status")?))?,
        last_login_at: row.try_get("last_login_at")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        version: row.try_get("version")?,
        airtable_sync_status: word(SyncStatus::parse(row.try_get("airtable_sync_status")?))?,
        visibility: visibility(row)?,
        profile: profile_from_row(row)?,
    })
}

fn visibility(row: &Row) -> Result<Visibility, StoreError> {
    Ok(Visibility {
        location: row.try_get("shows_location")?,
        company: row.try_get("shows_company")?,
        languages: row.try_get("shows_languages")?,
        profile_picture: row.try_get("shows_picture")?,
        phone: row.try_get("shows_phone")?,
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
        vetting_reason: row.try_get("vetting_reason")?,
        listed: row.try_get("listed")?,
        in_leaderboard: row.try_get("in_leaderboard")?,
    })
}

pub(in crate::store) fn stages(row: &Row) -> Result<Vec<StartupStage>, StoreError> {
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
