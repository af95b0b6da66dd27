//! HOW WE PASS IT ON: which queues an event goes to, and how it gets there.

mod relay;
mod sqs;

pub use relay::{Relay, RelayError, SWEEP_AFTER_SECONDS};
pub use sqs::{Received, Sqs, SqsError};

use crate::domain::event::Event;

/// A queue, and the one consumer behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Mails to people: `email-worker`.
    Email,
}

impl Queue {
    /// Every queue.
    pub const ALL: [Self; 1] = [Self::Email];

    /// The name in tables and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
        }
    }
}

/// Where an event goes. A new event must be given a place here, or nobody hears of it on purpose.
#[must_use]
pub const fn queues_for(event: &Event) -> &'static [Queue] {
    match event {
        Event::UserRegistered { .. }
        | Event::VerificationRequested { .. }
        | Event::RegistrationRepeated { .. }
        | Event::SessionRequested { .. }
        | Event::SessionConfirmed { .. }
        | Event::SessionDeclined { .. }
        | Event::SessionCancelled { .. }
        | Event::ReminderDue { .. } => &[Queue::Email],
        Event::SessionCompleted { .. } | Event::SessionNoShow { .. } => &[],
    }
}
