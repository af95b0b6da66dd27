//! People in two places: here, and as records of a base in Airtable.
//!
//! Each field of a person is a [`Cell`] on both sides. What both sides agreed on last is its base, so that a change can
//! be told from a value that is merely different: [`merge`] decides per field. [`Record::absorb`] takes in what the log
//! of the base told and what was found there, [`Record::outgoing`] says what is to be written there.
//! The log is in the order of the base. An edit that a write of ours has run over there is in it all the same, so no edit
//! is lost in silence.

mod cell;
mod conflict;
mod field;
mod merge;
mod payload;
mod person;
mod ping;
mod record;
mod said;
mod schedule;
#[cfg(test)]
mod simulation;
mod write;

use serde::Serialize;

use super::value::ValueError;

pub use cell::{Cell, Cells, Fingerprint};
pub use conflict::{Conflict, ConflictKind, Resolution, SyncError};
pub use field::{FieldMap, FieldRule, Owner, SyncField};
pub use merge::{Merged, merge};
pub use payload::{Author, Change, Payload, PayloadPage, Touched};
pub use person::{cells_of, put};
pub use ping::Ping;
pub use record::{Clash, Held, Outgoing, Record, Told};
pub use schedule::{Base, Hook, Lost, POLL_EVERY, REST, Tending};
pub use write::{BATCH, LOOP_LIMIT, LOOP_WINDOW, RowWrite, Written};

/// How far a record is in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncStatus {
    /// Both sides say the same.
    Synced,
    /// Has not been brought over yet.
    Pending,
    /// Could not be brought over.
    Error,
}

impl SyncStatus {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Synced => "synced",
            Self::Pending => "pending",
            Self::Error => "error",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "synced" => Ok(Self::Synced),
            "pending" => Ok(Self::Pending),
            "error" => Ok(Self::Error),
            _ => Err(ValueError::NotOneOf("synced, pending, error")),
        }
    }
}
