//! Reminders: due once for each person and offset, whoever fires the schedule and how often.

mod course;
mod crashes;
mod sending;

use serde_json::{Value, json};
use shared::worker::run_schedule;
use tests::TestApp;

const TEN: &str = "2026-03-04T10:00:00Z";

async fn fire(app: &TestApp) -> usize {
    run_schedule(&app.state, reminders_cron::fire)
        .await
        .unwrap()
}

async fn due(app: &TestApp) -> Vec<Value> {
    let events = app.outbox().await.into_iter();
    events
        .filter(|event| event["type"] == "reminder.due")
        .collect()
}

#[tokio::test]
async fn both_people_are_reminded_a_day_and_an_hour_before() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    app.given_confirmed_session(mentee, mentor, TEN).await;

    app.at("2026-03-03T09:59:00Z");
    assert_eq!(fire(&app).await, 0);
    app.at("2026-03-03T10:00:00Z");
    assert_eq!(fire(&app).await, 2);
    assert_eq!(fire(&app).await, 0);
    app.at("2026-03-04T09:00:00Z");
    assert_eq!(fire(&app).await, 2);

    let events = due(&app).await;
    let offsets: Vec<_> = events
        .iter()
        .map(|event| event["offset_minutes"].clone())
        .collect();
    assert_eq!(offsets, [json!(1440), json!(1440), json!(60), json!(60)]);
    for person in [mentor, mentee] {
        let theirs = events
            .iter()
            .filter(|event| event["recipient_id"] == person.to_string());
        assert_eq!(theirs.count(), 2);
    }
}

#[tokio::test]
async fn many_firings_at_once_share_the_work() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    for hour in 8..16 {
        let mentee = app.given_mentee().await;
        app.given_confirmed_session(mentee, mentor, &format!("2026-03-04T{hour:02}:00:00Z"))
            .await;
    }
    app.at("2026-03-03T23:00:00Z");

    let fired = futures_util::future::join_all((0..4).map(|_| fire(&app))).await;

    assert_eq!(fired.iter().sum::<usize>(), 16);
    assert_eq!(due(&app).await.len(), 16);
}

#[tokio::test]
async fn nobody_is_reminded_of_a_cancelled_session() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let id = app.given_confirmed_session(mentee, mentor, TEN).await;
    app.delete_as(mentee, &format!("/api/sessions/{id}")).await;
    app.at("2026-03-04T09:30:00Z");
    assert_eq!(fire(&app).await, 0);
}
