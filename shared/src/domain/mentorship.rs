//! A mentorship: one mentor and one mentee who work together for months; a `match` in the paths of the API.
//!
//! ```text
//! pending ──(first meeting)──▶ active ──complete──▶ completed
//!    │                         │ ▲ └──pause──▶ paused ──complete──▶ completed
//!    │                         │ └───resume──────┘│
//!    └─────────dissolve────────┴──────────────────┴──▶ dissolved
//! ```
//!
//! A pending, active or paused one takes one of the mentor's places: who pauses can always come back.

mod admission;
mod allowed;
mod check;
mod error;
mod health;
mod meeting;
mod status;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::event::Event;
use super::id::{AssignmentRunId, MentoringRequestId, MentorshipId, UserId};
use super::news::News;
use super::score::Thousandths;
use super::session::Ending;
use super::user::Actor;

pub use admission::{Admission, Candidate, Pair};
pub use check::{Occasion, PlannedCheck};
pub use error::MentorshipError;
pub use health::{Health, HealthReason, JUDGED_FOR_HOURS, Signals};
pub use meeting::{ActionItem, Feedback, Meeting, MeetingEdit, MeetingKind, Opinion};
pub use status::{MentorshipAction, MentorshipStatus, Origin};

/// A mentor and a mentee who are to work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewMentorship {
    /// The new id.
    pub id: MentorshipId,
    /// Who helps whom.
    pub pair: Pair,
    /// How the two came together.
    pub origin: Origin,
    /// The mentee's wish that it answers.
    pub request_id: Option<MentoringRequestId>,
    /// The assignment run that it comes from.
    pub run_id: Option<AssignmentRunId>,
    /// How well the two fit, if that was found out.
    pub score: Option<Thousandths>,
}

/// A mentor and a mentee who work together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentorship {
    /// Names it for good.
    pub id: MentorshipId,
    /// Who helps whom.
    pub pair: Pair,
    /// Where it stands.
    pub status: MentorshipStatus,
    /// How the two came together.
    pub origin: Origin,
    /// The mentee's wish that it answers.
    pub request_id: Option<MentoringRequestId>,
    /// The assignment run that it comes from.
    pub run_id: Option<AssignmentRunId>,
    /// How well the two fit, if that was found out.
    pub score: Option<Thousandths>,
    /// Whether an admin gave the mentor one more mentee than they take.
    pub is_over_capacity: bool,
    /// When the two first met.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who ended it, and why.
    pub ending: Option<Ending>,
    /// Whether somebody should look after it, as it was last found out.
    pub at_risk: bool,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

impl Mentorship {
    /// Brings two people together who were let through by [`Admission::admit`].
    #[must_use]
    pub const fn form(new: NewMentorship, is_over_capacity: bool, now: Timestamp) -> Self {
        Self {
            id: new.id,
            pair: new.pair,
            status: MentorshipStatus::Pending,
            origin: new.origin,
            request_id: new.request_id,
            run_id: new.run_id,
            score: new.score,
            is_over_capacity,
            started_at: None,
            ended_at: None,
            ending: None,
            at_risk: false,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Tells both that they are to work together.
    pub fn announcements(&self) -> [Event; 2] {
        [self.pair.mentor_id, self.pair.mentee_id].map(|recipient_id| {
            Event::Mentoring(News::MatchMade {
                mentorship_id: self.id,
                recipient_id,
            })
        })
    }

    /// Whether the person is one of the two.
    #[must_use]
    pub fn has_participant(&self, person: UserId) -> bool {
        self.pair.mentor_id == person || self.pair.mentee_id == person
    }

    /// What this person may do now, so that a client holds no rules.
    #[must_use]
    pub fn allowed_actions(&self, by: Actor) -> Vec<MentorshipAction> {
        MentorshipAction::ALL
            .into_iter()
            .filter(|action| self.check(*action, by).is_ok())
            .collect()
    }

    /// Pauses, resumes, completes or dissolves it; whoever of the two did not do it hears of it.
    ///
    /// # Errors
    /// When this person may not, or not any more, or says no reason where one is needed.
    pub fn act(
        self,
        action: MentorshipAction,
        by: Actor,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<(Self, Vec<Event>), MentorshipError> {
        self.allow(action, by)?;
        let is_foreign = !self.has_participant(by.id);
        if (is_foreign || action == MentorshipAction::Dissolve) && reason.is_none() {
            return Err(MentorshipError::ReasonNeeded);
        }
        let ending = Ending { by: by.id, reason };
        Ok(match action {
            MentorshipAction::Pause => self.become_status(MentorshipStatus::Paused, by.id, now),
            MentorshipAction::Resume => self.become_status(MentorshipStatus::Active, by.id, now),
            MentorshipAction::Complete => self.end(MentorshipStatus::Completed, ending, now),
            MentorshipAction::Dissolve => self.end(MentorshipStatus::Dissolved, ending, now),
        })
    }

    /// Ends it because one of the two leaves the platform; `None` when it has ended already.
    #[must_use]
    pub fn leave(self, leaver: UserId, now: Timestamp) -> Option<(Self, Vec<Event>)> {
        let ending = Ending {
            by: leaver,
            reason: None,
        };
        self.status
            .is_holding()
            .then(|| self.end(MentorshipStatus::Dissolved, ending, now))
    }

    /// Notes that the two have met: the first meeting begins it.
    ///
    /// # Errors
    /// When it has ended.
    pub fn meet(self, met_at: Timestamp, now: Timestamp) -> Result<Self, MentorshipError> {
        if !self.status.is_holding() {
            return Err(MentorshipError::Ended(self.status));
        }
        let status = match self.status {
            MentorshipStatus::Pending => MentorshipStatus::Active,
            status => status,
        };
        let earliest = self.started_at.map_or(met_at, |start| start.min(met_at));
        Ok(Self {
            status,
            started_at: Some(earliest),
            version: self.version + 1,
            updated_at: now,
            ..self
        })
    }

    fn end(self, status: MentorshipStatus, ending: Ending, now: Timestamp) -> (Self, Vec<Event>) {
        let by = ending.by;
        let ended = Self {
            ended_at: Some(now),
            ending: Some(ending),
            at_risk: false,
            ..self
        };
        ended.become_status(status, by, now)
    }

    fn become_status(
        self,
        status: MentorshipStatus,
        by: UserId,
        now: Timestamp,
    ) -> (Self, Vec<Event>) {
        let changed = Self {
            status,
            version: self.version + 1,
            updated_at: now,
            ..self
        };
        let others = [changed.pair.mentor_id, changed.pair.mentee_id]
            .into_iter()
            .filter(|person| *person != by);
        let news = others.map(|recipient_id| {
            Event::Mentoring(News::MatchChanged {
                mentorship_id: changed.id,
                status,
                recipient_id,
            })
        });
        let news = news.collect();
        (changed, news)
    }
}
