//! How far a person's record in Airtable is in step with ours.

use serde::Serialize;

use super::value::ValueError;

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
