//! SQS: sending for everybody; receiving for where no Lambda service does it for us.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use serde::Serialize;
use tokio::sync::OnceCell;

use super::Queue;
use super::dead::DEAD_LETTERS;
use crate::config::{Config, aws};

/// Why a queue did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum SqsError {
    /// The queue is not there: it was never made, or the service forgot it.
    #[error("the queue does not exist")]
    Missing,
    /// No address of the queue is configured.
    #[error("no address of the {0} queue is configured")]
    NotConfigured(&'static str),
    /// Anything else; worth trying again.
    #[error("the queue cannot be used: {0}")]
    Failed(String),
}

impl SqsError {
    pub(super) fn from_sdk<E>(error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let code = error.code().unwrap_or_default();
        if code.contains("NonExistentQueue") || code.contains("QueueDoesNotExist") {
            return Self::Missing;
        }
        Self::Failed(DisplayErrorContext(error).to_string())
    }
}

/// A message as it was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// SQS's id of it.
    pub message_id: String,
    /// What deletes it.
    pub receipt_handle: String,
    /// The text.
    pub body: String,
    /// How often it was given out, this time included.
    pub times: String,
}

/// The queues, by SQS.
#[derive(Debug)]
pub struct Sqs {
    client: OnceCell<Client>,
    email_url: Option<String>,
    bulk_url: Option<String>,
    export_url: Option<String>,
    payment_url: Option<String>,
    matching_url: Option<String>,
    assignment_url: Option<String>,
    airtable_url: Option<String>,
    delivery_url: Option<String>,
    endpoint: Option<String>,
}

