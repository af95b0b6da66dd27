//! The mails of a test: a stand-in for the mail service, and the worker that hands mails over to it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use serde_json::Value;
use shared::config::Config;
use shared::domain::event::EventRecord;
use shared::domain::id::{NotificationId, UserId};
use shared::domain::notification::Channel;
use shared::outside::ses::Ses;
use shared::state::AppState;
use shared::store::notification::{self, Ending, Line, NewNotification};
use shared::worker::{WorkError, run_batch};
use standalone::ses::{Mailbox, SentMail};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::TestApp;

/// How long a worker has for what the mail service reports.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail service of its own, and the worker's view of the platform.
pub struct Post {
    /// What was sent.
    pub mailbox: Mailbox,
    /// The same database and clock as the app's, with a way to the mail service.
    pub state: AppState,
    reports: Mutex<UnboundedReceiver<Value>>,
}

impl TestApp {
    /// Starts a stand-in for the mail service.
    pub async fn given_mail_service(&self) -> Post {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = Config {
            ses_endpoint: Some(format!("http://{}", listener.local_addr().unwrap())),
            ..(*self.state.config).clone()
        };
        let clock = self.clock.clone();
        let senders = ["hello@example.com".to_owned()];
        let mailbox = Mailbox::new("eu-central-1", senders, move || clock.now());
        standalone::platform::start_ses(listener, mailbox.clone()).unwrap();
        let mut state = self.state.clone();
        state.ses = Ses::new(&config);
        let reports = Mutex::new(mailbox.follow());
        Post {
            mailbox,
            state,
            reports,
        }
    }

    /// Every event that was promised to the mails, oldest first, as it travels.
    pub async fn promised_mails(&self) -> Vec<EventRecord> {
        let rows = self
            .database
            .sql("SELECT record FROM outbox WHERE queue IN ('email', 'email-bulk') ORDER BY event_id")
            .await;
        rows.iter()
            .map(|row| serde_json::from_str(row[0].as_deref().unwrap()).unwrap())
            .collect()
    }

    /// Every event of which a message has rested and is to go on.
    pub async fn woken_mails(&self) -> Vec<EventRecord> {
        let rows = self
            .database
            .sql(
                "SELECT record FROM outbox
                  WHERE queue = 'email' AND event_id IN
                        (SELECT event_id FROM notifications WHERE status = 'queued' AND not_before IS NULL)",
            )
            .await;
        rows.iter()
            .map(|row| serde_json::from_str(row[0].as_deref().unwrap()).unwrap())
            .collect()
    }

    /// Where each mail to a person stands, by its kind.
    pub async fn mails_of(&self, person: UserId) -> Vec<(String, String)> {
        let rows = self
            .database
            .sql(&format!(
                "SELECT kind, status FROM notifications
                  WHERE recipient_id = '{person}' AND channel = 'email' ORDER BY created_at, id"
            ))
            .await;
        rows.into_iter()
            .map(|mut row| {
                let status = row.pop().flatten().unwrap();
                (row.pop().flatten().unwrap(), status)
            })
            .collect()
    }

    /// Where each text message to a person stands.
    pub async fn texts_of(&self, person: UserId) -> Vec<String> {
        let rows = self
            .database
            .sql(&format!(
                "SELECT status FROM notifications WHERE recipient_id = '{person}' AND channel = 'sms' ORDER BY id"
            ))
            .await;
        rows.into_iter()
            .map(|mut row| row.remove(0).unwrap())
            .collect()
    }

