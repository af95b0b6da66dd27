//! Payments in a test: the provider's stand-in, and workers that are killed, late or there twice.

use shared::domain::event::EventRecord;
use shared::domain::id::SessionId;
use shared::worker::WorkError;
use standalone::payments::{EntryKind, PaymentStandIn};
use tokio::net::TcpListener;

use crate::havoc::kill_once;
use crate::{Setup, TestApp, api};

impl TestApp {
    /// An app of all areas that takes payments.
    pub async fn with_payments() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let setup = Setup {
            payments: Some(PaymentStandIn::start(listener, None).unwrap()),
            ..Setup::default()
        };
        Self::with(api(), setup).await
    }

    /// The stand-in for the payment provider.
    pub const fn provider(&self) -> &PaymentStandIn {
        self.payments.as_ref().expect("the setup takes payments")
    }

    /// What the provider's books say of a session, in order.
    pub fn booked_for(&self, session: &str) -> Vec<EntryKind> {
        let entries = self.provider().entries().into_iter();
        entries
            .filter(|entry| entry.order == session)
            .map(|entry| entry.kind)
            .collect()
    }

    /// Every event that went to the worker, in order.
    pub async fn payment_events(&self) -> Vec<EventRecord> {
        self.events("TRUE").await
    }

    async fn events(&self, which: &str) -> Vec<EventRecord> {
        let rows = self
            .database
            .sql(&format!(
                "SELECT record FROM outbox WHERE queue = 'payment' AND {which} ORDER BY event_id"
            ))
            .await;
        rows.iter()
            .map(|row| serde_json::from_str(row[0].as_deref().unwrap()).unwrap())
            .collect()
    }

    /// Lets a worker act on an event.
    pub async fn deliver(&self, event: &EventRecord) -> Result<(), WorkError> {
        Box::pin(payment_worker::handle(self.state.clone(), event.clone())).await
    }

    /// Lets a worker act on an event, and kills it while it waits for the provider.
    pub async fn kill_while_delivering(&self, event: &EventRecord) {
        let asked = self.provider().questions();
        kill_once(self.deliver(event), || self.provider().questions() > asked).await;
    }

    /// Lets a worker act on every event that no worker has acted on.
    pub async fn work_on_payments(&self) {
        let unclaimed = "NOT EXISTS (SELECT FROM inbox WHERE consumer = 'payment' AND inbox.event_id = outbox.event_id)";
        for event in self.events(unclaimed).await {
            self.deliver(&event).await.unwrap();
        }
        assert!(self.events(unclaimed).await.is_empty());
    }

    /// How many payments still know what they are paid with.
    pub async fn kept_methods(&self) -> u64 {
        self.count("SELECT count(*) FROM payments WHERE method IS NOT NULL")
            .await
    }

    /// Why the provider could not be asked about a payment the last time.
    pub async fn payment_failure(&self, session: &str) -> Option<String> {
        let statement = format!("SELECT last_error FROM payments WHERE session_id = '{session}'");
        self.database.sql(&statement).await[0][0].clone()
    }

    /// A session whose mentor never answered, and what follows from that.
    pub async fn given_expired(&self, session: SessionId) -> EventRecord {
        self.database
            .sql(&format!(
                "UPDATE sessions SET status = 'expired' WHERE id = '{session}'"
            ))
            .await;
        EventRecord {
            id: self.clock.id(),
            at: self.clock.now(),
            request_id: None,
            trace_id: None,
            event: shared::domain::event::Event::SessionExpired {
                session_id: session,
            },
        }
    }
}
