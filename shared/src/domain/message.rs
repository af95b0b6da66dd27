//! What the two people of a session write to each other.
//!
//! A conversation stays open whatever becomes of its session, until one of the two leaves the platform.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::id::{MessageId, SessionId, UserId};
use super::refusal::{Refusal, RefusalKind};
use super::value::{Text, ValueError};

/// The least time between two mails to one person about messages of one session: 15 minutes.
pub const NOTICE_GAP: SignedDuration = SignedDuration::from_mins(15);

/// What somebody writes.
pub type Content = Text<1, 2000>;

/// What kind of message it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    /// Words.
    #[default]
    Text,
}

impl MessageType {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no kind of message.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "text" => Ok(Self::Text),
            _ => Err(ValueError::NotOneOf("text")),
        }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Names it for good.
    pub id: MessageId,
    /// The session it belongs to.
    pub session_id: SessionId,
    /// Who wrote it.
    pub sender_id: UserId,
    /// The other one of the two.
    pub receiver_id: UserId,
    /// The words; empty once their author is erased.
    pub content: String,
    /// What kind of message it is.
    pub message_type: MessageType,
    /// When its receiver read it, if they have.
    pub read_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// What somebody is about to write.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The new message's id.
    pub id: MessageId,
    /// The words.
    pub content: Content,
    /// What kind of message it is.
    pub message_type: MessageType,
}

/// The two people of a session, as far as writing to each other goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// The session.
    pub session_id: SessionId,
    /// Who gives it.
    pub mentor_id: UserId,
    /// Who asked for it.
    pub mentee_id: UserId,
    /// Whether one of the two is leaving the platform, or has left it.
    pub is_over: bool,
}

/// Why a message was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Not even those who run the program read what two people write to each other.
    #[error("only the two people of a session read and write its messages")]
    NotYours,
    /// Nobody would read it, or nobody may have written it.
    #[error("one of you two is leaving or has left: nothing can be written here any more")]
    Over,
}

impl Refusal for MessageError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotYours => RefusalKind::Forbidden,
            Self::Over => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "not_your_conversation",
            Self::Over => "conversation_over",
        }
    }
}

impl Conversation {
    /// Writes to the other one of the two.
    ///
    /// # Errors
    /// When this person is none of the two, or one of them leaves.
    pub fn write(self, draft: Draft, by: UserId, now: Timestamp) -> Result<Message, MessageError> {
        let receiver_id = if by == self.mentor_id {
            self.mentee_id
        } else if by == self.mentee_id {
            self.mentor_id
        } else {
            return Err(MessageError::NotYours);
        };
        if self.is_over {
            return Err(MessageError::Over);
        }
        Ok(Message {
            id: draft.id,
            session_id: self.session_id,
            sender_id: by,
            receiver_id,
            content: draft.content.into_string(),
            message_type: draft.message_type,
            read_at: None,
            created_at: now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const MENTOR: Uuid = Uuid::from_u128(1);
    const MENTEE: Uuid = Uuid::from_u128(2);

    fn write(by: Uuid, is_over: bool) -> Result<Message, MessageError> {
        let conversation = Conversation {
            session_id: Uuid::from_u128(9).into(),
            mentor_id: MENTOR.into(),
            mentee_id: MENTEE.into(),
            is_over,
        };
        let draft = Draft {
            id: Uuid::from_u128(7).into(),
            content: Content::parse("Hello!").unwrap(),
            message_type: MessageType::Text,
        };
        let now = "2026-03-02T08:00:00Z".parse().unwrap();
        conversation.write(draft, by.into(), now)
    }

    #[test]
    fn each_of_the_two_writes_to_the_other() {
        assert_eq!(write(MENTOR, false).unwrap().receiver_id, MENTEE.into());
        assert_eq!(write(MENTEE, false).unwrap().receiver_id, MENTOR.into());
    }

    #[test]
    fn nobody_else_writes() {
        let stranger = Uuid::from_u128(3);
        assert_eq!(write(stranger, false), Err(MessageError::NotYours));
        assert_eq!(write(stranger, true), Err(MessageError::NotYours));
    }

    #[test]
    fn nothing_is_written_once_one_of_the_two_leaves() {
        for person in [MENTOR, MENTEE] {
            assert_eq!(write(person, true), Err(MessageError::Over));
        }
    }
}
