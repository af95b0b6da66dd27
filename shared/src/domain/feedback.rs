//! Feedback: what the two people of a session say about each other once it took place.
//!
//! Mentees say what they think of mentors: that is shown, and makes public figures. What mentors say of mentees is seen by
//! nobody but themselves and admins, and used by the health of a match only. When something becomes public, and what is
//! anonymous of it, is the rule of [`anonymity`].

pub mod anonymity;
mod error;
mod figures;
mod moderation;
mod status;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::event::Event;
use super::id::{FeedbackId, SessionId, UserId};
use super::session::{Session, SessionStatus};

pub use error::FeedbackError;
pub use figures::{Figures, Month, TopicCount, Usual};
pub use status::{About, FeedbackStatus, Moderation};

/// How long its author can change a feedback.
pub const EDIT_TIME: SignedDuration = SignedDuration::from_hours(24);

/// What somebody thinks of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// All in all, 1–5.
    pub rating: i16,
    /// How much it helped, 1–5.
    pub helpfulness_rating: i16,
    /// Whether they would recommend the other one.
    pub would_recommend: bool,
    /// In their words.
    pub written_feedback: Option<String>,
    /// What they talked about.
    pub topics_covered: Vec<String>,
    /// Whether nobody but admins shall know who says so.
    pub is_anonymous: bool,
}

/// Why an admin took a feedback out of sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hiding {
    /// Since when.
    pub at: Timestamp,
    /// Who did it.
    pub by: UserId,
    /// Why.
    pub reason: String,
}

/// What one of the two people of a session says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// Names it inside the platform; it carries a time, so that no answer shows it.
    pub id: FeedbackId,
    /// The session.
    pub session_id: SessionId,
    /// Who says so.
    pub author_id: UserId,
    /// Whom it is about.
    pub subject_id: UserId,
    /// What that one is.
    pub about: About,
    /// What they say.
    pub opinion: Opinion,
    /// From when on it may be published if it is anonymous.
    pub settles_at: Timestamp,
    /// Since when it is public.
    pub published_at: Option<Timestamp>,
    /// Whether an admin took it out of sight.
    pub hidden: Option<Hiding>,
    /// Counts the changes.
    pub version: i64,
    /// When it was given.
    pub created_at: Timestamp,
    /// When its author last said so.
    pub said_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

impl Feedback {
    /// Says what one of the two thinks of their session.
    ///
    /// # Errors
    /// When they were not part of it, or it has not taken place.
    pub fn give(
        (id, opinion): (FeedbackId, Opinion),
        session: &Session,
        by: UserId,
        now: Timestamp,
    ) -> Result<(Self, Vec<Event>), FeedbackError> {
        let (about, subject_id) = if session.mentee_id == by {
            (About::Mentor, session.mentor_id)
        } else if session.mentor_id == by {
            (About::Mentee, session.mentee_id)
        } else {
            return Err(FeedbackError::NotYours);
        };
        if session.status != SessionStatus::Completed {
            return Err(FeedbackError::NotCompleted(session.status));
        }
        let given = Self {
            id,
            session_id: session.id,
            author_id: by,
            subject_id,
            about,
            published_at: anonymity::is_shown_at_once(about, &opinion).then_some(now),
            opinion,
            settles_at: now + EDIT_TIME,
            hidden: None,
            version: 1,
            created_at: now,
            said_at: now,
            updated_at: now,
        };
        let confirmed = Event::FeedbackGiven {
            session_id: session.id,
            author_id: by,
        };
        let events = given.announcement().into_iter().chain([confirmed]);
        Ok((given.clone(), events.collect()))
    }

    /// Until when its author can change it.
    #[must_use]
    pub fn editable_until(&self) -> Timestamp {
        self.created_at + EDIT_TIME
    }

    /// Says something else.
    ///
    /// # Errors
    /// When it is too late, or the mentor may have seen whose it is.
    pub fn change(
        self,
        opinion: Opinion,
        now: Timestamp,
    ) -> Result<(Self, Option<Event>), FeedbackError> {
        let is_released = self.opinion.is_anonymous && self.published_at.is_some();
        if now >= self.editable_until() || is_released {
            return Err(FeedbackError::EditClosed);
        }
        if self.published_at.is_some() && opinion.is_anonymous {
            return Err(FeedbackError::WasNamed);
        }
        let is_shown = anonymity::is_shown_at_once(self.about, &opinion);
        let is_new = is_shown && self.published_at.is_none();
        let changed = Self {
            published_at: self.published_at.or(is_new.then_some(now)),
            opinion,
            version: self.version + 1,
            said_at: now,
            updated_at: now,
            ..self
        };
        let told = changed.announcement().filter(|_| is_new);
        Ok((changed, told))
    }

    /// Whether everybody sees it, and it counts in the figures.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        self.published_at.is_some() && self.hidden.is_none()
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> FeedbackStatus {
        match (&self.hidden, self.about, self.published_at) {
            (Some(_), _, _) => FeedbackStatus::Hidden,
            (None, About::Mentee, _) => FeedbackStatus::Internal,
            (None, About::Mentor, Some(_)) => FeedbackStatus::Published,
            (None, About::Mentor, None) => FeedbackStatus::Waiting,
        }
    }

    /// Tells the mentor of one that carries its author's name.
    fn announcement(&self) -> Option<Event> {
        self.is_public().then_some(Event::FeedbackPublished {
            mentor_id: self.subject_id,
            session_id: Some(self.session_id),
        })
    }
}
