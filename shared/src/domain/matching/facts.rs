//! What matching knows of both sides, and which texts of theirs it reads.

use serde::{Deserialize, Serialize};

use super::rating::Ratings;
use super::vector::Vector;
use crate::domain::id::UserId;
use crate::domain::profile::StartupStage;

/// What matching knows of a mentor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentorFacts {
    /// The mentor.
    pub id: UserId,
    /// For the reasoning.
    pub first_name: String,
    /// For the reasoning.
    pub last_name: String,
    /// What the mentor does.
    pub title: Option<String>,
    /// Where the mentor works.
    pub company: Option<String>,
    /// The mentor in their own words.
    pub bio: Option<String>,
    /// What the mentor offers, as short phrases.
    pub expertise_areas: Vec<String>,
    /// The industries the mentor knows.
    pub industries: Vec<String>,
    /// The stages the mentor works with.
    pub stages: Vec<StartupStage>,
    /// The languages the mentor speaks, as far as they are shown.
    pub languages: Vec<String>,
    /// Where the mentor is, as far as it is shown.
    pub location: Option<String>,
    /// The IANA name of the mentor's time zone.
    pub timezone: Option<String>,
    /// What people gave the mentor, once that is public.
    pub ratings: Option<Ratings>,
}

/// What matching knows of a mentee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MenteeFacts {
    /// For the reasoning.
    pub startup_name: Option<String>,
    /// The industries of the startup.
    pub industry_focus: Vec<String>,
    /// How far the startup has come.
    pub startup_stage: Option<StartupStage>,
    /// What the mentee wants to reach.
    pub goals: Option<String>,
    /// What the mentee wants to talk about, as short phrases.
    pub interests: Vec<String>,
    /// What the mentee can do.
    pub technical_skills: Vec<String>,
    /// Where the mentee wants to go.
    pub career_goals: Option<String>,
    /// What the mentee wants to find out, as short phrases.
    pub research_interests: Vec<String>,
    /// How the mentee wants to talk, as short phrases.
    pub communication_preferences: Vec<String>,
    /// The languages the mentee speaks, as far as they are shown.
    pub languages: Vec<String>,
    /// Where the mentee is, as far as it is shown.
    pub location: Option<String>,
    /// The IANA name of the mentee's time zone.
    pub timezone: Option<String>,
    /// The mentee in their own words.
    pub bio: Option<String>,
    /// What these texts and those of the ask mean to a model, as far as that is known.
    pub meanings: Vec<(MenteeField, Vector)>,
}

/// What the mentee asks for now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// A short phrase.
    pub topic: Option<String>,
    /// Free text.
    pub need: Option<String>,
}

/// A field of the mentee, or of the ask, that evidence was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MenteeField {
    /// The ask's topic.
    Topic,
    /// The ask's free text.
    Need,
    /// One of the interests.
    Interests,
    /// The goals.
    Goals,
    /// One of the technical skills.
    TechnicalSkills,
    /// The career goals.
    CareerGoals,
    /// The bio.
    Bio,
    /// One of the industries.
    IndustryFocus,
    /// The stage of the startup.
    StartupStage,
    /// One of the research interests.
    ResearchInterests,
    /// One of the communication preferences.
    CommunicationPreferences,
    /// One of the languages.
    Languages,
    /// The place.
    Location,
    /// The time zone.
    Timezone,
}

/// A field of the mentor that evidence was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentorField {
    /// One of the expertise areas.
    ExpertiseAreas,
    /// The title.
    Title,
    /// The company.
    Company,
    /// The bio.
    Bio,
    /// One of the industries.
    Industries,
    /// One of the stages.
    Stages,
    /// One of the languages.
    Languages,
    /// The place.
    Location,
    /// The time zone.
    Timezone,
}

/// One text with the field it stands in and how much each of its words counts.
#[derive(Clone, Copy)]
pub(super) struct Source<'a, F> {
    pub(super) field: F,
    pub(super) boost: u32,
    pub(super) text: &'a str,
}

fn one<F>(field: F, boost: u32, text: Option<&String>) -> impl Iterator<Item = Source<'_, F>> {
    text.map(|text| Source { field, boost, text }).into_iter()
}

fn each<F: Copy>(field: F, boost: u32, texts: &[String]) -> impl Iterator<Item = Source<'_, F>> {
    texts.iter().map(move |text| Source { field, boost, text })
}

impl MentorFacts {
    /// The texts that speak of expertise, the most telling first. Industries are a component of their own.
    pub(super) fn sources(&self) -> impl Iterator<Item = Source<'_, MentorField>> {
        each(MentorField::ExpertiseAreas, 3, &self.expertise_areas)
            .chain(one(MentorField::Title, 2, self.title.as_ref()))
            .chain(one(MentorField::Bio, 1, self.bio.as_ref()))
            .chain(one(MentorField::Company, 1, self.company.as_ref()))
    }
}

/// The texts of a mentee and an ask that speak of what is wanted, the most telling first.
pub(super) fn wanted<'a>(
    mentee: &'a MenteeFacts,
    ask: &'a Ask,
) -> impl Iterator<Item = Source<'a, MenteeField>> {
    one(MenteeField::Topic, 6, ask.topic.as_ref())
        .chain(one(MenteeField::Need, 6, ask.need.as_ref()))
        .chain(each(MenteeField::Interests, 3, &mentee.interests))
        .chain(one(MenteeField::Goals, 2, mentee.goals.as_ref()))
        .chain(each(
            MenteeField::TechnicalSkills,
            1,
            &mentee.technical_skills,
        ))
        .chain(one(
            MenteeField::CareerGoals,
            1,
            mentee.career_goals.as_ref(),
        ))
        .chain(one(MenteeField::Bio, 1, mentee.bio.as_ref()))
}

/// Every text of a mentee and an ask that some component compares with what mentors write.
pub(super) fn said<'a>(
    mentee: &'a MenteeFacts,
    ask: &'a Ask,
) -> impl Iterator<Item = Source<'a, MenteeField>> {
    let research = &mentee.research_interests;
    let preferences = &mentee.communication_preferences;
    wanted(mentee, ask)
        .chain(entries(MenteeField::ResearchInterests, research))
        .chain(entries(MenteeField::CommunicationPreferences, preferences))
}

/// The texts that speak of where the mentee wants to go.
pub(super) fn ambitions(mentee: &MenteeFacts) -> impl Iterator<Item = Source<'_, MenteeField>> {
    one(MenteeField::CareerGoals, 2, mentee.career_goals.as_ref()).chain(one(
        MenteeField::Goals,
        1,
        mentee.goals.as_ref(),
    ))
}

/// The entries of one of the mentee's lists.
pub(super) fn entries(
    field: MenteeField,
    list: &[String],
) -> impl Iterator<Item = Source<'_, MenteeField>> {
    each(field, 1, list)
}
