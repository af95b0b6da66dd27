//! Dead letters: looked at without being taken away, sent back to where they came from, never lost.

use std::collections::HashSet;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
    MessageSystemAttributeName, SendMessageBatchRequestEntry,
};
use jiff::Timestamp;
use tokio::time::Instant;

use super::sqs::counts;
use super::{Queue, Sqs, SqsError};
use crate::domain::event::EventRecord;

/// What the name of a queue of dead letters ends with, behind the name of the queue they come from.
pub(super) const DEAD_LETTERS: &str = "-dead-letters";

/// How long nobody else sees a dead letter that is held, in seconds: longer than any call lasts.
const HELD_SECONDS: i32 = 60;

/// How long one call sends letters back, at most.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many messages go in one request.
const BATCH: usize = 10;

/// A message that nobody could act on.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// SQS's id of it.
    pub message_id: String,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it was given out first, to a worker or to an admin.
    pub first_received_at: Option<Timestamp>,
    /// How often it was given out, to workers and to admins.
    pub times: u32,
    body: String,
    receipt_handle: String,
}

/// What may be known of a dead letter: not what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The event that it carries, if it can be read.
    pub event: Option<EventRecord>,
    /// How long it is.
    pub bytes: usize,
    /// Its hash, in hexadecimal digits.
    pub sha256: String,
}

impl DeadLetter {
    /// Reads it.
    #[must_use]
    pub fn read(&self) -> Reading {
        let hash = digest(&SHA256, self.body.as_bytes());
        let digits = hash.as_ref().iter().map(|byte| format!("{byte:02x}"));
        Reading {
            event: serde_json::from_str(&self.body).ok(),
            bytes: self.body.len(),
            sha256: digits.collect(),
        }
    }
}

impl Sqs {
    fn dead_url(&self, queue: Queue) -> Result<String, SqsError> {
        Ok(format!("{}{DEAD_LETTERS}", self.url(queue)?))
    }

    /// Puts a message that cannot be read with the dead letters.
    ///
    /// # Errors
    /// When it is not there afterwards.
    pub async fn put_aside(&self, queue: Queue, body: String) -> Result<(), SqsError> {
        self.client()
            .await
            .send_message()
            .queue_url(self.dead_url(queue)?)
            .message_body(body)
            .send()
            .await
            .map_err(|error| SqsError::from_sdk(&error))?;
        Ok(())
    }

    /// How many dead letters a queue has, those that somebody looks at included.
    ///
    /// # Errors
    /// When they cannot be reached.
    pub async fn count_dead(&self, queue: Queue) -> Result<u64, SqsError> {
        counts(self.client().await, &self.dead_url(queue)?).await
    }

