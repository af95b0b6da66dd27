//! Who may do what to a mentorship: the one place that transitions and `allowed_actions` ask.

use super::{Mentorship, MentorshipAction, MentorshipError, MentorshipStatus};
use crate::domain::user::Actor;

impl Mentorship {
    /// The same question as [`Self::check`], with the way out in the refusal.
    pub(super) fn allow(&self, action: MentorshipAction, by: Actor) -> Result<(), MentorshipError> {
        self.check(action, by).map_err(|error| match error {
            MentorshipError::InvalidTransition { status, .. } => {
                MentorshipError::InvalidTransition {
                    status,
                    allowed: self.allowed_actions(by),
                }
            }
            other => other,
        })
    }

    /// Both of the two and every admin may do all that the state allows.
    pub(super) fn check(&self, action: MentorshipAction, by: Actor) -> Result<(), MentorshipError> {
        if !self.has_participant(by.id) && !by.is_admin() {
            return Err(MentorshipError::NotYours);
        }
        let from: &[MentorshipStatus] = match action {
            MentorshipAction::Pause => &[MentorshipStatus::Active],
            MentorshipAction::Resume => &[MentorshipStatus::Paused],
            MentorshipAction::Complete => &[MentorshipStatus::Active, MentorshipStatus::Paused],
            MentorshipAction::Dissolve => &[
                MentorshipStatus::Pending,
                MentorshipStatus::Active,
                MentorshipStatus::Paused,
            ],
        };
        if from.contains(&self.status) {
            return Ok(());
        }
        Err(MentorshipError::InvalidTransition {
            status: self.status,
            allowed: Vec::new(),
        })
    }
}
