//! What `/api/admin/dead-letters` takes and gives. What a message says beyond its type is nobody's business here.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::event::Queue;
use shared::domain::id::EventId;
use shared::domain::value::{List, Text};
use shared::http::{Limit, Problems};
use shared::queue::{DeadLetter, Reading};
use utoipa::{IntoParams, ToSchema};

/// A queue, and how many messages of it nobody could act on.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeadLetterQueueBody {
    #[schema(example = "email")]
    queue: &'static str,
    /// About how many.
    dead_letters: u64,
}

impl DeadLetterQueueBody {
    pub(crate) const fn new(queue: Queue, dead_letters: u64) -> Self {
        Self {
            queue: queue.name(),
            dead_letters,
        }
    }
}

/// How many to look at.
#[derive(Clone, Copy, Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeadLettersQuery {
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
}

impl DeadLettersQuery {
    pub(crate) fn limit(self) -> usize {
        usize::try_from(self.limit.get()).unwrap_or(usize::MAX)
    }
}

/// A message that nobody could act on.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeadLetterBody {
    /// Names it until it is sent back.
    #[schema(example = "059f36b4-87a3-44ab-83d2-661975830a7d")]
    message_id: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    /// When a worker, or an admin, saw it first.
    #[schema(value_type = Option<String>, format = DateTime)]
    first_received_at: Option<Timestamp>,
    /// How often a worker, or an admin, has seen it.
    received: u32,
    /// The event that it carries; none when it cannot be read.
    event_id: Option<EventId>,
    #[schema(example = "session.confirmed")]
    event_type: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    event_at: Option<Timestamp>,
    /// How long it is, in bytes.
    bytes: usize,
    /// The SHA-256 of what it says, in hexadecimal digits.
    sha256: String,
}

impl From<DeadLetter> for DeadLetterBody {
    fn from(letter: DeadLetter) -> Self {
        let Reading {
            event,
            bytes,
            sha256,
        } = letter.read();
        let record = event.as_ref();
        Self {
            event_id: record.map(|record| record.id),
            event_at: record.map(|record| record.at),
            event_type: record.and_then(|record| record.event.type_name()),
            bytes,
            sha256,
            message_id: letter.message_id,
            sent_at: letter.sent_at,
            first_received_at: letter.first_received_at,
            received: letter.times,
        }
    }
}

type MessageRef = Text<1, 100>;
type MessageRefs = List<MessageRef, 100>;

/// Which dead letters are sent back.
#[derive(Debug, Default, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayBody {
    /// The ids of some; all of them when this is left out.
    #[deserr(default, from(MessageRefs) = Some)]
    #[schema(nullable = false)]
    pub(crate) message_ids: Option<MessageRefs>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReplayedBody {
    /// How many were sent back.
    pub(crate) replayed: usize,
    /// About how many are still there.
    pub(crate) left: u64,
}
