//! Vetting: an admin looks at a mentor before they appear.
//!
//! pending ──▶ approved ◀──▶ rejected ◀── pending

use serde::{Deserialize, Serialize};

use super::event::Event;
use super::id::UserId;
use super::refusal::{Refusal, RefusalKind};
use super::value::ValueError;

/// Whether an admin has let a mentor appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vetting {
    /// Waits for an admin.
    Pending,
    /// May appear.
    Approved,
    /// May not appear.
    Rejected,
}

impl Vetting {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no state of vetting.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "pending" => Ok(Self::Pending),
            "approved" => Ok(Self::Approved),
            "rejected" => Ok(Self::Rejected),
            _ => Err(ValueError::NotOneOf("pending, approved, rejected")),
        }
    }

    /// An admin decides about a mentor.
    ///
    /// # Errors
    /// When it was decided so before.
    pub fn decide(self, verdict: Verdict, mentor: UserId) -> Result<(Self, Event), VettingError> {
        let (next, event) = match verdict {
            Verdict::Approve => (Self::Approved, Event::MentorApproved { user_id: mentor }),
            Verdict::Reject => (Self::Rejected, Event::MentorRejected { user_id: mentor }),
        };
        if next == self {
            return Err(VettingError::AlreadyDecided(self));
        }
        Ok((next, event))
    }
}

/// What an admin decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The mentor may appear.
    Approve,
    /// The mentor may not appear.
    Reject,
}

impl Verdict {
    /// Reads the word of the API.
    ///
    /// # Errors
    /// When it is no decision.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "approved" => Ok(Self::Approve),
            "rejected" => Ok(Self::Reject),
            _ => Err(ValueError::NotOneOf("approved, rejected")),
        }
    }
}

/// Why a decision was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VettingError {
    /// It was decided so before.
    #[error("this mentor is {} already", .0.as_str())]
    AlreadyDecided(Vetting),
}

impl Refusal for VettingError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::AlreadyDecided(_) => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyDecided(_) => "already_vetted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_decision_can_be_made_and_turned_round_but_not_repeated() {
        let mentor = UserId::from(Uuid::nil());
        let decide = |from: Vetting, verdict| from.decide(verdict, mentor).map(|(next, _)| next);

        for from in [Vetting::Pending, Vetting::Rejected] {
            assert_eq!(decide(from, Verdict::Approve), Ok(Vetting::Approved));
        }
        for from in [Vetting::Pending, Vetting::Approved] {
            assert_eq!(decide(from, Verdict::Reject), Ok(Vetting::Rejected));
        }
        for (from, verdict) in [
            (Vetting::Approved, Verdict::Approve),
            (Vetting::Rejected, Verdict::Reject),
        ] {
            assert_eq!(
                decide(from, verdict),
                Err(VettingError::AlreadyDecided(from))
            );
        }
    }
}
