//! Parts that go away and come back: a clear answer meanwhile, nothing lost, no restart.

use reqwest::Method;
use serde_json::json;
use shared::store::Db;
use shared::store::db::DbConfig;
use standalone::services::{Ministack, MinistackSetup, Postgres, PostgresSetup};

use crate::house::{House, Plan, eventually};

/// A folder that is removed with this value.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("office-hours-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn register(house: &House, name: &str) -> u16 {
    let body = json!({
        "email": format!("{name}@example.com"), "password": "Demo-Passw0rd!", "role": "mentee",
        "first_name": "Ada", "last_name": "Test", "timezone": "UTC",
    });
    house.post("/api/auth/register", body).await.status
}

#[tokio::test]
async fn the_database_may_go_away_and_come_back() {
    let folder = Folder::new("outage-db");
    let setup = PostgresSetup {
        folder: folder.0.join("postgres"),
        is_kept: true,
    };
    let mut postgres = Postgres::start(setup).unwrap();
    let db = Db::pool(&DbConfig::parse(&postgres.url("app")).unwrap(), 4).unwrap();
    shared::store::migrate::run(&db).await.unwrap();
    let house = House::on(db, Plan::default()).await;
    let person = house.newcomer("ada", "mentee", "UTC").await;
    let me = || house.ask(Method::GET, "/api/users/me", Some(&person.token), None);
    assert_eq!(me().await.status, 200);

    postgres.stop();
    let refused = me().await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert_eq!(refused.body["errors"][0]["code"], "unavailable");
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(register(&house, "bob").await, 503);
    assert_eq!(
        house
            .ask(Method::GET, "/api/health", None, None)
            .await
            .status,
        200
    );
    assert_eq!(
        house
            .ask(Method::GET, "/api/health/ready", None, None)
            .await
            .status,
        503
    );

    postgres.start_again().unwrap();
    eventually("the platform to come back", || async {
        (me().await.status == 200).then_some(())
    })
    .await;
    assert_eq!(register(&house, "bob").await, 202);
    house
        .mail_to("bob@example.com", "verify-email?token=")
        .await;
    house.stop().await;
}

#[tokio::test]
async fn the_queue_may_go_away_and_forget_everything() {
    let folder = Folder::new("outage-queue");
    let setup = MinistackSetup {
        folder: folder.0.join("ministack"),
        ..MinistackSetup::default()
    };
    let mut ministack = Ministack::start(setup).unwrap();
    let house = House::with(Plan {
        sqs: ministack.url(),
        ..Plan::default()
    })
    .await;

    ministack.stop();
    assert_eq!(register(&house, "ada").await, 202);
    assert_eq!(house.unsent().await, 1);

    ministack.start_again().unwrap();
    let sent = eventually("the outbox to be emptied", || async {
        let _ = house.state.relay.sweep(&house.state.db, 0).await;
        (house.unsent().await == 0).then_some(())
    });
    sent.await;
    house
        .mail_to("ada@example.com", "verify-email?token=")
        .await;
    assert_eq!(house.mails_to("ada@example.com").len(), 1);
    house.stop().await;
}
