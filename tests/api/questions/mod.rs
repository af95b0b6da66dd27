//! Quick questions: one mentor at a time answers, and nobody else reads along.

mod board;
mod course;
mod escalation;
mod leaving;
mod life;
mod offers;
mod races;
mod ranking;

use http::Method;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::worker::run_schedule;
use tests::{Reply, TestApp};

const QUESTIONS: &str = "/api/questions";

async fn get(app: &TestApp, actor: UserId, path: &str) -> Reply {
    app.ask(Some(actor), Method::GET, path, None).await
}

async fn post(app: &TestApp, actor: UserId, path: &str, body: Value) -> Reply {
    app.ask(Some(actor), Method::POST, path, Some(&body)).await
}

/// Takes a step that needs no words.
async fn step(app: &TestApp, actor: UserId, id: impl ToString, action: &str) -> Reply {
    let path = format!("{QUESTIONS}/{}/{action}", id.to_string());
    app.ask(Some(actor), Method::POST, &path, None).await
}

async fn write(app: &TestApp, actor: UserId, id: impl ToString, words: &str) -> Reply {
    let path = format!("{QUESTIONS}/{}/answers", id.to_string());
    post(app, actor, &path, json!({ "content": words })).await
}

async fn show(app: &TestApp, actor: UserId, id: impl ToString) -> Reply {
    get(app, actor, &format!("{QUESTIONS}/{}", id.to_string())).await
}

async fn fire(app: &TestApp) -> usize {
    run_schedule(&app.state, reminders_cron::fire)
        .await
        .unwrap()
}

/// A mentor who knows these things and says this of themselves.
async fn given_expert(app: &TestApp, areas: &[&str], bio: &str) -> UserId {
    let mentor = app.given_mentor().await;
    let profile = json!({ "expertise_areas": areas, "bio": bio });
    let (status, body) = app.patch_as(mentor, "/api/users/me", &profile).await;
    assert!(status.is_success(), "{body}");
    mentor
}

/// Who was promised to hear of this turn, in order.
async fn told(app: &TestApp, turn: &str) -> Vec<String> {
    let events = app.outbox().await.into_iter();
    let about = events.filter(|event| event["type"] == "question" && event["turn"] == turn);
    about.map(|event| text(&event["recipient_id"])).collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}

fn titles(reply: &Reply) -> Vec<String> {
    let entries = reply.data().as_array().unwrap();
    entries.iter().map(|entry| text(&entry["title"])).collect()
}
