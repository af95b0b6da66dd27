//! From one batch to the next: who is asked, who need not answer any more, and what everybody hears of it.

use jiff::Timestamp;

use super::{
    ANSWER_TIME, BATCH_SIZE, Batch, BatchStatus, MentoringRequest, Next, Outcome, RequestStatus,
};
use crate::domain::event::Event;
use crate::domain::news::News;

impl MentoringRequest {
    /// Closes the open batch; those who have not answered need not any more.
    pub(super) fn close(&mut self, status: BatchStatus, now: Timestamp) -> Vec<Event> {
        let Some(batch) = self
            .batches
            .iter_mut()
            .find(|batch| batch.status == BatchStatus::Open)
        else {
            return Vec::new();
        };
        batch.status = status;
        batch.closed_at = Some(now);
        let batch_id = batch.id;
        let mut events = Vec::new();
        for candidate in self.candidates.iter_mut().filter(|one| one.is_asked()) {
            candidate.outcome = Outcome::Closed;
            events.push(Event::Mentoring(News::ProposalClosed {
                batch_id,
                recipient_id: candidate.mentor_id,
            }));
        }
        events
    }

    /// Asks the next best, passing over those who cannot be asked now; a person looks after it when nobody is left.
    pub(super) fn move_on(mut self, next: &Next<'_>, now: Timestamp) -> (Self, Vec<Event>) {
        let round = self.rounds + 1;
        let mut events = Vec::new();
        for candidate in &mut self.candidates {
            if events.len() == BATCH_SIZE || candidate.outcome != Outcome::Waiting {
                continue;
            }
            if !next.available.contains(&candidate.mentor_id) {
                candidate.outcome = Outcome::Skipped;
                continue;
            }
            candidate.outcome = Outcome::Proposed;
            candidate.round = Some(round);
            events.push(Event::Mentoring(News::Proposed {
                batch_id: next.batch_id,
                recipient_id: candidate.mentor_id,
            }));
        }
        if events.is_empty() {
            return self.queue(now);
        }
        self.rounds = round;
        self.batches.push(Batch {
            id: next.batch_id,
            round,
            status: BatchStatus::Open,
            respond_by: now + ANSWER_TIME,
            closed_at: None,
            created_at: now,
        });
        if round > 1 {
            events.push(Event::Mentoring(News::MovedOn {
                request_id: self.id,
                batch_id: next.batch_id,
                recipient_id: self.mentee_id,
            }));
        }
        (self.touched(now), events)
    }

    fn queue(self, now: Timestamp) -> (Self, Vec<Event>) {
        let news = News::NobodyLeft {
            request_id: self.id,
            recipient_id: self.mentee_id,
        };
        let queued = Self {
            status: RequestStatus::Queued,
            queued_at: Some(now),
            ..self.touched(now)
        };
        (queued, vec![Event::Mentoring(news)])
    }

    pub(super) fn touched(self, now: Timestamp) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}
