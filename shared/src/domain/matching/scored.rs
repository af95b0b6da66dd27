//! What a match shows: a score, its parts, and the facts behind each part.

use serde::{Deserialize, Serialize};

use super::facts::{MenteeField, MentorField};
use crate::domain::id::UserId;
use crate::domain::score::Thousandths;

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

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Which part.
    pub name: ComponentName,
    /// The most points that it can give.
    pub weight: u32,
    /// How well it fits, 0 to 100.
    pub score: Thousandths,
    /// `score` under `weight`, rounded half up to thousandths.
    pub points: Thousandths,
    /// What the score rests on, the strongest first.
    pub evidence: Vec<Evidence>,
}

/// The parts of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComponentName {
    /// Expertise areas and what the mentor writes, against the ask, the interests and the goals.
    Expertise,
    /// The industries of both.
    Industry,
    /// The stage of the startup.
    Stage,
    /// The mentor's free slots in the next days.
    Availability,
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
