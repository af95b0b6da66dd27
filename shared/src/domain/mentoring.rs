//! A mentee's wish for a mentor, and the mentors who are asked for it: three at a time, the best first.
//!
//! ```text
//! open ──(a mentor selects)──▶ matched          a batch of three:  open ──select──▶ selected
//!  │ └──(nobody is left)──▶ queued ──▶ matched                      │ ├──(all pass)──▶ passed
//!  └────────withdraw────────────┴────▶ withdrawn                    │ └──(72 hours)──▶ lapsed
//! ```
//!
//! The best mentors are kept when the wish is made, so that moving on needs no new ranking.

mod error;
mod moving;
mod status;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::event::Event;
use super::id::{MentoringRequestId, MentorshipId, ProposalBatchId, UserId};
use super::mentorship::{NewMentorship, Origin, Pair};
use super::score::Thousandths;

pub use error::MentoringError;
pub use status::{BatchAction, BatchStatus, Outcome, RequestAction, RequestStatus};

/// How many mentors are asked at the same time.
pub const BATCH_SIZE: usize = 3;
/// How many of the best mentors are kept for a wish.
pub const CANDIDATES: usize = 20;
/// How long mentors have to answer: 72 hours.
pub const ANSWER_TIME: SignedDuration = SignedDuration::from_hours(72);

/// A mentor who may be asked, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// From 1 on, the best first.
    pub place: i32,
    /// The mentor.
    pub mentor_id: UserId,
    /// How well the two fit.
    pub score: Thousandths,
    /// The round in which they were asked.
    pub round: Option<i32>,
    /// What has become of it.
    pub outcome: Outcome,
    /// Why they passed, if they said it.
    pub reason: Option<String>,
    /// When they answered.
    pub answered_at: Option<Timestamp>,
}

/// Up to three mentors who are asked at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Names it.
    pub id: ProposalBatchId,
    /// The how-manieth it is.
    pub round: i32,
    /// Where it stands.
    pub status: BatchStatus,
    /// Until when the mentors can answer.
    pub respond_by: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A mentee's wish for a mentor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MentoringRequest {
    /// Names it.
    pub id: MentoringRequestId,
    /// Whose wish it is.
    pub mentee_id: UserId,
    /// Where it stands.
    pub status: RequestStatus,
    /// What they want to reach, in their words.
    pub goals: String,
    /// The program whose weights ranked the mentors.
    pub program: String,
    /// That program's version.
    pub program_version: i32,
    /// How many batches there were.
    pub rounds: i32,
    /// What has come of it.
    pub mentorship_id: Option<MentorshipId>,
    /// When nobody was left to ask.
    pub queued_at: Option<Timestamp>,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
    /// The open batch, and those that were closed or opened since it was read.
    pub batches: Vec<Batch>,
    /// The best mentors, the best first.
    pub candidates: Vec<Candidate>,
}

/// Whom to ask next: who can be asked now, and what the new batch is called.
#[derive(Clone, Debug)]
pub struct Next<'a> {
    /// The candidates who can take one more mentee at this moment.
    pub available: &'a HashSet<UserId>,
    /// The id of the batch, if there is one.
    pub batch_id: ProposalBatchId,
}

impl MentoringRequest {
    /// Asks the first mentors, when the wish is made.
    #[must_use]
    pub fn begin(self, next: &Next<'_>, now: Timestamp) -> (Self, Vec<Event>) {
        self.move_on(next, now)
    }

    /// The batch that waits for answers.
    #[must_use]
    pub fn open_batch(&self) -> Option<&Batch> {
        self.batches
            .iter()
            .find(|batch| batch.status == BatchStatus::Open)
    }

    /// The mentors who were not asked yet, the best first.
    #[must_use]
    pub fn waiting(&self) -> Vec<UserId> {
        let waiting = self
            .candidates
            .iter()
            .filter(|candidate| candidate.outcome == Outcome::Waiting);
        waiting.map(|candidate| candidate.mentor_id).collect()
    }

    /// What its mentee may do now.
    #[must_use]
    pub fn allowed_actions(&self) -> Vec<RequestAction> {
        if self.status.is_open() {
            vec![RequestAction::Withdraw]
        } else {
            Vec::new()
        }
    }

