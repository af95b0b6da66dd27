//! SES: one attempt to hand over one raw mail, and what its failure means.
//!
//! `SendEmail` has no idempotency token, so the SDK must not try again by itself: a time-out may have been a success.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use aws_sdk_sesv2::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use tokio::sync::OnceCell;

use crate::config::{Config, aws};
use crate::domain::user::Email;

/// How long one hand-over may take: five that hang fit into one invocation of the worker.
const HAND_OVER_LIMIT: Duration = Duration::from_secs(5);

/// What a failed hand-over means.
#[derive(Debug, thiserror::Error)]
pub enum SesError {
    /// The mail was not accepted; later it may be.
    #[error("not accepted for now: {0}")]
    Later(String),
    /// The mail will never be accepted.
    #[error("refused for good: {0}")]
    Never(String),
    /// Nobody knows whether it was accepted.
    #[error("no answer: {0}")]
    Unknown(String),
}

/// A mail that is ready to leave.
#[derive(Clone, Copy, Debug)]
pub struct RawMail<'a> {
    /// Names it in SES's events.
    pub email_id: &'a str,
    /// What kind it is, for SES's events.
    pub kind: &'a str,
    /// Who gets it.
    pub to: &'a Email,
    /// The MIME message.
    pub mime: &'a [u8],
}

/// The mail service.
#[derive(Clone, Debug)]
pub struct Ses {
    client: Arc<OnceCell<Client>>,
    from: String,
    configuration_set: Option<String>,
    endpoint: Option<String>,
}

impl Ses {
    /// Makes a client that connects when it is first used.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            client: Arc::default(),
            from: config.mail_from.clone(),
            configuration_set: config.ses_configuration_set.clone(),
            endpoint: config.ses_endpoint.clone(),
        }
    }

    async fn client(&self) -> &Client {
        self.client
            .get_or_init(|| async {
                let timeouts = TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(2))
                    .operation_timeout(HAND_OVER_LIMIT)
                    .build();
                let mut config = aws_sdk_sesv2::config::Builder::from(aws().await)
                    .retry_config(RetryConfig::disabled())
                    .timeout_config(timeouts);
                if let Some(endpoint) = &self.endpoint {
                    config = config.endpoint_url(endpoint);
                }
                Client::from_conf(config.build())
            })
            .await
    }

    /// Hands one mail over; returns SES's id of it.
    ///
    /// # Errors
    /// Says whether it was refused, for now or for good, or whether nobody knows.
    pub async fn send(&self, mail: RawMail<'_>) -> Result<String, SesError> {
        let raw = RawMessage::builder().data(Blob::new(mail.mime)).build();
        let raw = raw.map_err(|error| SesError::Never(error.to_string()))?;
        let answer = self
            .client()
            .await
            .send_email()
            .from_email_address(&self.from)
            .destination(
                Destination::builder()
                    .to_addresses(mail.to.as_str())
                    .build(),
            )
            .content(EmailContent::builder().raw(raw).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .set_email_tags(tags(&[("email_id", mail.email_id), ("kind", mail.kind)]))
            .send()
            .await
            .map_err(|error| classify(&error))?;
        Ok(answer.message_id.unwrap_or_default())
    }
}

fn tags(pairs: &[(&str, &str)]) -> Option<Vec<MessageTag>> {
    pairs
        .iter()
        .map(|(name, value)| MessageTag::builder().name(*name).value(*value).build().ok())
        .collect()
}

fn classify(error: &SdkError<SendEmailError>) -> SesError {
    let text = DisplayErrorContext(error).to_string();
    match error {
        SdkError::ServiceError(refused) => {
            let is_for_good = matches!(
                refused.err(),
                SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_)
            );
            if is_for_good {
                SesError::Never(refused.err().message().unwrap_or("rejected").to_owned())
            } else {
                SesError::Later(text)
            }
        }
        SdkError::ConstructionFailure(_) => SesError::Never(text),
        SdkError::DispatchFailure(failure) if failure.is_io() && text.contains("ConnectError") => {
            SesError::Later(text)
        }
        _ => SesError::Unknown(text),
    }
}
