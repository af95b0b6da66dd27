//! Who may know a question, and do what to it: the one place that transitions and `allowed_actions` ask.

use jiff::Timestamp;

use super::{Question, QuestionAction, QuestionError, QuestionStatus, Stepped};
use crate::domain::user::{Actor, Role};

impl Question {
    /// Whether somebody may know that it exists: its two people, admins, and while it is open mentors whom its asker has not
    /// turned away. What was removed only admins know.
    #[must_use]
    pub fn is_known_to(&self, actor: Actor, now: Timestamp) -> bool {
        let present = self.clone().at(now).0;
        match present.status {
            _ if actor.is_admin() => true,
            QuestionStatus::Removed => false,
            QuestionStatus::Open if actor.role == Role::Mentor => {
                !present.declined.contains(&actor.id)
            }
            QuestionStatus::Open
            | QuestionStatus::Claimed
            | QuestionStatus::Answered
            | QuestionStatus::Completed
            | QuestionStatus::Expired
            | QuestionStatus::Withdrawn => present.has_participant(actor.id),
        }
    }

    /// Whether a mentor who wants to claim it hears how it stands. While it is under way each does; of one that has ended
    /// nobody hears who may not know it.
    #[must_use]
    pub fn answers_claim_of(&self, actor: Actor, now: Timestamp) -> bool {
        let is_under_way = self.clone().at(now).0.status.is_under_way();
        is_under_way || self.is_known_to(actor, now)
    }

    /// What this person may do now, so that a client holds no rules. Ask it of a question as it stands at this moment.
    #[must_use]
    pub fn allowed_actions(&self, by: Actor) -> Vec<QuestionAction> {
        let all = QuestionAction::ALL.iter().copied();
        all.filter(|action| self.check(*action, by).is_ok())
            .collect()
    }

    /// Begins a step: brings the question to this moment, and asks whether this person may.
    pub(super) fn begin(
        self,
        action: QuestionAction,
        by: Actor,
        now: Timestamp,
    ) -> Result<Stepped, QuestionError> {
        let (question, events) = self.at(now);
        match question.check(action, by) {
            Ok(()) => Ok((question, events)),
            Err(QuestionError::InvalidTransition { status, .. }) => {
                let allowed = question.allowed_actions(by);
                Err(QuestionError::InvalidTransition { status, allowed })
            }
            Err(other) => Err(other),
        }
    }

    fn check(&self, action: QuestionAction, by: Actor) -> Result<(), QuestionError> {
        self.check_person(action, by)?;
        let from: &[QuestionStatus] = match action {
            QuestionAction::Claim | QuestionAction::Withdraw => &[QuestionStatus::Open],
            QuestionAction::Release if self.mentee_id == by.id => &[QuestionStatus::Answered],
            QuestionAction::Release | QuestionAction::Answer | QuestionAction::Escalate => {
                &[QuestionStatus::Claimed, QuestionStatus::Answered]
            }
            QuestionAction::Complete => &[QuestionStatus::Answered],
            QuestionAction::Rate => &[QuestionStatus::Completed],
            QuestionAction::Remove => &[
                QuestionStatus::Open,
                QuestionStatus::Claimed,
                QuestionStatus::Answered,
                QuestionStatus::Completed,
                QuestionStatus::Expired,
                QuestionStatus::Withdrawn,
            ],
        };
        if !from.contains(&self.status) {
            let (status, allowed) = (self.status, Vec::new());
            return Err(QuestionError::InvalidTransition { status, allowed });
        }
        if action == QuestionAction::Rate && self.rating.is_some() {
            return Err(QuestionError::AlreadyRated);
        }
        Ok(())
    }

    fn check_person(&self, action: QuestionAction, by: Actor) -> Result<(), QuestionError> {
        let is_asker = self.mentee_id == by.id;
        match action {
            QuestionAction::Claim if by.role != Role::Mentor || is_asker => {
                Err(QuestionError::NotYours("mentors"))
            }
            QuestionAction::Claim if self.declined.contains(&by.id) => Err(QuestionError::PassedOn),
            QuestionAction::Claim if self.mentor_id.is_some_and(|mentor| mentor != by.id) => {
                Err(QuestionError::Taken)
            }
            // The same for whoever had it, whether or not their lapse was written down.
            QuestionAction::Release | QuestionAction::Answer | QuestionAction::Escalate
                if !is_asker && self.status == QuestionStatus::Open && by.role == Role::Mentor =>
            {
                Err(QuestionError::NotClaimed)
            }
            QuestionAction::Release | QuestionAction::Answer | QuestionAction::Escalate
                if !self.has_participant(by.id) =>
            {
                Err(QuestionError::NotYours(
                    "asker and the mentor who has claimed it",
                ))
            }
            QuestionAction::Complete | QuestionAction::Rate | QuestionAction::Withdraw
                if !is_asker =>
            {
                Err(QuestionError::NotYours("asker"))
            }
            QuestionAction::Remove if !by.is_admin() => Err(QuestionError::NotYours("admins")),
            QuestionAction::Claim
            | QuestionAction::Release
            | QuestionAction::Answer
            | QuestionAction::Complete
            | QuestionAction::Rate
            | QuestionAction::Escalate
            | QuestionAction::Withdraw
            | QuestionAction::Remove => Ok(()),
        }
    }
}