    /// A mentor takes the mentee on: the first one wins. The two are then brought together.
    ///
    /// # Errors
    /// When the mentor was not asked, has answered, or somebody was faster.
    pub fn select(
        mut self,
        batch: ProposalBatchId,
        mentor: UserId,
        mentorship_id: MentorshipId,
        now: Timestamp,
    ) -> Result<(Self, NewMentorship, Vec<Event>), MentoringError> {
        let chosen = self.check_answer(batch, mentor, now)?;
        let score = self.candidates[chosen].score;
        self.answer(chosen, Outcome::Selected, None, now);
        let events = self.close(BatchStatus::Selected, now);
        let new = NewMentorship {
            id: mentorship_id,
            pair: Pair {
                mentor_id: mentor,
                mentee_id: self.mentee_id,
            },
            origin: Origin::Selected,
            request_id: Some(self.id),
            run_id: None,
            score: Some(score),
        };
        let matched = Self {
            status: RequestStatus::Matched,
            mentorship_id: Some(mentorship_id),
            ..self.touched(now)
        };
        Ok((matched, new, events))
    }

    /// A mentor does not take the mentee on; when all have passed, the next ones are asked.
    ///
    /// # Errors
    /// When the mentor was not asked, has answered, or the batch is closed.
    pub fn pass(
        mut self,
        (batch, mentor): (ProposalBatchId, UserId),
        reason: Option<String>,
        next: &Next<'_>,
        now: Timestamp,
    ) -> Result<(Self, Vec<Event>), MentoringError> {
        let passed = self.check_answer(batch, mentor, now)?;
        self.answer(passed, Outcome::Passed, reason, now);
        let is_waiting = self.candidates.iter().any(Candidate::is_asked);
        if is_waiting {
            return Ok((self.touched(now), Vec::new()));
        }
        self.close(BatchStatus::Passed, now);
        Ok(self.move_on(next, now))
    }

    /// Moves on when the time to answer is over; `None` while it is not, or when nothing is open.
    #[must_use]
    pub fn lapse(mut self, next: &Next<'_>, now: Timestamp) -> Option<(Self, Vec<Event>)> {
        let is_overdue = self
            .open_batch()
            .is_some_and(|batch| now >= batch.respond_by);
        if !is_overdue || self.status != RequestStatus::Open {
            return None;
        }
        for candidate in self.candidates.iter_mut().filter(|one| one.is_asked()) {
            candidate.outcome = Outcome::Lapsed;
        }
        self.close(BatchStatus::Lapsed, now);
        Some(self.move_on(next, now))
    }

    /// The mentee takes the wish back; whoever was asked hears of it.
    ///
    /// # Errors
    /// When it is not open any more.
    pub fn withdraw(mut self, now: Timestamp) -> Result<(Self, Vec<Event>), MentoringError> {
        if !self.status.is_open() {
            return Err(MentoringError::RequestClosed(self.status));
        }
        let events = self.close(BatchStatus::Closed, now);
        let withdrawn = Self {
            status: RequestStatus::Withdrawn,
            ..self.touched(now)
        };
        Ok((withdrawn, events))
    }

    /// Finds the candidate who may answer now.
    fn check_answer(
        &self,
        batch: ProposalBatchId,
        mentor: UserId,
        now: Timestamp,
    ) -> Result<usize, MentoringError> {
        let asked = self.batches.iter().find(|known| known.id == batch);
        let asked = asked.ok_or(MentoringError::BatchClosed(BatchStatus::Closed))?;
        if asked.status != BatchStatus::Open {
            return Err(MentoringError::BatchClosed(asked.status));
        }
        let found = self
            .candidates
            .iter()
            .position(|one| one.mentor_id == mentor && one.round == Some(asked.round));
        let found = found.ok_or(MentoringError::NotAsked)?;
        match self.candidates[found].outcome {
            Outcome::Proposed if now >= asked.respond_by => {
                Err(MentoringError::BatchClosed(BatchStatus::Lapsed))
            }
            Outcome::Proposed => Ok(found),
            outcome => Err(MentoringError::Answered(outcome)),
        }
    }

    fn answer(&mut self, index: usize, outcome: Outcome, reason: Option<String>, now: Timestamp) {
        let candidate = &mut self.candidates[index];
        candidate.outcome = outcome;
        candidate.reason = reason;
        candidate.answered_at = Some(now);
    }
}

impl Candidate {
    /// Whether they were asked and have not answered.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.outcome == Outcome::Proposed
    }
}
