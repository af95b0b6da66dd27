//! The quick questions of the demo.

use serde::Deserialize;
use shared::domain::question::Wording;

/// A question of one of the mentees.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoQuestion {
    /// The mentee's address.
    pub mentee: String,
    /// How many hours ago it was asked.
    pub hours_ago: i64,
    /// What is asked, in a few words.
    pub title: String,
    /// In full.
    pub text: String,
    /// What it is about.
    pub topics: Vec<String>,
    /// Who has answered it; nobody yet when left out.
    pub answered: Option<DemoAnswer>,
}

/// The answer of one of the mentors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoAnswer {
    /// The mentor's address.
    pub mentor: String,
    /// Their words.
    pub words: String,
    /// The stars that the mentee gave; none while the two still write.
    pub rating: Option<i16>,
}

impl DemoQuestion {
    /// What is asked.
    #[must_use]
    pub fn wording(&self) -> Wording {
        Wording {
            title: self.title.clone(),
            text: self.text.clone(),
            topics: self.topics.clone(),
        }
    }
}
