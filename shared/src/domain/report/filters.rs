//! Which rows of a report are meant.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::id::UserId;
use crate::domain::time::Zone;
use crate::domain::words::words;

words! {
    /// What can be asked of the rows of a report.
    Filter {
        /// From a moment on.
        From = "from",
        /// Before a moment.
        To = "to",
        /// In a state.
        Status = "status",
        /// Of a role.
        Role = "role",
        /// Of a program.
        Program = "program",
        /// Of a mentor.
        MentorId = "mentor_id",
        /// Of a mentee.
        MenteeId = "mentee_id",
        /// With days of this zone.
        Zone = "zone",
    }
}

/// Which rows are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// From then on: people and matches by when they came, sessions by their start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// In this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Of this role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Of this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Of this mentor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentor_id: Option<UserId>,
    /// Of this mentee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentee_id: Option<UserId>,
    /// With days of this zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
}

impl Filters {
    /// Which of them are given, by their place in a request.
    pub(super) fn given(&self) -> impl Iterator<Item = (Filter, &'static str)> {
        [
            (self.from.is_some(), Filter::From, "filters.from"),
            (self.to.is_some(), Filter::To, "filters.to"),
            (self.status.is_some(), Filter::Status, "filters.status"),
            (self.role.is_some(), Filter::Role, "filters.role"),
            (self.program.is_some(), Filter::Program, "filters.program"),
            (
                self.mentor_id.is_some(),
                Filter::MentorId,
                "filters.mentor_id",
            ),
            (
                self.mentee_id.is_some(),
                Filter::MenteeId,
                "filters.mentee_id",
            ),
            (self.zone.is_some(), Filter::Zone, "filters.zone"),
        ]
        .into_iter()
        .filter(|(is_given, ..)| *is_given)
        .map(|(_, filter, place)| (filter, place))
    }
}
