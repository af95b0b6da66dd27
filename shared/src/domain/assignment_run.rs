//! An assignment run: everybody who waits is matched at once, in a draft that an admin looks at before it counts.
//!
//! ```text
//! solving ──stage──▶ staged ──publish──▶ published
//!  │ ▲└──fail──▶ failed  └──drop──▶ dropped
//!  │ └──reopen──────┘
//!  └──────────drop────────────────────▲
//! ```
//!
//! A run has the id of the job that solves it; in the API it is a `batch`.

mod cast;
mod changes;
mod draft;
mod error;
mod figures;
mod gaps;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::assignment::Objective;
use super::id::{AssignmentRunId, UserId};
use super::mentorship::Pair;
use super::words::words;

pub use cast::{Cast, DraftError, Seeker};
pub use changes::{Earlier, Later, Move, MoveReason, Population, changes};
pub use draft::{Draft, Found, draft};
pub use error::AssignmentRunError;
pub use figures::{Certificate, Figures};
pub use gaps::{Gap, GapReason, GapRole};

/// How many pairs an admin may pin or exclude in one run.
pub const MAX_PAIRS: usize = 1000;

/// How many pairs of people one run looks at: with 4 bytes for each, what fits into the memory of its worker.
pub const MAX_SCORES: usize = 150_000_000;

words! {
    /// What a run looks for.
    Mode {
        /// The proven optimum: coverage, then the worst matches, then the total.
        Optimal = "optimal",
        /// No mentee and mentor would rather have each other.
        Stable = "stable",
    }
}

impl Mode {
    /// What the solver is asked for.
    #[must_use]
    pub const fn objective(self) -> Objective {
        match self {
            Self::Optimal => Objective::Fair,
            Self::Stable => Objective::Stable,
        }
    }
}

words! {
    /// Whom a run matches.
    Scope {
        /// Mentees with an open request for a mentor.
        Waiting = "waiting",
        /// Every mentee with fewer mentors than each shall have.
        All = "all",
    }
}

words! {
    /// Where a run stands.
    RunStatus {
        /// A worker looks for the best assignment, or will.
        Solving = "solving",
        /// It can be looked at, and published or dropped.
        Staged = "staged",
        /// Its pairs work together.
        Published = "published",
        /// Nobody wants it.
        Dropped = "dropped",
        /// It could not be solved.
        Failed = "failed",
    }
}

words! {
    /// What can be done to a run.
    RunAction {
        /// Bring its pairs together.
        Publish = "publish",
        /// Forget it.
        Drop = "drop",
    }
}

/// What an admin asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is best.
    pub mode: Mode,
    /// Whom to match.
    pub scope: Scope,
    /// The program whose weights score the pairs.
    pub program: String,
    /// That program's version.
    pub program_version: i32,
    /// How many mentors each mentee shall have, those they have included; whoever asked gets one more at least. 1–3.
    pub matches_each: u32,
    /// Pairs that shall be, whatever they score.
    pub pinned: Vec<Pair>,
    /// Pairs that shall not be.
    pub excluded: Vec<Pair>,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRun {
    /// Names it, and the job that solves it.
    pub id: AssignmentRunId,
    /// Where it stands.
    pub status: RunStatus,
    /// What was asked for.
    pub order: Order,
    /// What it comes to, once it is solved.
    pub figures: Option<Figures>,
    /// The run that it was compared with.
    pub previous_id: Option<AssignmentRunId>,
    /// Who asked for it.
    pub requested_by: Option<UserId>,
    /// Who published or dropped it.
    pub closed_by: Option<UserId>,
    /// Counts the changes.
    pub version: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was solved.
    pub staged_at: Option<Timestamp>,
    /// When it was published or dropped, or failed.
    pub closed_at: Option<Timestamp>,
}

impl AssignmentRun {
    /// Begins a run that an admin asks for.
    #[must_use]
    pub const fn begin(id: AssignmentRunId, order: Order, by: UserId, now: Timestamp) -> Self {
        Self {
            id,
            status: RunStatus::Solving,
            order,
            figures: None,
            previous_id: None,
            requested_by: Some(by),
            closed_by: None,
            version: 1,
            created_at: now,
            staged_at: None,
            closed_at: None,
        }
    }

    /// What may be done to it now.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<RunAction> {
        match self.status {
            RunStatus::Solving => vec![RunAction::Drop],
            RunStatus::Staged => vec![RunAction::Publish, RunAction::Drop],
            RunStatus::Published | RunStatus::Dropped | RunStatus::Failed => Vec::new(),
        }
    }

    /// Shows what was found; `None` when nobody waits for it any more.
    #[must_use]
    pub fn stage(
        self,
        figures: Figures,
        previous_id: Option<AssignmentRunId>,
        now: Timestamp,
    ) -> Option<Self> {
        (self.status == RunStatus::Solving).then_some(Self {
            status: RunStatus::Staged,
            figures: Some(figures),
            previous_id,
            staged_at: Some(now),
            version: self.version + 1,
            ..self
        })
    }

    /// Gives up; `None` when it was solved or dropped.
    #[must_use]
    pub fn fail(self, now: Timestamp) -> Option<Self> {
        (self.status == RunStatus::Solving).then(|| self.end(RunStatus::Failed, None, now))
    }

    /// Is solved once more; `None` when it has not failed.
    #[must_use]
    pub fn reopen(self) -> Option<Self> {
        (self.status == RunStatus::Failed).then(|| Self {
            status: RunStatus::Solving,
            closed_at: None,
            version: self.version + 1,
            ..self
        })
    }

    /// Brings its pairs together.
    ///
    /// # Errors
    /// When it is not solved yet, or closed.
    pub fn publish(self, by: UserId, now: Timestamp) -> Result<Self, AssignmentRunError> {
        match self.status {
            RunStatus::Staged => Ok(self.end(RunStatus::Published, Some(by), now)),
            RunStatus::Solving => Err(AssignmentRunError::NotStaged),
            RunStatus::Published | RunStatus::Dropped | RunStatus::Failed => {
                Err(AssignmentRunError::Closed(self.status))
            }
        }
    }

    /// Notes how many of its pairs could not be made when it was published.
    #[must_use]
    pub fn losing(mut self, lost: usize) -> Self {
        if let Some(figures) = &mut self.figures {
            figures.lost = Some(u32::try_from(lost).unwrap_or(u32::MAX));
        }
        self
    }

    /// Forgets it.
    ///
    /// # Errors
    /// When it is closed.
    pub fn discard(self, by: UserId, now: Timestamp) -> Result<Self, AssignmentRunError> {
        match self.status {
            RunStatus::Staged | RunStatus::Solving => {
                Ok(self.end(RunStatus::Dropped, Some(by), now))
            }
            RunStatus::Published | RunStatus::Dropped | RunStatus::Failed => {
                Err(AssignmentRunError::Closed(self.status))
            }
        }
    }

    fn end(self, status: RunStatus, by: Option<UserId>, now: Timestamp) -> Self {
        Self {
            status,
            closed_by: by,
            closed_at: Some(now),
            version: self.version + 1,
            ..self
        }
    }
}
