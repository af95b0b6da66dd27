//! A whole person as the API shows them to themselves: `auth` answers a sign-in with it, `users` everything else.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::error::ApiError;
use super::phone::open_phone;
use crate::domain::id::UserId;
use crate::domain::profile::{
    ExperienceLevel, MenteeProfile, MentorProfile, RoleProfile, StartupStage, Vetting,
};
use crate::domain::sync::SyncStatus;
use crate::domain::time::Zone;
use crate::domain::user::{Email, Role, User, UserStatus, Username};
use crate::state::AppState;

/// A person with their whole profile, flat.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBody {
    id: UserId,
    email: Email,
    email_verified: bool,
    username: Option<Username>,
    role: Role,
    status: UserStatus,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_login_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Counts the changes.
    version: i64,
    airtable_sync_status: SyncStatus,
    first_name: String,
    last_name: String,
    bio: Option<String>,
    profile_picture_url: Option<String>,
    /// Kept sealed; nobody can search for it.
    phone: Option<String>,
    location: Option<String>,
    timezone: Zone,
    languages: Vec<String>,
    #[serde(flatten)]
    part: RolePart,
}

/// What the role adds.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum RolePart {
    Mentor(Box<MentorPart>),
    Mentee(Box<MenteePart>),
    Admin(AdminPart),
}

/// An admin adds nothing.
#[derive(Debug, Serialize)]
struct AdminPart {}

impl PartialSchema for RolePart {
    /// Any of the parts: nothing, which an admin adds, is part of the others too.
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(MentorPart::schema())
            .item(MenteePart::schema())
            .item(ObjectBuilder::new())
            .into()
    }
}

impl ToSchema for RolePart {
    /// Its parts stand inline, what they refer to does not.
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        MentorPart::schemas(schemas);
        MenteePart::schemas(schemas);
    }
}

/// What a mentor adds.
#[derive(Debug, Serialize, ToSchema)]
struct MentorPart {
    company: Option<String>,
    title: Option<String>,
    years_experience: Option<i32>,
    expertise_areas: Vec<String>,
    industries: Vec<String>,
    stages: Vec<StartupStage>,
    /// Minor units of the currency.
    hourly_rate: Option<i32>,
    hourly_rate_currency: Option<String>,
    max_sessions_per_day: Option<i32>,
    max_sessions_per_week: Option<i32>,
    max_mentees: i32,
    buffer_minutes: i32,
    min_notice_minutes: i32,
    cancellation_notice_minutes: i32,
    step_minutes: Option<i32>,
    booking_horizon_days: i32,
    accepting: bool,
    /// Whether they want to be found.
    listed: bool,
    vetting: Vetting,
    /// Why an admin has rejected them.
    vetting_reason: Option<String>,
}

/// What a mentee adds.
#[derive(Debug, Serialize, ToSchema)]
struct MenteePart {
    startup_name: Option<String>,
    industry_focus: Vec<String>,
    startup_stage: Option<StartupStage>,
    goals: Option<String>,
    current_role: Option<String>,
    interests: Vec<String>,
    experience_level: Option<ExperienceLevel>,
    career_goals: Option<String>,
    research_interests: Vec<String>,
    technical_skills: Vec<String>,
    communication_preferences: Vec<String>,
}

impl UserBody {
    /// Shows a person to themselves, or to an admin.
    ///
    /// # Errors
    /// When their phone number cannot be opened.
    pub async fn open(state: &AppState, user: &User) -> Result<Self, ApiError> {
        let phone = open_phone(state, user).await?;
        let profile = user.profile.clone();
        Ok(Self {
            id: user.id,
            email: user.email.clone(),
            email_verified: user.email_verified_at.is_some(),
            username: user.username.clone(),
            role: user.role(),
            status: user.status,
            last_login_at: user.last_login_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            version: user.version,
            airtable_sync_status: user.airtable_sync_status,
            first_name: profile.first_name,
            last_name: profile.last_name,
            bio: profile.bio,
            profile_picture_url: profile.profile_picture_url,
            phone,
            location: profile.location,
            timezone: profile.timezone,
            languages: profile.languages,
            part: RolePart::from(profile.role),
        })
    }
}

impl From<RoleProfile> for RolePart {
    fn from(profile: RoleProfile) -> Self {
        match profile {
            RoleProfile::Mentor(mentor) => Self::Mentor(Box::new((*mentor).into())),
            RoleProfile::Mentee(mentee) => Self::Mentee(Box::new((*mentee).into())),
            RoleProfile::Admin => Self::Admin(AdminPart {}),
        }
    }
}

impl From<MentorProfile> for MentorPart {
    fn from(mentor: MentorProfile) -> Self {
        Self {
            company: mentor.company,
            title: mentor.title,
            years_experience: mentor.years_experience,
            expertise_areas: mentor.expertise_areas,
            industries: mentor.industries,
            stages: mentor.stages,
            hourly_rate: mentor.hourly_rate,
            hourly_rate_currency: mentor.hourly_rate_currency,
            max_sessions_per_day: mentor.max_sessions_per_day,
            max_sessions_per_week: mentor.max_sessions_per_week,
            max_mentees: mentor.max_mentees,
            buffer_minutes: mentor.buffer_minutes,
            min_notice_minutes: mentor.min_notice_minutes,
            cancellation_notice_minutes: mentor.cancellation_notice_minutes,
            step_minutes: mentor.step_minutes,
            booking_horizon_days: mentor.booking_horizon_days,
            accepting: mentor.accepting,
            listed: mentor.listed,
            vetting: mentor.vetting,
            vetting_reason: mentor.vetting_reason,
        }
    }
}

impl From<MenteeProfile> for MenteePart {
    fn from(mentee: MenteeProfile) -> Self {
        Self {
            startup_name: mentee.startup_name,
            industry_focus: mentee.industry_focus,
            startup_stage: mentee.startup_stage,
            goals: mentee.goals,
            current_role: mentee.current_role,
            interests: mentee.interests,
            experience_level: mentee.experience_level,
            career_goals: mentee.career_goals,
            research_interests: mentee.research_interests,
            technical_skills: mentee.technical_skills,
            communication_preferences: mentee.communication_preferences,
        }
    }
}
