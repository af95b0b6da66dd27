//! Batch matching: all who wait are matched at once, looked at, and then published or dropped.

mod changes;
mod closing;
mod orders;
mod solving;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

const BATCH: &str = "/api/matching/batch";
const MATCHES: &str = "/api/matching/matches";

async fn get(app: &TestApp, actor: UserId, path: &str) -> Reply {
    app.ask(Some(actor), Method::GET, path, None).await
}

async fn post(app: &TestApp, actor: UserId, path: &str, body: Value) -> Reply {
    app.ask(Some(actor), Method::POST, path, Some(&body)).await
}

/// A mentor who knows about something and takes so many mentees.
async fn given_mentor(app: &TestApp, expertise: &str, places: i32) -> UserId {
    let mentor = app.given_mentor().await;
    let change = json!({ "expertise_areas": [expertise], "max_mentees": places });
    let (status, body) = app.patch_as(mentor, "/api/users/me", &change).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    mentor
}

/// A mentee who has asked for a mentor.
async fn given_wish(app: &TestApp, goals: &str) -> UserId {
    let mentee = app.given_mentee().await;
    let body = json!({ "goals": goals });
    let asked = post(app, mentee, "/api/matching/requests", body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    mentee
}

/// Starts a batch; returns its path.
async fn start(app: &TestApp, admin: UserId, order: Value) -> String {
    let started = post(app, admin, BATCH, order).await;
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text);
    started.header("location").to_owned()
}

/// Starts a batch and lets the worker solve it; returns its path and what is shown of it.
async fn given_staged(app: &TestApp, admin: UserId, order: Value) -> (String, Value) {
    let path = start(app, admin, order).await;
    app.solve_all().await;
    let run = get(app, admin, &path).await.data().clone();
    assert_eq!(run["status"], "staged", "{run}");
    (path, run)
}

async fn list(app: &TestApp, admin: UserId, path: &str, what: &str) -> Vec<Value> {
    let listed = get(app, admin, &format!("{path}/{what}?limit=100")).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.text);
    listed.body["data"].as_array().unwrap().clone()
}

/// Who gets whom, as (mentee, mentor).
async fn pairs(app: &TestApp, admin: UserId, path: &str) -> Vec<(String, String)> {
    let pairs = list(app, admin, path, "pairs").await;
    let ids = |pair: &Value| (text(&pair["mentee_id"]), text(&pair["mentor_id"]));
    pairs.iter().map(ids).collect()
}

async fn close(app: &TestApp, admin: UserId, path: &str, how: &str) -> Reply {
    let path = format!("{path}/{how}");
    app.ask(Some(admin), Method::POST, &path, None).await
}

/// Who was promised the news of a match, in order.
async fn told(app: &TestApp) -> Vec<String> {
    let events = app.outbox().await.into_iter();
    let made = events.filter(|event| event["news"] == "match_made");
    made.map(|event| text(&event["recipient_id"])).collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
