//! Identifiers: one UUID newtype per thing, so that a session is never asked for by a person's id.
//!
//! New ids are UUIDv7 and come from [`crate::clock::Clock::id`]: this room has no clock and no randomness.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An identifier that is a UUID underneath.
pub trait Id: Copy + From<Uuid> + fmt::Display {
    /// The bare UUID, for the database.
    fn uuid(self) -> Uuid;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A person: the same in `users/{id}`, `mentors/{id}`, `mentor_id`, `mentee_id` and a token's `sub`.
    UserId,
    /// A signed-in device.
    LoginId,
    /// A key with which another system acts for an admin.
    ApiKeyId,
    /// One window or block of a mentor's schedule.
    AvailabilityId,
    /// A mentoring session.
    SessionId,
    /// A proposal to move a session.
    RescheduleId,
    /// One mentor proposed to one mentee, with its score.
    MatchId,
    /// A fact that was promised to the queue.
    EventId,
    /// One message to one person, by one channel.
    NotificationId,
    /// One planned reminder.
    ReminderId,
    /// Work that is done behind a queue.
    JobId,
    /// A topic of sessions.
    TopicId,
    /// A kind of session that a mentor gives.
    OfferingId,
    /// One change of an address of mail.
    EmailChangeId,
    /// What one of the two people of a session wrote to the other.
    MessageId,
    /// A mentor and a mentee who work together: `matches/{id}` in the API.
    MentorshipId,
    /// A mentee's wish for a mentor.
    MentoringRequestId,
    /// Up to three mentors who are asked at the same time.
    ProposalBatchId,
    /// A meeting that was written down.
    MeetingId,
    /// An assignment of all waiting mentees.
    AssignmentRunId,
    /// A field that both sides of a sync changed.
    ConflictId,
    /// What one of the two people of a session says about it.
    FeedbackId,
    /// A quick question.
    QuestionId,
    /// What somebody wrote in the thread of a question.
    PostId,
}
