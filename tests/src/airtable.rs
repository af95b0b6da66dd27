//! Airtable in a test: the stand-in, and workers that act on what was promised.

use std::time::Duration;

use airtable_stand_in::{AirtableStandIn, BASE, Ping, Setup as StandInSetup};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::config::{AirtableConfig, Config};
use shared::domain::event::EventRecord;
use shared::domain::id::UserId;
use shared::domain::sync::{Cell, Conflict, ConflictKind, SyncField};
use shared::worker::WorkError;
use tokio::net::TcpListener;

use crate::{Reply, Setup, TestApp, api};

/// A stand-in that never minds how often it is asked; pings wait for the test.
pub const PATIENT: StandInSetup<'static> = StandInSetup {
    file: None,
    most_per_second: usize::MAX,
    sends_pings: false,
};

/// Starts the stand-in and leads the platform to it. Its pace is a test's: four a second would be a test of patience.
pub async fn connect(
    config: &mut Config,
    setup: StandInSetup<'_>,
    clock: &Clock,
) -> AirtableStandIn {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let clock = clock.clone();
    let stand_in = AirtableStandIn::start(listener, setup, move || clock.now()).unwrap();
    config.airtable_secret = Some("airtable".to_owned());
    config.airtable = Some(AirtableConfig {
        url: stand_in.url().to_owned(),
        base: BASE.to_owned(),
        people: "People".to_owned(),
        sessions: "Sessions".to_owned(),
        pace: Duration::from_millis(1),
    });
    stand_in
}

impl TestApp {
    /// An app of all areas that is connected to Airtable, and has looked at it once.
    pub async fn with_airtable() -> Self {
        let setup = Setup {
            airtable: Some(PATIENT),
            ..Setup::default()
        };
        let app = Self::with(api(), setup).await;
        app.wake_sync().await;
        app.settle_airtable().await;
        app
    }

    /// The stand-in.
    pub const fn airtable(&self) -> &AirtableStandIn {
        self.airtable.as_ref().expect("the setup has Airtable")
    }

    /// Lets the schedule look whether anything is to be done.
    pub async fn wake_sync(&self) {
        reminders_cron::fire(self.state.clone()).await.unwrap();
    }

    /// Every event that waits for the worker, in order.
    pub async fn sync_events(&self) -> Vec<EventRecord> {
        let rows = self
            .database
            .sql(
                "SELECT record FROM outbox
                  WHERE queue = 'airtable'
                    AND NOT EXISTS (SELECT FROM inbox WHERE consumer = 'airtable' AND inbox.event_id = outbox.event_id)
                  ORDER BY event_id",
            )
            .await;
        let read = |row: &Vec<Option<String>>| serde_json::from_str(row[0].as_deref().unwrap());
        rows.iter().map(|row| read(row).unwrap()).collect()
    }

    /// Lets a worker act on an event.
    pub async fn sync(&self, event: &EventRecord) -> Result<(), WorkError> {
        Box::pin(airtable_worker::handle(self.state.clone(), event.clone())).await
    }

    /// Takes a ping to where it goes.
    pub async fn ping(&self, ping: &Ping) -> Reply {
        self.call(Method::POST, "/api/webhooks/airtable")
            .header("x-airtable-content-mac", &ping.mac)
            .body("application/json", ping.body.clone())
            .send()
            .await
    }

    /// Lets everything be done that waits: pings, events, and what the schedule finds.
    pub async fn settle_airtable(&self) {
        for _ in 0..40 {
            let pings = self.airtable().take_pings();
            for ping in &pings {
                assert_eq!(self.ping(ping).await.status, StatusCode::OK);
            }
            let events = self.sync_events().await;
            if pings.is_empty() && events.is_empty() {
                return;
            }
            for event in events {
                self.sync(&event).await.unwrap();
            }
        }
        panic!("the sync does not come to rest");
    }

    /// A field of a person that both sides have changed.
    pub async fn given_conflict(&self, person: UserId) -> String {
        let conflict = Conflict {
            id: self.clock.id(),
            user_id: person,
            field: SyncField::Bio,
            kind: ConflictKind::BothChanged,
            base: Cell::Empty,
            ours: Cell::text("Ours"),
            theirs: Cell::text("Theirs"),
            detected_at: self.clock.now(),
            resolved: None,
            version: 1,
        };
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        shared::store::sync::insert(&tx, &conflict).await.unwrap();
        tx.commit().await.unwrap();
        conflict.id.to_string()
    }

    /// A worker that was killed has the base no longer.
    pub async fn end_lease(&self) {
        self.database
            .sql("UPDATE airtable_bases SET lease_until = NULL")
            .await;
    }

    /// Erases a person, as the schedule does two weeks after they wanted it.
    pub async fn erase(&self, person: UserId) {
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        shared::store::privacy::erase(&tx, person, self.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Lets the platform ask as often as it does elsewhere.
    pub fn set_airtable_pace(&mut self, pace: Duration) {
        let mut config = (*self.state.config).clone();
        if let Some(airtable) = &mut config.airtable {
            airtable.pace = pace;
        }
        self.state.config = std::sync::Arc::new(config);
    }

    /// Lets time pass.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.set(self.clock.now() + time);
    }

    /// A person's record there, by the names of its fields.
    pub fn there(&self, user: UserId) -> Option<(String, serde_json::Map<String, Value>)> {
        let id = user.to_string();
        self.airtable().find("People", "Platform ID", &id)
    }

    /// A cell of a person's record there.
    pub fn cell(&self, user: UserId, field: &str) -> Value {
        let (_, cells) = self.there(user).expect("the person has a record");
        cells.get(field).cloned().unwrap_or_default()
    }

    /// Somebody at a screen changes a cell of a person's record.
    pub fn edit_there(&self, user: UserId, field: &str, value: &Value) {
        let (record, _) = self.there(user).expect("the person has a record");
        self.airtable().edit(&record, field, value);
    }

    /// What the platform says of a person's sync.
    pub async fn sync_status(&self, user: UserId) -> Value {
        let path = format!("/api/sync/status/{user}");
        let (status, body) = self.get_as(user, &path).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["data"].clone()
    }

    /// A person changes a field of their own profile.
    pub async fn edit_here(&self, user: UserId, field: &str, value: &Value) {
        let (status, body) = self
            .patch_as(user, "/api/users/me", &json!({ field: value }))
            .await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }

    /// A field of a person's own profile.
    pub async fn here(&self, user: UserId, field: &str) -> Value {
        let (status, body) = self.get_as(user, "/api/users/me").await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["data"][field].clone()
    }
}
