//! How a question ends.

use jiff::Timestamp;

use super::{Question, QuestionAction, QuestionError, QuestionStatus, QuestionTurn, Stepped};
use crate::domain::id::UserId;
use crate::domain::user::Actor;

impl Question {
    /// The asker has enough.
    ///
    /// # Errors
    /// When this person may not, not yet, or not any more.
    pub fn complete(self, by: Actor, now: Timestamp) -> Result<Stepped, QuestionError> {
        let (answered, mut events) = self.begin(QuestionAction::Complete, by, now)?;
        events.push(answered.news_to_mentor(QuestionTurn::Completed));
        Ok((answered.ended(QuestionStatus::Completed, now), events))
    }

    /// The asker says how good the answer was, once, with 1 to 5 stars.
    ///
    /// # Errors
    /// When this person may not, not yet, or has before.
    pub fn rate(self, stars: i16, by: Actor, now: Timestamp) -> Result<Stepped, QuestionError> {
        let (completed, mut events) = self.begin(QuestionAction::Rate, by, now)?;
        events.push(completed.news_to_mentor(QuestionTurn::Rated));
        let rated = Self {
            rating: Some(stars),
            rated_at: Some(now),
            ..completed.changed(now)
        };
        Ok((rated, events))
    }

    /// The asker takes it back before anybody has it.
    ///
    /// # Errors
    /// When this person may not, or not any more.
    pub fn withdraw(self, by: Actor, now: Timestamp) -> Result<Stepped, QuestionError> {
        let (open, events) = self.begin(QuestionAction::Withdraw, by, now)?;
        Ok((open.ended(QuestionStatus::Withdrawn, now), events))
    }

    /// An admin takes it away, whatever has become of it; both of the two hear of it.
    ///
    /// # Errors
    /// When this person may not, or somebody has before.
    pub fn remove(
        self,
        by: Actor,
        reason: String,
        now: Timestamp,
    ) -> Result<Stepped, QuestionError> {
        let (known, mut events) = self.begin(QuestionAction::Remove, by, now)?;
        let both = [Some(known.mentee_id), known.mentor_id];
        let told = both.into_iter().flatten();
        events.extend(told.map(|person| known.news(QuestionTurn::Removed, person)));
        let removed = Self {
            removed_reason: Some(reason),
            ..known.ended(QuestionStatus::Removed, now)
        };
        Ok((removed, events))
    }

    /// One of the two leaves the platform: what they asked is taken back, what they had claimed is open again.
    #[must_use]
    pub fn leave(self, leaver: UserId, now: Timestamp) -> Stepped {
        let (known, mut events) = self.at(now);
        if known.mentee_id == leaver && known.status.is_under_way() {
            let told = known
                .mentor_id
                .map(|mentor| known.news(QuestionTurn::PassedOn, mentor));
            events.extend(told);
            let gone = Self {
                mentor_id: None,
                ..known.ended(QuestionStatus::Withdrawn, now)
            };
            return (gone, events);
        }
        if known.mentor_id == Some(leaver) && known.status.is_held() {
            events.push(known.news(QuestionTurn::Returned, known.mentee_id));
            return (known.returned(now), events);
        }
        (known, events)
    }
}
