//! HOW WE PASS IT ON: which queues an event goes to, and how it gets there.

mod again;
mod dead;
mod relay;
mod sqs;

pub use dead::{DeadLetter, Reading};
pub use relay::{Relay, RelayError, SWEEP_AFTER_SECONDS};
pub use sqs::{Received, Sqs, SqsError};

pub use crate::domain::event::{Queue, queues_for};
