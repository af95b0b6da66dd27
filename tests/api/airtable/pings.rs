//! Pings: only Airtable's count, and any number of them does no harm.

use http::{Method, StatusCode};
use serde_json::json;
use shared::config::RateLimit;
use tests::airtable::PATIENT;
use tests::{Setup, TestApp, api};

#[tokio::test]
async fn a_ping_that_is_not_signed_is_refused_and_wakes_nobody() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    app.edit_there(mentor, "Bio", &json!("News"));
    let ping = app.airtable().take_pings().pop().unwrap();

    let mut wrong = ping.clone();
    wrong.mac = ping.mac.replace(
        &ping.mac[20..22],
        if &ping.mac[20..22] == "00" {
            "11"
        } else {
            "00"
        },
    );
    let mut changed = ping.clone();
    changed.body = ping.body.replace("timestamp", "timestanp");
    let mut unsigned = ping.clone();
    unsigned.mac = String::new();
    for bad in [&wrong, &changed, &unsigned] {
        let reply = app.ping(bad).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(reply.code(), "bad_signature");
    }
    assert!(app.sync_events().await.is_empty());

    let reply = app.ping(&ping).await;
    assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(app.sync_events().await.len(), 1);
}

#[tokio::test]
async fn a_ping_of_an_unknown_webhook_is_not_found() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    app.edit_there(mentor, "Bio", &json!("News"));
    let mut ping = app.airtable().take_pings().pop().unwrap();
    ping.body = r#"{"base": {"id": "app1"}, "webhook": {"id": "achNobodys"}}"#.to_owned();
    assert_eq!(app.ping(&ping).await.status, StatusCode::NOT_FOUND);

    for (body, status) in [
        ("", StatusCode::UNAUTHORIZED),
        ("null", StatusCode::UNAUTHORIZED),
        ("{\"base\": 1", StatusCode::UNAUTHORIZED),
        (&"x".repeat(4097), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        ping.body = body.to_owned();
        assert_eq!(app.ping(&ping).await.status, status, "{} bytes", body.len());
    }
}

#[tokio::test]
async fn a_ping_that_comes_again_and_again_changes_nothing() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    app.edit_there(mentor, "Bio", &json!("First"));
    let first = app.airtable().take_pings().pop().unwrap();
    app.ping(&first).await;
    app.settle_airtable().await;
    app.edit_here(mentor, "bio", &json!("Second")).await;
    app.settle_airtable().await;

    for _ in 0..5 {
        assert_eq!(app.ping(&first).await.status, StatusCode::OK);
    }
    app.settle_airtable().await;

    assert_eq!(app.here(mentor, "bio").await, "Second");
    assert_eq!(app.cell(mentor, "Bio"), "Second");
}

#[tokio::test]
async fn pings_are_limited() {
    let setup = Setup {
        airtable: Some(PATIENT),
        rate_limits: vec![RateLimit {
            name: "webhook".to_owned(),
            burst: 3,
            window_seconds: 60,
        }],
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let ping = app
            .call(Method::POST, "/api/webhooks/airtable")
            .body("application/json", "{}");
        statuses.push(ping.send().await.status);
    }
    assert_eq!(statuses[2], StatusCode::UNAUTHORIZED);
    assert_eq!(statuses[3], StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn changes_arrive_without_any_ping_within_ten_minutes() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    app.edit_there(mentor, "Bio", &json!("Unheard"));
    drop(app.airtable().take_pings());

    app.pass(jiff::SignedDuration::from_mins(10));
    app.wake_sync().await;
    app.settle_airtable().await;

    assert_eq!(app.here(mentor, "bio").await, "Unheard");
}
