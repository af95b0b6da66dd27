//! What has happened to a session: one step for each change of its state or its time, kept as its history.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Session, SessionStatus};
use crate::domain::id::UserId;
use crate::domain::value::ValueError;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A mentee asked for it.
    Requested,
    /// The mentor said yes.
    Accepted,
    /// The mentor said no.
    Declined,
    /// It was called off.
    Cancelled,
    /// Nobody answered in time.
    Expired,
    /// It took place.
    Completed,
    /// One of the two did not come.
    NoShow,
    /// One of the two proposed other times.
    RescheduleProposed,
    /// The other one wanted none of these times.
    RescheduleRejected,
    /// Whoever proposed them took them back.
    RescheduleWithdrawn,
    /// The other one chose one of these times.
    Rescheduled,
}

impl StepKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Requested,
        Self::Accepted,
        Self::Declined,
        Self::Cancelled,
        Self::Expired,
        Self::Completed,
        Self::NoShow,
        Self::RescheduleProposed,
        Self::RescheduleRejected,
        Self::RescheduleWithdrawn,
        Self::Rescheduled,
    ];

    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
            Self::RescheduleProposed => "reschedule_proposed",
            Self::RescheduleRejected => "reschedule_rejected",
            Self::RescheduleWithdrawn => "reschedule_withdrawn",
            Self::Rescheduled => "rescheduled",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no step.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(ValueError::NotOneOf("the steps of a session"))
    }
}

/// Where a session stands: its state, and when it is to take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub status: SessionStatus,
    /// When it starts.
    pub starts_at: Timestamp,
}

/// One step of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub kind: StepKind,
    /// Who did it; nobody when the platform did.
    pub by: Option<UserId>,
    /// Their words, if any.
    pub reason: Option<String>,
    /// Where the session stood; nowhere before it was asked for.
    pub from: Option<Standing>,
    /// Where it stands since then.
    pub to: Standing,
    /// The version that the session got by it.
    pub version: i64,
    /// When.
    pub at: Timestamp,
}

/// Why a session changes.
pub(super) struct Cause {
    pub(super) kind: StepKind,
    pub(super) by: Option<UserId>,
    pub(super) reason: Option<String>,
}

impl Cause {
    /// Something that somebody did without a word.
    pub(super) const fn of(kind: StepKind, by: UserId) -> Self {
        Self {
            kind,
            by: Some(by),
            reason: None,
        }
    }

    /// The same with their words.
    pub(super) fn because(self, reason: Option<String>) -> Self {
        Self { reason, ..self }
    }
}

impl Session {
    /// Where it stands.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        Standing {
            status: self.status,
            starts_at: self.scheduled_at,
        }
    }

    /// Takes a step: the one way in which a session changes its state or its time.
    pub(super) fn take_step(self, cause: Cause, to: Standing, now: Timestamp) -> Self {
        let version = self.version + 1;
        let step = Step {
            kind: cause.kind,
            by: cause.by,
            reason: cause.reason,
            from: Some(self.standing()),
            to,
            version,
            at: now,
        };
        let mut rescheduling = self.rescheduling;
        if !to.status.is_holding() {
            // What has ended moves no more.
            rescheduling.open = None;
        }
        Self {
            status: to.status,
            scheduled_at: to.starts_at,
            version,
            updated_at: now,
            rescheduling,
            step: Some(step),
            ..self
        }
    }

    /// Takes a step that leaves the time as it is.
    pub(super) fn become_status(self, status: SessionStatus, cause: Cause, now: Timestamp) -> Self {
        let to = Standing {
            status,
            ..self.standing()
        };
        self.take_step(cause, to, now)
    }
}
