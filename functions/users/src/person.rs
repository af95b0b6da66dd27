//! A person as others see them, and as whoever may see everything.

use serde::Serialize;
use shared::domain::id::UserId;
use shared::domain::profile::{
    ExperienceLevel, MenteeProfile, MentorProfile, RoleProfile, StartupStage,
};
use shared::domain::time::Zone;
use shared::domain::user::{Role, User, Username};
use shared::http::UserBody;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Ref, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A person, as much of them as the asker may see.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum PersonView {
    Whole(Box<UserBody>),
    Card(Box<PersonBody>),
}

impl PartialSchema for PersonView {
    /// Any of the two: whoever is whole is also a card.
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(Ref::from_schema_name(UserBody::name()))
            .item(Ref::from_schema_name(PersonBody::name()))
            .into()
    }
}

impl ToSchema for PersonView {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((UserBody::name().into_owned(), UserBody::schema()));
        UserBody::schemas(schemas);
        schemas.push((PersonBody::name().into_owned(), PersonBody::schema()));
        PersonBody::schemas(schemas);
    }
}

/// A person, as others see them: what they hide is empty.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonBody {
    id: UserId,
    role: Role,
    username: Option<Username>,
    first_name: String,
    last_name: String,
    bio: Option<String>,
    profile_picture_url: Option<String>,
    /// Only if the person shows it to whom they have a confirmed session with.
    phone: Option<String>,
    location: Option<String>,
    timezone: Zone,
    languages: Vec<String>,
    #[serde(flatten)]
    part: CardPart,
}

/// What the role adds.
#[derive(Serialize)]
#[serde(untagged)]
enum CardPart {
    Mentor(MentorCardPart),
    Mentee(MenteeCardPart),
    Admin {},
}

impl PartialSchema for CardPart {
    /// Any of the parts: nothing, which an admin adds, is part of the others too.
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(MentorCardPart::schema())
            .item(MenteeCardPart::schema())
            .item(ObjectBuilder::new())
            .into()
    }
}

impl ToSchema for CardPart {
    /// Its parts stand inline, what they refer to does not.
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        MentorCardPart::schemas(schemas);
        MenteeCardPart::schemas(schemas);
    }
}

/// What a mentor shows.
#[derive(Serialize, ToSchema)]
struct MentorCardPart {
    company: Option<String>,
    title: Option<String>,
    years_experience: Option<i32>,
    expertise_areas: Vec<String>,
    industries: Vec<String>,
    stages: Vec<StartupStage>,
    /// Minor units of the currency.
    hourly_rate: Option<i32>,
    hourly_rate_currency: Option<String>,
    accepting: bool,
}

/// What a mentee shows.
#[derive(Serialize, ToSchema)]
struct MenteeCardPart {
    startup_name: Option<String>,
    industry_focus: Vec<String>,
    startup_stage: Option<StartupStage>,
    goals: Option<String>,
    current_role: Option<String>,
    interests: Vec<String>,
    experience_level: Option<ExperienceLevel>,
}

impl PersonBody {
    /// Shows a person to others, with the phone number if it may be shown.
    pub(crate) fn new(user: User, phone: Option<String>) -> Self {
        let role = user.role();
        let profile = user.profile.shown(user.visibility);
        Self {
            id: user.id,
            role,
            username: user.username,
            first_name: profile.first_name,
            last_name: profile.last_name,
            bio: profile.bio,
            profile_picture_url: profile.profile_picture_url,
            phone,
            location: profile.location,
            timezone: profile.timezone,
            languages: profile.languages,
            part: CardPart::from(profile.role),
        }
    }
}

impl From<RoleProfile> for CardPart {
    fn from(profile: RoleProfile) -> Self {
        match profile {
            RoleProfile::Mentor(mentor) => Self::Mentor((*mentor).into()),
            RoleProfile::Mentee(mentee) => Self::Mentee((*mentee).into()),
            RoleProfile::Admin => Self::Admin {},
        }
    }
}

impl From<MentorProfile> for MentorCardPart {
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
            accepting: mentor.accepting,
        }
    }
}

impl From<MenteeProfile> for MenteeCardPart {
    fn from(mentee: MenteeProfile) -> Self {
        Self {
            startup_name: mentee.startup_name,
            industry_focus: mentee.industry_focus,
            startup_stage: mentee.startup_stage,
            goals: mentee.goals,
            current_role: mentee.current_role,
            interests: mentee.interests,
            experience_level: mentee.experience_level,
        }
    }
}