    /// Something that a person is told in the app.
    pub async fn given_shown(&self, person: UserId) -> NotificationId {
        let (event, id) = (self.state.clock.id(), self.state.clock.id());
        let new = NewNotification {
            id,
            recipient: person,
            kind: "mentor_approved",
            channel: Channel::InApp,
            session: None,
            dedupe_key: format!("shown:{person}"),
            is_security: false,
        };
        let line = Line {
            title: "You are a mentor at Office Hours now".to_owned(),
            path: "/profile".to_owned(),
            about: None,
        };
        let now = self.state.clock.now();
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        notification::insert(&tx, event, &new).await.unwrap();
        notification::claim_next(&tx, event, &[], now)
            .await
            .unwrap();
        notification::end(&tx, id, &Ending::Shown(line), now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Which reports about a person's mails were noted, in the order of their moments.
    pub async fn reports_of(&self, person: UserId) -> Vec<String> {
        let rows = self
            .database
            .sql(&format!(
                "SELECT r.kind FROM delivery_reports r JOIN notifications n ON n.id = r.notification_id
                  WHERE n.recipient_id = '{person}' ORDER BY r.reported_at, r.kind"
            ))
            .await;
        rows.into_iter().filter_map(|mut row| row.pop()?).collect()
    }

    /// The addresses that no mail goes to, and why.
    pub async fn suppressed(&self) -> Vec<(String, String)> {
        let rows = self
            .database
            .sql("SELECT email, reason FROM suppressed_addresses ORDER BY email")
            .await;
        rows.into_iter()
            .map(|mut row| {
                let reason = row.pop().flatten().unwrap();
                (row.pop().flatten().unwrap(), reason)
            })
            .collect()
    }

    /// Lets the claims of workers on mails run out, as a minute would.
    pub async fn given_lapsed_mail_claims(&self) {
        self.database.end_mail_claims().await;
    }
}

impl Post {
    /// Lets the worker act on one event.
    pub async fn deliver(&self, record: &EventRecord) -> Result<(), WorkError> {
        email_worker::handle(self.state.clone(), record.clone()).await
    }

    /// Lets the worker act on every event that was promised since; returns how many there are now.
    pub async fn deliver_from(&self, app: &TestApp, from: usize) -> usize {
        let promised = app.promised_mails().await;
        for record in &promised[from..] {
            self.deliver(record).await.unwrap();
        }
        promised.len()
    }

    /// The newest mail to a person, as it was sent.
    pub fn raw_mail_to(&self, person: UserId) -> Option<Vec<u8>> {
        let address = format!("{person}@example.com");
        let mut mails = self.mailbox.mails().into_iter();
        let mail = mails.find(|mail| mail.to.contains(&address))?;
        Some(mail.raw.to_vec())
    }

    /// What the mail service has reported since the last time this was asked.
    pub fn reports(&self) -> Vec<Value> {
        let mut reports = self.reports.lock().unwrap();
        std::iter::from_fn(|| reports.try_recv().ok()).collect()
    }

    /// Lets the worker act on reports in one batch; gives the places of those that come again.
    pub async fn hear(&self, bodies: &[impl ToString]) -> Vec<usize> {
        let mut batch = SqsEvent::default();
        for (place, body) in bodies.iter().enumerate() {
            let mut message = SqsMessage::default();
            message.message_id = Some(place.to_string());
            message.body = Some(body.to_string());
            batch.records.push(message);
        }
        let response = run_batch(&self.state, batch, PATIENCE, delivery_worker::handle).await;
        let failed = response.batch_item_failures.into_iter();
        failed
            .map(|failure| failure.item_identifier.parse().unwrap())
            .collect()
    }

    /// The mails to a person, oldest first, decoded.
    pub fn mails_to(&self, person: UserId) -> Vec<String> {
        let address = format!("{person}@example.com");
        let is_theirs = |mail: &&SentMail| mail.to.contains(&address);
        let mut mails = self.mailbox.mails();
        mails.reverse();
        mails
            .iter()
            .filter(is_theirs)
            .map(|mail| decoded(&mail.raw))
            .collect()
    }
}

/// A mail as a person and a calendar read it: subject, text and every part.
pub fn decoded(raw: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default()
        .parse(raw)
        .expect("a mail that can be read");
    let mut text = format!("Subject: {}\n", mail.subject().unwrap_or_default());
    for part in &mail.parts {
        if let Some(content) = part.text_contents() {
            text.push_str(content);
            text.push('\n');
        }
    }
    text
}

/// Runs a program that is killed when it wants to take its next step; `None` when that came before its end.
pub fn killed_after<F: Future>(steps: u32, program: F) -> Killed<F> {
    Killed {
        program: Box::pin(program),
        left: steps,
    }
}

/// A program that takes some steps and no more: each is what it does between two waits.
#[must_use = "a program that is not awaited takes no step"]
pub struct Killed<F> {
    program: Pin<Box<F>>,
    left: u32,
}

impl<F: Future> Future for Killed<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.program.as_mut().poll(context).map(Some)
    }
}