    /// Looks at up to `limit` dead letters; they stay where they are.
    ///
    /// # Errors
    /// When they cannot be reached.
    pub async fn look_at_dead(
        &self,
        queue: Queue,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, SqsError> {
        let there = usize::try_from(self.count_dead(queue).await?).unwrap_or(limit);
        let wanted = limit.min(there);
        let mut letters = Vec::new();
        while letters.len() < wanted {
            let some = self.hold(queue, BATCH.min(wanted - letters.len())).await?;
            if some.is_empty() {
                break;
            }
            letters.extend(some);
        }
        self.let_go(queue, &letters).await?;
        Ok(letters)
    }

    /// Sends dead letters back to where they came from, all that are there or those that are named; returns how many.
    /// Whoever is cut off in the middle leaves one there that was sent already: twice is harmless.
    ///
    /// # Errors
    /// When a queue cannot be reached; what was not sent stays.
    pub async fn replay(
        &self,
        queue: Queue,
        only: Option<&HashSet<String>>,
    ) -> Result<usize, SqsError> {
        let until = Instant::now() + PATIENCE;
        let there = usize::try_from(self.count_dead(queue).await?).unwrap_or(usize::MAX);
        let (mut seen, mut sent, mut others) = (0, 0, Vec::new());
        // A letter that dies again meanwhile is not sent twice by one call.
        while seen < there && Instant::now() < until {
            let letters = self.hold(queue, BATCH).await?;
            if letters.is_empty() {
                break;
            }
            seen += letters.len();
            let is_wanted =
                |letter: &DeadLetter| only.is_none_or(|only| only.contains(&letter.message_id));
            let (wanted, unwanted): (Vec<_>, Vec<_>) = letters.into_iter().partition(is_wanted);
            others.extend(unwanted);
            self.send_back(queue, &wanted).await?;
            sent += wanted.len();
            if only.is_some_and(|only| only.len() == sent) {
                break;
            }
        }
        self.let_go(queue, &others).await?;
        Ok(sent)
    }

    async fn hold(&self, queue: Queue, limit: usize) -> Result<Vec<DeadLetter>, SqsError> {
        let answer = self
            .client()
            .await
            .receive_message()
            .queue_url(self.dead_url(queue)?)
            .max_number_of_messages(i32::try_from(limit).unwrap_or(1))
            .visibility_timeout(HELD_SECONDS)
            // Without waiting only some of the service's machines are asked.
            .wait_time_seconds(1)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await
            .map_err(|error| SqsError::from_sdk(&error))?;
        let messages = answer.messages.unwrap_or_default().into_iter();
        Ok(messages.filter_map(letter).collect())
    }

    async fn let_go(&self, queue: Queue, letters: &[DeadLetter]) -> Result<(), SqsError> {
        for batch in letters.chunks(BATCH) {
            let mut request = self
                .client()
                .await
                .change_message_visibility_batch()
                .queue_url(self.dead_url(queue)?);
            for (index, letter) in batch.iter().enumerate() {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(&letter.receipt_handle)
                    .visibility_timeout(0)
                    .build();
                request =
                    request.entries(entry.map_err(|error| SqsError::Failed(error.to_string()))?);
            }
            request
                .send()
                .await
                .map_err(|error| SqsError::from_sdk(&error))?;
        }
        Ok(())
    }

    /// First they are sent, then they are deleted.
    async fn send_back(&self, queue: Queue, letters: &[DeadLetter]) -> Result<(), SqsError> {
        if letters.is_empty() {
            return Ok(());
        }
        let client = self.client().await;
        let mut sending = client.send_message_batch().queue_url(self.url(queue)?);
        let mut deleting = client
            .delete_message_batch()
            .queue_url(self.dead_url(queue)?);
        for (index, letter) in letters.iter().enumerate() {
            let sent = SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(&letter.body)
                .build();
            let deleted = DeleteMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .receipt_handle(&letter.receipt_handle)
                .build();
            sending = sending.entries(sent.map_err(|error| SqsError::Failed(error.to_string()))?);
            deleting =
                deleting.entries(deleted.map_err(|error| SqsError::Failed(error.to_string()))?);
        }
        let answer = sending
            .send()
            .await
            .map_err(|error| SqsError::from_sdk(&error))?;
        if let Some(failure) = answer.failed().first() {
            return Err(SqsError::Failed(failure.code().to_owned()));
        }
        deleting
            .send()
            .await
            .map_err(|error| SqsError::from_sdk(&error))?;
        Ok(())
    }
}

fn letter(message: Message) -> Option<DeadLetter> {
    let attributes = message.attributes.unwrap_or_default();
    let number = |name| attributes.get(&name)?.parse::<i64>().ok();
    let moment = |name| Timestamp::from_millisecond(number(name)?).ok();
    let times = number(MessageSystemAttributeName::ApproximateReceiveCount);
    Some(DeadLetter {
        sent_at: moment(MessageSystemAttributeName::SentTimestamp),
        first_received_at: moment(MessageSystemAttributeName::ApproximateFirstReceiveTimestamp),
        times: times
            .and_then(|times| u32::try_from(times).ok())
            .unwrap_or(1),
        message_id: message.message_id?,
        receipt_handle: message.receipt_handle?,
        body: message.body?,
    })
}
