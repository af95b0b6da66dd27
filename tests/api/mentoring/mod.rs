//! Long-term mentoring: three mentors at a time are asked, one takes the mentee on, and the two work together.

mod checks;
mod leaving;
mod matches;
mod meetings;
mod races;
mod requests;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::worker::run_schedule;
use tests::{Reply, TestApp};

const REQUESTS: &str = "/api/matching/requests";
const BATCHES: &str = "/api/matching/batches";
const MATCHES: &str = "/api/matching/matches";

async fn get(app: &TestApp, actor: UserId, path: &str) -> Reply {
    app.ask(Some(actor), Method::GET, path, None).await
}

async fn post(app: &TestApp, actor: UserId, path: &str, body: Value) -> Reply {
    app.ask(Some(actor), Method::POST, path, Some(&body)).await
}

async fn put(app: &TestApp, actor: UserId, path: &str, body: Value) -> Reply {
    app.ask(Some(actor), Method::PUT, path, Some(&body)).await
}

/// Mentors who all fit alike, the first of them first.
async fn given_mentors(app: &TestApp, count: usize) -> Vec<UserId> {
    let mut mentors = Vec::new();
    for _ in 0..count {
        mentors.push(app.given_mentor().await);
    }
    mentors
}

async fn ask_for_mentor(app: &TestApp, mentee: UserId) -> Reply {
    let body = json!({ "goals": "Find the first ten customers" });
    post(app, mentee, REQUESTS, body).await
}

/// A mentee who has asked, with the id of the open batch.
async fn given_batch(app: &TestApp) -> (UserId, String) {
    let mentee = app.given_mentee().await;
    let asked = ask_for_mentor(app, mentee).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    (mentee, text(&asked.data()["batch_id"]))
}

async fn select(app: &TestApp, mentor: UserId, batch: &str) -> Reply {
    let path = format!("{BATCHES}/{batch}/select");
    app.ask(Some(mentor), Method::POST, &path, None).await
}

async fn pass(app: &TestApp, mentor: UserId, batch: &str) -> Reply {
    let path = format!("{BATCHES}/{batch}/pass");
    app.ask(Some(mentor), Method::POST, &path, None).await
}

async fn fire(app: &TestApp) -> usize {
    run_schedule(&app.state, reminders_cron::fire)
        .await
        .unwrap()
}

/// Who was promised this news, in order.
async fn told(app: &TestApp, news: &str) -> Vec<String> {
    let events = app.outbox().await.into_iter();
    let about = events.filter(|event| event["type"] == "mentoring" && event["news"] == news);
    about.map(|event| text(&event["recipient_id"])).collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

fn names(people: &[UserId]) -> Vec<String> {
    people.iter().map(ToString::to_string).collect()
}
