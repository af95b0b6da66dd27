//! A stand-in for the mail service: the one call of SES v2 that we make, answered as AWS answers it.
//!
//! It keeps every mail byte for byte, refuses senders that nobody verified, and can be told to fail in the ways in which
//! the real one fails. It reports what becomes of each mail, to whoever follows. What it cannot do is send.
#![expect(
    clippy::disallowed_types,
    reason = "it speaks the protocol of AWS, not our envelope"
)]

mod call;
mod refused;
mod reports;

use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use call::Accepted;
use refused::Refused;
pub use reports::{Fate, carry};

/// How many mails are kept; the oldest go first.
const KEPT: usize = 5_000;
/// The largest body of a call, in bytes.
const LARGEST_CALL: usize = 16 * 1024 * 1024;

/// What goes wrong with each call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// 429: too many calls. Nothing is sent.
    Throttle,
    /// 503: the service is down. Nothing is sent.
    Unavailable,
    /// The mail is sent, but the caller never hears of it.
    AcceptThenHang,
    /// The caller waits for ever, and nothing is sent.
    HangBeforeAccept,
}

/// A mail that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMail {
    /// The id that the caller was told.
    pub message_id: String,
    /// When it was accepted, by the platform's clock.
    pub sent_at: Timestamp,
    /// The sender as named in the call, or else in the mail.
    pub from: String,
    /// The bare addresses of all recipients.
    pub to: Vec<String>,
    /// The mail itself.
    pub raw: Bytes,
    /// The configuration set that the call named.
    pub configuration_set: Option<String>,
    /// The tags that the call gave, in its order.
    pub tags: Vec<(String, String)>,
}

/// The mails that were sent, and the switch for faults. Clones are the same mailbox.
#[derive(Clone)]
pub struct Mailbox(Arc<Shared>);

struct Shared {
    region: String,
    verified: Vec<String>,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    state: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    mails: VecDeque<SentMail>,
    accepted: u64,
    calls: u64,
    fault: Fault,
    follower: Option<UnboundedSender<Value>>,
}

impl Mailbox {
    /// Opens an empty mailbox that accepts mails from the `verified` addresses and domains.
    pub fn new<S: Into<String>>(
        region: &str,
        verified: impl IntoIterator<Item = S>,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Shared {
            region: region.to_owned(),
            verified: verified
                .into_iter()
                .map(|identity| identity.into().to_lowercase())
                .collect(),
            now: Box::new(now),
            state: Mutex::default(),
        }))
    }

    /// Reads the mails, newest first.
    #[must_use]
    pub fn mails(&self) -> Vec<SentMail> {
        self.contents().mails.iter().rev().cloned().collect()
    }

    /// Throws all mails away.
    pub fn clear(&self) {
        self.contents().mails.clear();
    }

    /// Chooses what goes wrong from now on; calls that hang already go on hanging.
    pub fn set_fault(&self, fault: Fault) {
        self.contents().fault = fault;
    }

    /// Follows what is reported about mails from now on, in the place of whoever did before.
    #[must_use]
    pub fn follow(&self) -> UnboundedReceiver<Value> {
        let (follower, reports) = unbounded_channel();
        self.contents().follower = Some(follower);
        reports
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many calls have reached it, whatever became of them.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.contents().calls
    }

    fn called(&self) -> Fault {
        let mut contents = self.contents();
        contents.calls += 1;
        contents.fault
    }

    fn is_verified(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let domain = address.rsplit('@').next().unwrap_or_default();
        self.0
            .verified
            .iter()
            .any(|identity| *identity == address || identity == domain)
    }

    /// Puts a mail in as if it had been sent.
    #[cfg(test)]
    pub(crate) fn put(&self, to: &str, raw: &[u8]) {
        self.accept(Accepted {
            from: String::new(),
            to: vec![to.to_owned()],
            raw: Bytes::copy_from_slice(raw),
            configuration_set: None,
            tags: Vec::new(),
        });
    }

    fn accept(&self, mail: Accepted) -> String {
        let sent_at = (self.0.now)();
        let mut contents = self.contents();
        contents.accepted += 1;
        let message_id = format!(
            "{:016x}-{:08x}-standin",
            sent_at.as_millisecond(),
            contents.accepted
        );
        if contents.mails.len() == KEPT {
            contents.mails.pop_front();
        }
        let mail = SentMail {
            message_id: message_id.clone(),
            sent_at,
            from: mail.from,
            to: mail.to,
            raw: mail.raw,
            configuration_set: mail.configuration_set,
            tags: mail.tags,
        };
        if let Some(follower) = &contents.follower {
            for report in reports::reports_of(&mail) {
                // Nobody follows any more.
                let _ = follower.send(report);
            }
        }
        contents.mails.push_back(mail);
        message_id
    }
}