impl Sqs {
    /// Makes a client that connects when it is first used.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            client: OnceCell::new(),
            email_url: config.email_queue_url.clone(),
            bulk_url: config.bulk_queue_url.clone(),
            export_url: config.export_queue_url.clone(),
            payment_url: config.payment_queue_url.clone(),
            matching_url: config.matching_queue_url.clone(),
            assignment_url: config.assignment_queue_url.clone(),
            airtable_url: config.airtable_queue_url.clone(),
            delivery_url: config.delivery_queue_url.clone(),
            endpoint: config.sqs_endpoint.clone(),
        }
    }

    pub(super) async fn client(&self) -> &Client {
        self.client
            .get_or_init(|| async {
                let mut config = aws_sdk_sqs::config::Builder::from(aws().await);
                if let Some(endpoint) = &self.endpoint {
                    config = config.endpoint_url(endpoint);
                }
                Client::from_conf(config.build())
            })
            .await
    }

    pub(super) fn url(&self, queue: Queue) -> Result<&str, SqsError> {
        let url = match queue {
            Queue::Email => self.email_url.as_deref(),
            Queue::Bulk => self.bulk_url.as_deref(),
            Queue::Export => self.export_url.as_deref(),
            Queue::Payment => self.payment_url.as_deref(),
            Queue::Matching => self.matching_url.as_deref(),
            Queue::Assignment => self.assignment_url.as_deref(),
            Queue::Airtable => self.airtable_url.as_deref(),
            Queue::Delivery => self.delivery_url.as_deref(),
        };
        url.ok_or(SqsError::NotConfigured(queue.name()))
    }

    /// Whether an address of this queue is configured.
    #[must_use]
    pub fn knows(&self, queue: Queue) -> bool {
        self.url(queue).is_ok()
    }

    /// The name of a queue at the service, which its ARN ends with.
    ///
    /// # Errors
    /// When no address of it is configured.
    pub fn name(&self, queue: Queue) -> Result<&str, SqsError> {
        let url = self.url(queue)?;
        Ok(url.rsplit_once('/').map_or(url, |(_, name)| name))
    }

    /// Finds a queue by its ARN, or by its name at the service.
    #[must_use]
    pub fn find(&self, arn: &str) -> Option<Queue> {
        let wanted = arn.rsplit_once(':').map_or(arn, |(_, name)| name);
        Queue::ALL
            .into_iter()
            .find(|queue| self.name(*queue).is_ok_and(|name| name == wanted))
    }

    /// Lets a message that was received rest, then come again.
    ///
    /// # Errors
    /// When the queue cannot be reached; it comes again by itself, at another time.
    pub async fn hide(
        &self,
        queue: Queue,
        receipt_handle: &str,
        pause: Duration,
    ) -> Result<(), SqsError> {
        self.client()
            .await
            .change_message_visibility()
            .queue_url(self.url(queue)?)
            .receipt_handle(receipt_handle)
            .visibility_timeout(i32::try_from(pause.as_secs()).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| SqsError::from_sdk(&error))?;
        Ok(())
    }

    /// Sends up to ten messages.
    ///
    /// # Errors
    /// When the queue did not take every one of them.
    pub async fn send<T>(&self, queue: Queue, messages: &[T]) -> Result<(), SqsError>
    where
        T: Serialize + Sync,
    {
        let mut request = self
            .client()
            .await
            .send_message_batch()
            .queue_url(self.url(queue)?);
        for (index, message) in messages.iter().enumerate() {
            let body = serde_json::to_string(message)
                .map_err(|error| SqsError::Failed(error.to_string()))?;
            let entry = SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(body)
                .build();
            request = request.entries(entry.map_err(|error| SqsError::Failed(error.to_string()))?);
        }
        let answer = request
            .send()
            .await
            .map_err(|error| SqsError::from_sdk(&error))?;
        match answer.failed().first() {
            None => Ok(()),
            Some(failure) => Err(SqsError::Failed(failure.code().to_owned())),
        }
    }

    /// Waits up to `wait` for up to ten messages.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn receive(&self, queue: Queue, wait: Duration) -> Result<Vec<Received>, SqsError> {
        let answer = self
            .client()
            .await
            .receive_message()
            .queue_url(self.url(queue)?)
            .max_number_of_messages(10)
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap_or(20))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .send()
            .await
            .map_err(|error| SqsError::from_sdk(&error))?;
        let messages = answer.messages.unwrap_or_default().into_iter();
        Ok(messages
            .filter_map(|message| {
                let attributes = message.attributes.unwrap_or_default();
                let times = attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount);
                Some(Received {
                    message_id: message.message_id?,
                    receipt_handle: message.receipt_handle?,
                    body: message.body?,
                    times: times.cloned().unwrap_or_default(),
                })
            })
            .collect())
    }

    /// Deletes messages that were acted on.
    ///
    /// # Errors
    /// When the queue cannot be reached; they will come again.
    pub async fn delete(&self, queue: Queue, receipt_handles: Vec<String>) -> Result<(), SqsError> {
        let mut request = self
            .client()
            .await
            .delete_message_batch()
            .queue_url(self.url(queue)?);
        for (index, handle) in receipt_handles.into_iter().enumerate() {
            let entry = DeleteMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .receipt_handle(handle)
                .build();
            request = request.entries(entry.map_err(|error| SqsError::Failed(error.to_string()))?);
        }
        request
            .send()
            .await
            .map_err(|error| SqsError::from_sdk(&error))?;
        Ok(())
    }

    /// How many messages wait or are being worked on.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn depth(&self, queue: Queue) -> Result<u64, SqsError> {
        counts(self.client().await, self.url(queue)?).await
    }

    /// Makes a queue with its dead-letter queue, where no template does it: on one machine.
    ///
    /// # Errors
    /// When they cannot be made.
    pub async fn create(&self, queue: Queue) -> Result<(), SqsError> {
        let client = self.client().await;
        let name = self.name(queue)?;
        let failed = |error: String| SqsError::Failed(error);
        let dead = client
            .create_queue()
            .queue_name(format!("{name}{DEAD_LETTERS}"))
            .attributes(QueueAttributeName::MessageRetentionPeriod, "1209600")
            .send()
            .await
            .map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        let attributes = client
            .get_queue_attributes()
            .queue_url(dead.queue_url().unwrap_or_default())
            .attribute_names(QueueAttributeName::QueueArn)
            .send()
            .await
            .map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        let arn = attributes
            .attributes()
            .and_then(|all| all.get(&QueueAttributeName::QueueArn));
        let policy = serde_json::json!({ "deadLetterTargetArn": arn, "maxReceiveCount": 5 });
        client
            .create_queue()
            .queue_name(name)
            .attributes(QueueAttributeName::VisibilityTimeout, hidden_seconds(queue))
            .attributes(QueueAttributeName::RedrivePolicy, policy.to_string())
            .send()
            .await
            .map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        Ok(())
    }
}

/// How many messages are at an address, waiting or in somebody's hands.
pub(super) async fn counts(client: &Client, url: &str) -> Result<u64, SqsError> {
    let names = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
    ];
    let answer = client
        .get_queue_attributes()
        .queue_url(url)
        .set_attribute_names(Some(names.to_vec()))
        .send()
        .await
        .map_err(|error| SqsError::from_sdk(&error))?;
    let counts = answer.attributes.unwrap_or_default();
    Ok(names
        .iter()
        .filter_map(|name| counts.get(name)?.parse::<u64>().ok())
        .sum())
}

/// How long a message stays invisible that was received: six times as long as its worker may take, as in `template.yaml`.
const fn hidden_seconds(queue: Queue) -> &'static str {
    match queue {
        Queue::Email | Queue::Bulk | Queue::Payment | Queue::Matching | Queue::Delivery => "180",
        Queue::Airtable => "360",
        Queue::Assignment => "3600",
        Queue::Export => "1800",
    }
}
