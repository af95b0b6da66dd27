//! Sees to it that a message that was not acted on comes again when it should.

use std::time::Duration;

use aws_lambda_events::event::sqs::SqsMessage;
use tracing::{error, warn};

use super::{Queue, Relay, Sqs};
use crate::domain::again::{Ending, RECEIVED, pause};

impl Relay {
    /// Brings a message to where it belongs after this; whether its queue may forget it. `base` is half of what it rests
    /// after it has failed once.
    pub async fn settle(&self, message: &SqsMessage, ending: Ending, base: Duration) -> bool {
        let source = message.event_source_arn.as_deref().unwrap_or_default();
        let known = self.sqs().and_then(|sqs| Some((&**sqs, sqs.find(source)?)));
        let Some(known) = known else {
            return ending == Ending::Done;
        };
        match ending {
            Ending::Done => true,
            Ending::Taken => false,
            Ending::Untouched => rest(known, message, Duration::ZERO).await,
            Ending::Failed => rest(known, message, pause(base, times(message))).await,
            Ending::Unreadable => put_aside(known, message).await,
        }
    }
}

/// How often a message was given out, this time included.
fn times(message: &SqsMessage) -> u32 {
    let count = message.attributes.get(RECEIVED);
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

async fn rest((sqs, queue): (&Sqs, Queue), message: &SqsMessage, pause: Duration) -> bool {
    let receipt = message.receipt_handle.as_deref().unwrap_or_default();
    if let Err(failure) = sqs.hide(queue, receipt, pause).await {
        warn!(%failure, "a message comes again when the queue gives it out by itself");
    }
    false
}

/// Moves a message to the dead letters. What is cut off in between stands there twice.
async fn put_aside((sqs, queue): (&Sqs, Queue), message: &SqsMessage) -> bool {
    let body = message.body.clone().unwrap_or_default();
    let moved = sqs.put_aside(queue, body).await;
    if let Err(failure) = &moved {
        error!(%failure, "a message that cannot be read comes again, and again");
    }
    moved.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_does_not_say_how_often_it_came_has_come_once() {
        let mut message = SqsMessage::default();
        assert_eq!(times(&message), 1);
        let attribute = (RECEIVED.to_owned(), "4".to_owned());
        message.attributes.extend([attribute]);
        assert_eq!(times(&message), 4);
    }
}
