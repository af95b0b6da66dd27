//! What befalls the platform: connections that break, locks that are in the way, workers that are killed.

use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::{Either, select};
use shared::domain::id::{Id, UserId};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::TestApp;

/// Breaks one of the platform's connections after another.
pub struct Havoc {
    stop: oneshot::Sender<()>,
    broken: JoinHandle<u32>,
}

impl Havoc {
    /// Stops, and says how many connections broke.
    pub async fn end(self) -> u32 {
        let _ = self.stop.send(());
        self.broken.await.unwrap()
    }
}

/// A row that nobody else gets until this is dropped.
pub struct Held(Client);

impl Held {
    /// Lets it go.
    pub async fn release(self) {
        self.0.batch_execute("COMMIT").await.unwrap();
    }
}

/// Lets somebody work until something can be seen, and kills them where they wait then.
pub async fn kill_once<T: Debug>(work: impl Future<Output = T>, is_seen: impl Fn() -> bool) {
    let seen = async {
        while !is_seen() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if let Either::Left((done, _)) = select(Box::pin(work), Box::pin(seen)).await {
        panic!("the work was done before: {done:?}");
    }
}

impl TestApp {
    /// Breaks a random one of the connections that are at work, time and again.
    pub async fn given_havoc(&self, pause: Duration) -> Havoc {
        let client = self.database.client().await;
        let (stop, mut stopped) = oneshot::channel();
        let broken = tokio::spawn(async move {
            let mut broken = 0;
            while stopped.try_recv().is_err() {
                let chosen = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                               WHERE datname = current_database() AND pid <> pg_backend_pid()
                                 AND (state <> 'idle' OR random() < 0.1)
                               ORDER BY random() LIMIT 1";
                let ended = client.query_typed(chosen, &[]).await.unwrap();
                broken += u32::try_from(ended.len()).unwrap();
                tokio::time::sleep(pause).await;
            }
            broken
        });
        Havoc { stop, broken }
    }

    /// Holds a person's row.
    pub async fn given_lock(&self, person: UserId) -> Held {
        let person = person.uuid();
        let rows = format!("SELECT id FROM users WHERE id = '{person}' FOR NO KEY UPDATE");
        self.held(&rows).await
    }

    /// Holds what is counted of a mentor.
    pub async fn given_locked_counts(&self, mentor: UserId) -> Held {
        let mentor = mentor.uuid();
        let rows =
            format!("SELECT FROM mentor_search WHERE mentor_id = '{mentor}' FOR NO KEY UPDATE");
        self.held(&rows).await
    }

    /// Holds the end of the audit log.
    pub async fn given_locked_audit(&self) -> Held {
        self.held("SELECT FROM audit_heads ORDER BY day DESC FOR UPDATE")
            .await
    }

    async fn held(&self, rows: &str) -> Held {
        let client = self.database.client().await;
        client
            .batch_execute(&format!("BEGIN; {rows}"))
            .await
            .unwrap();
        Held(client)
    }

    /// Holds the row of the last of two people and, as soon as somebody waits for it, asks for the whole table: the
    /// database has to throw out whoever waits. It is not this one, which looks for a deadlock too late; and nobody
    /// overtakes it, as they might if it asked for the row of the first.
    pub async fn given_deadlock(&self, people: [UserId; 2]) -> JoinHandle<()> {
        let last = *people.iter().max().unwrap();
        let (held, watch) = (self.given_lock(last).await, self.database.client().await);
        tokio::spawn(async move {
            let waiting = "SELECT 1 FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while watch.query_typed(waiting, &[]).await.unwrap().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let table = "SET LOCAL deadlock_timeout = '1min'; LOCK TABLE users IN EXCLUSIVE MODE";
            held.0.batch_execute(table).await.unwrap();
            held.release().await;
        })
    }
}
