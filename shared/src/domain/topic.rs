//! Topics: what sessions are about. Names that differ in case and spaces only are one.

use jiff::Timestamp;
use serde::Serialize;

use super::id::TopicId;
use super::refusal::{Refusal, RefusalKind};
use super::text::one_line;
use super::value::{Text, ValueError};

/// The name of a topic: 2 to 80 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TopicName(Text<2, 80>);

impl TopicName {
    /// Reads a name.
    ///
    /// # Errors
    /// When it is too short, too long, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Text::<2, 80>::parse(text)?;
        Text::parse(&one_line(text)).map(Self)
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What names of one topic have in common.
    #[must_use]
    pub fn key(&self) -> String {
        key(self.as_str())
    }
}

/// What names of one topic have in common: the letters, without case and spaces.
#[must_use]
pub fn key(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Names it for good.
    pub id: TopicId,
    /// What it is called.
    pub name: String,
    /// Whether it came with the platform.
    pub is_predefined: bool,
    /// Counts the changes.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

/// Why a topic refuses to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// Another topic is found by this name.
    #[error("another topic has this name: merge the two instead")]
    NameTaken,
    /// A topic cannot be merged with itself.
    #[error("a topic cannot be merged into itself")]
    MergedIntoItself,
}

impl Refusal for TopicError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NameTaken => RefusalKind::Conflict,
            Self::MergedIntoItself => RefusalKind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NameTaken => "topic_name_taken",
            Self::MergedIntoItself => "merged_into_itself",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NameTaken => Some("name"),
            Self::MergedIntoItself => Some("into"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_and_spaces_are_one() {
        let key = |text| TopicName::parse(text).unwrap().key();
        assert_eq!(key("Go to  market"), key(" gotomarket "));
        assert_eq!(key("ÜBERGABE"), key("Übergabe"));
        assert_ne!(key("Go-to-market"), key("Go to market"));
        assert_eq!(
            TopicName::parse(" Go\tto \n market").unwrap().as_str(),
            "Go to market"
        );
    }

    #[test]
    fn a_name_has_two_to_eighty_characters() {
        assert!(TopicName::parse("AI").is_ok() && TopicName::parse(&"x".repeat(80)).is_ok());
        assert_eq!(TopicName::parse(" A "), Err(ValueError::TooShort(2)));
        assert_eq!(
            TopicName::parse(&"x".repeat(81)),
            Err(ValueError::TooLong(80))
        );
    }
}
