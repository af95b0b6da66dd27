//! A field that both sides changed: who lost, and what an admin makes of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Cell, SyncField};
use crate::domain::id::{ConflictId, UserId};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::value::ValueError;

/// Why a value lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Both sides had changed it: theirs came in last and counts, ours is kept here.
    BothChanged,
    /// What was written there cannot be said of a person here: ours counts, theirs is kept here.
    Refused,
}

impl ConflictKind {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BothChanged => "both_changed",
            Self::Refused => "refused",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no kind.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "both_changed" => Ok(Self::BothChanged),
            "refused" => Ok(Self::Refused),
            _ => Err(ValueError::NotOneOf("both_changed, refused")),
        }
    }
}

/// Whose value shall count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// What was said here.
    Ours,
    /// What was said there.
    Theirs,
}

impl Resolution {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Theirs => "theirs",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is none of the two.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "ours" => Ok(Self::Ours),
            "theirs" => Ok(Self::Theirs),
            _ => Err(ValueError::NotOneOf("ours, theirs")),
        }
    }
}

/// A conflict in the inbox of the admins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Names it.
    pub id: ConflictId,
    /// Whose field it is.
    pub user_id: UserId,
    /// The field.
    pub field: SyncField,
    /// Why a value lost.
    pub kind: ConflictKind,
    /// What both had agreed on before.
    pub base: Cell,
    /// What was said here.
    pub ours: Cell,
    /// What was said there.
    pub theirs: Cell,
    /// When it was noticed.
    pub detected_at: Timestamp,
    /// What an admin decided, and when.
    pub resolved: Option<(Resolution, Timestamp)>,
    /// Counts the changes.
    pub version: i64,
}

impl Conflict {
    /// An admin decides whose value counts; it is given together with the decision.
    ///
    /// # Errors
    /// When it was decided before.
    pub fn resolve(self, whose: Resolution, now: Timestamp) -> Result<(Self, Cell), SyncError> {
        if self.resolved.is_some() {
            return Err(SyncError::AlreadyResolved);
        }
        let value = match whose {
            Resolution::Ours => self.ours.clone(),
            Resolution::Theirs => self.theirs.clone(),
        };
        let resolved = Self {
            resolved: Some((whose, now)),
            version: self.version + 1,
            ..self
        };
        Ok((resolved, value))
    }
}

/// Why something about Airtable was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// No base is configured.
    #[error("this platform is not connected to Airtable")]
    Off,
    /// It was decided before.
    #[error("this conflict was resolved before")]
    AlreadyResolved,
    /// The value cannot be said of a person here.
    #[error("this value cannot be kept here")]
    Unacceptable,
    /// The platform alone changes the field.
    #[error("{} is changed on the platform only", .0.as_str())]
    FieldIsOurs(SyncField),
    /// Two fields would be one there.
    #[error("the name that {} has in Airtable is taken", .0.as_str())]
    NameTaken(SyncField),
    /// A ping does not prove that Airtable sent it.
    #[error("this message is not signed by Airtable")]
    Unsigned,
}

impl Refusal for SyncError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Off | Self::AlreadyResolved | Self::Unacceptable => RefusalKind::Conflict,
            Self::FieldIsOurs(_) | Self::NameTaken(_) => RefusalKind::Invalid,
            Self::Unsigned => RefusalKind::Unauthenticated,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Off => "sync_off",
            Self::AlreadyResolved => "conflict_resolved",
            Self::Unacceptable => "unacceptable_value",
            Self::FieldIsOurs(_) => "field_of_the_platform",
            Self::NameTaken(_) => "airtable_name_taken",
            Self::Unsigned => "bad_signature",
        }
    }
}
