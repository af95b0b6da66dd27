//! A proposal to move a session: what it says, and what has become of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SessionError;
use crate::domain::id::{RescheduleId, SessionId, UserId};
use crate::domain::value::ValueError;

/// How often a session can be proposed to move.
pub const RESCHEDULE_ROUNDS: u32 = 3;

/// What a session knows of the proposals to move it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rescheduling {
    /// How many there were.
    pub rounds: u32,
    /// The one that waits for an answer; it may have lapsed.
    pub open: Option<OpenReschedule>,
}

/// A proposal that waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenReschedule {
    /// Names it.
    pub id: RescheduleId,
    /// Who proposed.
    pub by: UserId,
    /// When it lapses.
    pub until: Timestamp,
}

impl Rescheduling {
    /// The proposal that waits for an answer and has not lapsed.
    #[must_use]
    pub fn open_at(&self, now: Timestamp) -> Option<OpenReschedule> {
        self.open.filter(|open| now < open.until)
    }
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RescheduleStatus {
    /// Waits for an answer.
    Open,
    /// One of its times was taken.
    Accepted,
    /// None of its times was wanted.
    Rejected,
    /// Whoever proposed took it back.
    Withdrawn,
    /// The session ended, or all times were past, before there was an answer.
    Lapsed,
}

impl RescheduleStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Accepted,
        Self::Rejected,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(ValueError::NotOneOf(
                "open, accepted, rejected, withdrawn, lapsed",
            ))
    }
}

/// Something a person can do to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RescheduleAction {
    /// Takes one of the times.
    Accept,
    /// Wants none of them.
    Reject,
    /// Takes the proposal back.
    Withdraw,
}

impl RescheduleAction {
    /// Every action, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Accept, Self::Reject, Self::Withdraw];
}

/// How a proposal was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RescheduleAnswer {
    /// Who answered.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Which time was taken, if one was.
    pub time: Option<Timestamp>,
    /// Their words, if any.
    pub reason: Option<String>,
}

/// A proposal to move a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RescheduleRequest {
    /// Names it.
    pub id: RescheduleId,
    /// What is to move.
    pub session_id: SessionId,
    /// The how-manieth it is.
    pub round: u32,
    /// Who proposes.
    pub proposed_by: UserId,
    /// The times, in the order in which they are preferred.
    pub times: Vec<Timestamp>,
    /// Why, if they say it.
    pub reason: Option<String>,
    /// Where it stood when it was last written; see [`Self::status_at`].
    pub status: RescheduleStatus,
    /// When it lapses.
    pub lapses_at: Timestamp,
    /// How it was answered, if it was.
    pub answer: Option<RescheduleAnswer>,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl RescheduleRequest {
    /// Where it stands.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> RescheduleStatus {
        match self.status {
            RescheduleStatus::Open if now >= self.lapses_at => RescheduleStatus::Lapsed,
            status => status,
        }
    }

    /// Finds the time that is taken: the one that is named, or the only one.
    ///
    /// # Errors
    /// When none of the times is meant, or nobody can tell which.
    pub fn choose(&self, named: Option<Timestamp>) -> Result<Timestamp, SessionError> {
        match (named, self.times.as_slice()) {
            (Some(time), times) if times.contains(&time) => Ok(time),
            (None, [only]) => Ok(*only),
            _ => Err(SessionError::TimeNotProposed),
        }
    }

    /// The same with its answer.
    pub(super) fn answered(self, status: RescheduleStatus, answer: RescheduleAnswer) -> Self {
        Self {
            status,
            answer: Some(answer),
            version: self.version + 1,
            ..self
        }
    }
}
