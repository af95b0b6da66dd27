//! What admins do to feedback. It says the same before and after.

use jiff::Timestamp;

use super::{Feedback, FeedbackError, Hiding};
use crate::domain::id::UserId;

impl Feedback {
    /// Takes it out of sight, and out of the figures.
    ///
    /// # Errors
    /// When it is.
    pub fn hide(self, by: UserId, reason: String, now: Timestamp) -> Result<Self, FeedbackError> {
        if self.hidden.is_some() {
            return Err(FeedbackError::Hidden);
        }
        let hiding = Hiding {
            at: now,
            by,
            reason,
        };
        Ok(self.moderated(Some(hiding), now))
    }

    /// Brings it back to where it was. An anonymous one that nobody has seen yet waits for the next publication: in the
    /// present one it would stand out.
    ///
    /// # Errors
    /// When it is not hidden.
    pub fn restore(self, now: Timestamp) -> Result<Self, FeedbackError> {
        if self.hidden.is_none() {
            return Err(FeedbackError::NotHidden);
        }
        let settles_at = self.settles_at.max(now);
        let restored = self.moderated(None, now);
        Ok(Self {
            settles_at,
            ..restored
        })
    }

    fn moderated(self, hidden: Option<Hiding>, now: Timestamp) -> Self {
        Self {
            hidden,
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}
