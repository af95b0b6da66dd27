//! Where wishes, batches and proposals stand, and what can be done to them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::words::words;

words! {
    /// Where a mentee's wish stands.
    RequestStatus {
        /// Mentors are asked.
        Open = "open",
        /// Nobody is left to ask: an admin looks after it.
        Queued = "queued",
        /// The mentee has a mentor.
        Matched = "matched",
        /// The mentee took it back.
        Withdrawn = "withdrawn",
    }
}

impl RequestStatus {
    /// Whether the mentee still waits for a mentor.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Queued)
    }
}

words! {
    /// Where a batch stands.
    BatchStatus {
        /// The mentors can answer.
        Open = "open",
        /// One of them took the mentee on.
        Selected = "selected",
        /// All of them passed.
        Passed = "passed",
        /// The time to answer is over.
        Lapsed = "lapsed",
        /// The mentee took the wish back, or has found a mentor in another way.
        Closed = "closed",
    }
}

words! {
    /// What has become of a candidate.
    Outcome {
        /// Was not asked yet.
        Waiting = "waiting",
        /// Was asked and has not answered.
        Proposed = "proposed",
        /// Took the mentee on.
        Selected = "selected",
        /// Did not take the mentee on.
        Passed = "passed",
        /// Did not answer in time.
        Lapsed = "lapsed",
        /// Needed not answer any more.
        Closed = "closed",
        /// Could not be asked when it was their turn.
        Skipped = "skipped",
    }
}

/// Something a mentor can do to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchAction {
    /// Takes the mentee on.
    Select,
    /// Does not.
    Pass,
}

impl BatchAction {
    /// What a mentor may do with this outcome so far.
    #[must_use]
    pub fn allowed(outcome: Outcome, respond_by: Timestamp, now: Timestamp) -> Vec<Self> {
        if outcome == Outcome::Proposed && now < respond_by {
            vec![Self::Select, Self::Pass]
        } else {
            Vec::new()
        }
    }
}

/// Something a mentee can do to their wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestAction {
    /// Takes it back.
    Withdraw,
}
