//! What a match shows: a score, its parts, and the facts behind each part.

use serde::{Deserialize, Serialize};

use super::change::Counterfactual;
use super::facts::{MenteeField, MentorField};
use crate::domain::id::UserId;
use crate::domain::score::Thousandths;
use crate::domain::value::ValueError;

/// One ranked mentor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// The mentor.
    pub mentor_id: UserId,
    /// 0 to 100: the sum of the components' points.
    pub score: Thousandths,
    /// The parts of the score.
    pub components: Vec<Component>,
    /// Whether the score is below what the program calls good.
    pub is_weak: bool,
    /// One to three sentences that name the strongest facts.
    pub reasoning: String,
}

/// Who wrote the words of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExplanationSource {
    /// The built-in sentences.
    Template,
    /// A language model, whose text was checked against the facts.
    Llm,
}

impl ExplanationSource {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Llm => "llm",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        [Self::Template, Self::Llm]
            .into_iter()
            .find(|source| source.as_str() == text)
            .ok_or(ValueError::NotOneOf("template, llm"))
    }
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Which part.
    pub name: ComponentName,
    /// The most points that it can give; 0 for ratings, which give points beside the weights.
    pub weight: u32,
    /// How well it fits, 0 to 100; of ratings 50 is what is usual.
    pub score: Thousandths,
    /// `score` under `weight`, rounded half up to thousandths; of ratings −5 to +5, within what leaves the sum in 0 to 100.
    pub points: Thousandths,
    /// What the score rests on, the strongest first.
    pub evidence: Vec<Evidence>,
    /// What one change would add, where that can be computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterfactual: Option<Counterfactual>,
}

/// The parts of a score, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComponentName {
    /// Expertise areas and what the mentor writes, against the ask, the interests and the goals.
    Expertise,
    /// The industries of both.
    Industry,
    /// The stage of the startup.
    Stage,
    /// The mentee's career goals and goals, against expertise areas and what the mentor writes.
    CareerGoals,
    /// Expertise and industry in equal parts; expertise alone when the mentee names no industry.
    IndustryAndExpertise,
    /// The mentee's research interests, against expertise areas and what the mentor writes.
    ResearchInterests,
    /// The mentee's technical skills, against expertise areas and what the mentor writes.
    TechnicalSkills,
    /// Where both are: the same place, or at least the same time zone.
    Location,
    /// The languages of both, and how the mentee wants to talk against what the mentor writes.
    CommunicationPreferences,
    /// The mentor's free slots in the next days.
    Availability,
    /// Past ratings of the mentor.
    Rating,
}

impl ComponentName {
    /// Every part, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Expertise,
        Self::Industry,
        Self::Stage,
        Self::CareerGoals,
        Self::IndustryAndExpertise,
        Self::ResearchInterests,
        Self::TechnicalSkills,
        Self::Location,
        Self::CommunicationPreferences,
        Self::Availability,
        Self::Rating,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expertise => "expertise",
            Self::Industry => "industry",
            Self::Stage => "stage",
            Self::CareerGoals => "career_goals",
            Self::IndustryAndExpertise => "industry_and_expertise",
            Self::ResearchInterests => "research_interests",
            Self::TechnicalSkills => "technical_skills",
            Self::Location => "location",
            Self::CommunicationPreferences => "communication_preferences",
            Self::Availability => "availability",
            Self::Rating => "rating",
        }
    }
}

/// One fact behind a component; texts are verbatim pieces of the named fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// A term that both sides use, up to its inflection.
    Term {
        /// Where the mentee uses it.
        mentee: MenteePassage,
        /// Where the mentor uses it.
        mentor: MentorPassage,
        /// Its share of all that the texts have in common, 0 to 100.
        share: Thousandths,
    },
    /// Two values that are the same or close.
    Value {
        /// The mentee's value.
        mentee: MenteePassage,
        /// The mentor's value.
        mentor: MentorPassage,
        /// How close they are, 0 to 100.
        similarity: Thousandths,
    },
    /// The texts of both sides whose meanings come nearest to each other, where they share no word worth naming.
    Passages {
        /// What the mentee says.
        mentee: MenteePassage,
        /// What the mentor says.
        mentor: MentorPassage,
        /// How near they are, 0 to 100.
        similarity: Thousandths,
    },
    /// Free slots.
    Slots {
        /// How many.
        free_slots: u32,
        /// Within how many days from now.
        days: u32,
    },
    /// What people gave the mentor; only where there are enough of them to stay anonymous.
    Ratings {
        /// How many.
        ratings: u32,
        /// Their mean, 1 to 5.
        mean: Thousandths,
        /// The mean of all ratings of all mentors.
        usual: Thousandths,
    },
}

/// A piece of text of the mentee or of the ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenteePassage {
    /// Where it stands.
    pub field: MenteeField,
    /// The text.
    pub text: String,
}

/// A piece of text of the mentor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentorPassage {
    /// Where it stands.
    pub field: MentorField,
    /// The text.
    pub text: String,
}