/// Answers `POST /v2/email/outbound-emails`; every other call is refused as unknown.
pub fn router(mailbox: Mailbox) -> Router {
    Router::new()
        .route("/v2/email/outbound-emails", post(send_email))
        .layer(DefaultBodyLimit::max(LARGEST_CALL))
        .fallback(unknown_call)
        .with_state(mailbox)
}

async fn unknown_call() -> Refused {
    Refused::unknown()
}

async fn send_email(State(mailbox): State<Mailbox>, body: Bytes) -> Result<Response, Refused> {
    let fault = mailbox.called();
    match fault {
        Fault::Throttle => return Err(Refused::throttled()),
        Fault::Unavailable => return Err(Refused::unavailable()),
        Fault::HangBeforeAccept => pending().await,
        Fault::None | Fault::AcceptThenHang => {}
    }
    let message_id = mailbox.accept(call::examine(&body, &mailbox)?);
    if fault == Fault::AcceptThenHang {
        pending::<()>().await;
    }
    Ok(Json(json!({ "MessageId": message_id })).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use aws_config::retry::RetryConfig;
    use aws_config::timeout::TimeoutConfig;
    use aws_config::{BehaviorVersion, Region};
    use aws_sdk_sesv2::Client;
    use aws_sdk_sesv2::config::{Config, Credentials};
    use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
    use aws_sdk_sesv2::operation::send_email::{SendEmailError, SendEmailOutput};
    use aws_sdk_sesv2::primitives::Blob;
    use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};

    const FROM: &str = "Office Hours <hello@office-hours.example>";
    const RAW: &[u8] =
        b"From: Office Hours <hello@office-hours.example>\r\nTo: zoe@example.com\r\n\
                         Subject: Hi\r\n\r\nHello \xc3\xbc\r\n";

    type Answer = Result<SendEmailOutput, SdkError<SendEmailError>>;

    /// Starts the stand-in and a real client that believes it speaks to AWS.
    async fn given_ses() -> (Mailbox, Client) {
        let now: Timestamp = "2026-03-01T09:30:00Z".parse().unwrap();
        let mailbox = Mailbox::new(
            "eu-central-1",
            ["office-hours.example", "Ada@example.com"],
            move || now,
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router(mailbox.clone())).into_future());
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .endpoint_url(url)
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_timeout(Duration::from_millis(500))
                    .build(),
            )
            .build();
        (mailbox, Client::from_conf(config))
    }

    async fn send(client: &Client, from: &str, to: &[&str]) -> Answer {
        send_raw(client, from, to, RAW).await
    }

    async fn send_raw(client: &Client, from: &str, to: &[&str], raw: &[u8]) -> Answer {
        let raw = RawMessage::builder().data(Blob::new(raw)).build().unwrap();
        client
            .send_email()
            .from_email_address(from)
            .destination(
                Destination::builder()
                    .set_to_addresses(Some(strings(to)))
                    .build(),
            )
            .content(EmailContent::builder().raw(raw).build())
            .configuration_set_name("office-hours")
            .email_tags(
                MessageTag::builder()
                    .name("kind")
                    .value("verify_email")
                    .build()
                    .unwrap(),
            )
            .send()
            .await
    }

    fn strings(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    fn code(answer: &Answer) -> Option<&str> {
        answer
            .as_ref()
            .unwrap_err()
            .as_service_error()
            .and_then(ProvideErrorMetadata::code)
    }

    #[tokio::test]
    async fn a_mail_is_kept_byte_for_byte() {
        let (mailbox, client) = given_ses().await;

        let sent = send(&client, FROM, &["Zoë <zoe@example.com>"])
            .await
            .unwrap();

        let [mail] = mailbox.mails().try_into().unwrap();
        assert_eq!(mail.raw, RAW);
        assert_eq!(mail.to, ["zoe@example.com"]);
        assert_eq!(mail.from, FROM);
        assert_eq!(sent.message_id(), Some(mail.message_id.as_str()));
        assert_eq!(mail.sent_at.to_string(), "2026-03-01T09:30:00Z");
        assert_eq!(mail.configuration_set.as_deref(), Some("office-hours"));
        assert_eq!(mail.tags, [("kind".to_owned(), "verify_email".to_owned())]);
    }

    #[tokio::test]
    async fn without_a_destination_the_mail_names_its_readers() {
        let (mailbox, client) = given_ses().await;

        send(&client, FROM, &[]).await.unwrap();

        assert_eq!(mailbox.mails()[0].to, ["zoe@example.com"]);
    }

    #[tokio::test]
    async fn the_newest_mail_comes_first_and_clearing_empties() {
        let (mailbox, client) = given_ses().await;
        for to in ["a@example.com", "b@example.com"] {
            send(&client, FROM, &[to]).await.unwrap();
        }

        let order: Vec<_> = mailbox
            .mails()
            .into_iter()
            .flat_map(|mail| mail.to)
            .collect();
        mailbox.clear();

        assert_eq!(order, ["b@example.com", "a@example.com"]);
        assert!(mailbox.mails().is_empty());
    }

    #[tokio::test]
    async fn a_sender_that_nobody_verified_is_rejected_as_aws_does() {
        let (mailbox, client) = given_ses().await;
        let forged = [
            b"From: x@evil.example\r\n".as_slice(),
            b"To: a@b.example\r\n\r\nx",
        ]
        .concat();

        let refused = send(&client, "Eve <eve@evil.example>", &["zoe@example.com"])
            .await
            .unwrap_err();
        let forged = send_raw(&client, FROM, &["zoe@example.com"], &forged)
            .await
            .unwrap_err();

        let refused = refused.into_service_error();
        assert!(refused.is_message_rejected());
        assert_eq!(
            refused.message(),
            Some(
                "Email address is not verified. The following identities failed the check in region \
                 EU-CENTRAL-1: eve@evil.example"
            )
        );
        assert!(
            forged
                .into_service_error()
                .message()
                .unwrap()
                .ends_with(": x@evil.example")
        );
        assert!(mailbox.mails().is_empty());
    }

    #[tokio::test]
    async fn more_than_fifty_readers_are_a_bad_request() {
        let (mailbox, client) = given_ses().await;
        let fifty_one = vec!["zoe@example.com"; 51];

        let refused = send(&client, FROM, &fifty_one).await.unwrap_err();
        send(&client, FROM, &fifty_one[1..]).await.unwrap();

        assert!(refused.into_service_error().is_bad_request_exception());
        assert_eq!(mailbox.mails().len(), 1);
    }

    #[tokio::test]
    async fn what_is_no_raw_mail_is_a_bad_request() {
        let (_, client) = given_ses().await;

        let empty = client
            .send_email()
            .content(EmailContent::builder().build())
            .send()
            .await;
        let unknown = client.get_account().send().await.unwrap_err();

        assert_eq!(code(&empty), Some("BadRequestException"));
        assert_eq!(unknown.code(), Some("UnknownOperationException"));
    }

    #[tokio::test]
    async fn faults_are_those_of_the_real_one() {
        let (mailbox, client) = given_ses().await;
        let to = ["zoe@example.com"];

        mailbox.set_fault(Fault::Throttle);
        let throttled = send(&client, FROM, &to)
            .await
            .unwrap_err()
            .into_service_error();
        mailbox.set_fault(Fault::Unavailable);
        let unavailable = send(&client, FROM, &to).await;
        mailbox.set_fault(Fault::HangBeforeAccept);
        let unheard = send(&client, FROM, &to).await;
        let before = mailbox.mails().len();
        mailbox.set_fault(Fault::AcceptThenHang);
        let accepted = send(&client, FROM, &to).await;
        let after = mailbox.mails().len();
        mailbox.set_fault(Fault::None);
        let well = send(&client, FROM, &to).await;

        assert!(throttled.is_too_many_requests_exception());
        assert_eq!(
            unavailable
                .unwrap_err()
                .raw_response()
                .unwrap()
                .status()
                .as_u16(),
            503
        );
        assert!(
            matches!(unheard, Err(SdkError::TimeoutError(_))),
            "{unheard:?}"
        );
        assert!(
            matches!(accepted, Err(SdkError::TimeoutError(_))),
            "{accepted:?}"
        );
        assert_eq!((before, after), (0, 1));
        assert!(well.is_ok());
    }

    #[test]
    fn the_oldest_mails_go_first() {
        let mailbox = Mailbox::new("eu-central-1", ["x"], || Timestamp::UNIX_EPOCH);
        for number in 0..=KEPT {
            mailbox.put(&number.to_string(), b"");
        }

        let mails = mailbox.mails();

        assert_eq!(mails.len(), KEPT);
        assert_eq!(
            (mails[0].to[0].as_str(), mails[KEPT - 1].to[0].as_str()),
            ("5000", "1")
        );
    }
}
