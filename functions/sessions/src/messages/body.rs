//! What messages take and give.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{MessageId, SessionId, UserId};
use shared::domain::message::{Content, Draft, Message, MessageType};
use shared::http::Problems;
use shared::store::message::Thread;
use utoipa::ToSchema;

/// What somebody writes.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMessageBody {
    #[schema(example = "Shall I send you the deck before we meet?")]
    content: Content,
    /// `text` when left out; there is no other kind yet.
    #[deserr(default)]
    #[schema(required = false)]
    message_type: MessageType,
}

impl NewMessageBody {
    /// What is about to be written.
    pub(crate) fn draft(self, id: MessageId) -> Draft {
        Draft {
            id,
            content: self.content,
            message_type: self.message_type,
        }
    }
}

/// A message between the two people of a session.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageBody {
    id: MessageId,
    session_id: SessionId,
    sender_id: UserId,
    receiver_id: UserId,
    /// Empty when its author has left the platform and is erased.
    #[schema(max_length = 2000)]
    content: String,
    message_type: MessageType,
    is_read: bool,
    /// When its receiver read it.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            session_id: message.session_id,
            sender_id: message.sender_id,
            receiver_id: message.receiver_id,
            content: message.content,
            message_type: message.message_type,
            is_read: message.read_at.is_some(),
            read_at: message.read_at,
            created_at: message.created_at,
        }
    }
}

/// A session in which somebody has written.
#[derive(Serialize, ToSchema)]
pub(crate) struct ThreadBody {
    session_id: SessionId,
    #[schema(value_type = String, format = DateTime)]
    scheduled_at: Timestamp,
    topic: Option<String>,
    with: CorrespondentBody,
    /// How many of its messages you have not read.
    #[schema(minimum = 0)]
    unread_count: i64,
    last_message: MessageBody,
}

/// The other one of the two.
#[derive(Serialize, ToSchema)]
struct CorrespondentBody {
    id: UserId,
    first_name: String,
    last_name: String,
}

impl From<Thread> for ThreadBody {
    fn from(thread: Thread) -> Self {
        Self {
            session_id: thread.last.session_id,
            scheduled_at: thread.scheduled_at,
            topic: thread.topic,
            with: CorrespondentBody {
                id: thread.other_id,
                first_name: thread.other_first_name,
                last_name: thread.other_last_name,
            },
            unread_count: thread.unread,
            last_message: thread.last.into(),
        }
    }
}
