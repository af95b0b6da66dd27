//! What the two write down: their meetings, and what each of them thinks of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MentorshipError;
use crate::domain::id::{MeetingId, MentorshipId, UserId};
use crate::domain::value::{Patch, ValueError};

/// How two people met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingKind {
    /// They saw each other on screens.
    Video,
    /// They heard each other.
    Phone,
    /// They were in one room.
    InPerson,
    /// They wrote to each other.
    Chat,
}

impl MeetingKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Video, Self::Phone, Self::InPerson, Self::Chat];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Phone => "phone",
            Self::InPerson => "in_person",
            Self::Chat => "chat",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no kind.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(ValueError::NotOneOf("video, phone, in_person, chat"))
    }
}

/// Something that one of the two wants to do until they meet again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionItem {
    /// What.
    pub text: String,
    /// Whether it is done.
    pub is_done: bool,
}

/// A meeting that has taken place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Names it.
    pub id: MeetingId,
    /// Whose meeting it was.
    pub mentorship_id: MentorshipId,
    /// Who wrote it down; only they change it.
    pub author_id: UserId,
    /// When it began.
    pub met_at: Timestamp,
    /// How long it took.
    pub minutes: i32,
    /// How they met.
    pub kind: MeetingKind,
    /// What was said; both read it.
    pub notes: Option<String>,
    /// What is to be done; both read it.
    pub action_items: Vec<ActionItem>,
    /// Counts the changes.
    pub version: i64,
    /// When it was written down.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

/// What the author changes of a meeting.
#[derive(Clone, Debug, Default)]
pub struct MeetingEdit {
    /// When it began.
    pub met_at: Option<Timestamp>,
    /// How long it took.
    pub minutes: Option<i32>,
    /// How they met.
    pub kind: Option<MeetingKind>,
    /// What was said.
    pub notes: Patch<String>,
    /// What is to be done.
    pub action_items: Option<Vec<ActionItem>>,
}

impl Meeting {
    /// Checks that it has taken place.
    ///
    /// # Errors
    /// When it has not begun.
    pub fn check(&self, now: Timestamp) -> Result<(), MentorshipError> {
        if self.met_at > now {
            return Err(MentorshipError::NotMetYet);
        }
        Ok(())
    }

    /// Lets only the author change or delete it.
    ///
    /// # Errors
    /// When somebody else asks.
    pub fn check_author(&self, person: UserId) -> Result<(), MentorshipError> {
        if self.author_id == person {
            Ok(())
        } else {
            Err(MentorshipError::NotAuthor)
        }
    }

    /// The author changes what they wrote.
    ///
    /// # Errors
    /// When somebody else asks, or it would lie ahead.
    pub fn edit(
        mut self,
        edit: MeetingEdit,
        by: UserId,
        now: Timestamp,
    ) -> Result<Self, MentorshipError> {
        self.check_author(by)?;
        edit.notes.apply(&mut self.notes, |notes| notes);
        let edited = Self {
            met_at: edit.met_at.unwrap_or(self.met_at),
            minutes: edit.minutes.unwrap_or(self.minutes),
            kind: edit.kind.unwrap_or(self.kind),
            action_items: edit.action_items.unwrap_or(self.action_items),
            version: self.version + 1,
            updated_at: now,
            ..self
        };
        edited.check(now)?;
        Ok(edited)
    }
}

/// What somebody thinks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// 1–5.
    pub rating: i16,
    /// In their words.
    pub text: Option<String>,
}

/// What one of the two thinks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// What it is about.
    pub mentorship_id: MentorshipId,
    /// Whose opinion it is.
    pub author_id: UserId,
    /// The opinion.
    pub opinion: Opinion,
    /// Counts the changes.
    pub version: i64,
    /// When it was first given.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

impl Feedback {
    /// Its author has come to think something else.
    #[must_use]
    pub fn change(self, opinion: Opinion, now: Timestamp) -> Self {
        Self {
            opinion,
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}
