//! Feedback: given once by each of the two, changed for a day, anonymous also by inference, counted, moderated, asked for.

mod anonymity;
mod figures;
mod health;
mod leaving;
mod mails;
mod moderation;
mod publication;
mod rules;
mod view;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use shared::domain::user::Role;
use shared::worker::run_schedule;
use tests::{Reply, TestApp};

const FEEDBACK: &str = "/api/feedback";

/// When nobody can change any more what was said at the beginning of a test, and it is published.
const MONDAY: &str = "2026-03-09T08:00:00Z";

async fn get(app: &TestApp, actor: UserId, path: &str) -> Reply {
    app.ask(Some(actor), Method::GET, path, None).await
}

async fn put(app: &TestApp, actor: UserId, path: &str, body: &Value) -> Reply {
    app.ask(Some(actor), Method::PUT, path, Some(body)).await
}

/// What somebody says: so many stars, and whether nobody shall know.
fn opinion(rating: i64, is_anonymous: bool) -> Value {
    json!({
        "rating": rating, "helpfulness_rating": rating, "would_recommend": rating > 3, "is_anonymous": is_anonymous,
    })
}

/// The same as feedback on a session.
fn on(session: SessionId, opinion: &Value) -> Value {
    let mut body = opinion.clone();
    body["session_id"] = json!(session);
    body
}

async fn give(app: &TestApp, author: UserId, session: SessionId, opinion: &Value) -> Reply {
    let body = on(session, opinion);
    app.ask(Some(author), Method::POST, FEEDBACK, Some(&body))
        .await
}

/// Gives it, and it is kept.
async fn given(app: &TestApp, author: UserId, session: SessionId, opinion: &Value) -> Reply {
    let reply = give(app, author, session, opinion).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply
}

/// A mentor, a mentee, and the session that they had.
async fn given_pair(app: &TestApp) -> (UserId, UserId, SessionId) {
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_completed_session(mentee, mentor, "2026-02-27T10:00:00Z")
        .await;
    (mentor, mentee, session)
}

/// A mentee who had a session with a mentor on a day of February.
async fn given_guest(app: &TestApp, mentor: UserId, day: u32) -> (UserId, SessionId) {
    let mentee = app.given_mentee().await;
    let at = format!("2026-02-{day:02}T10:00:00Z");
    (
        mentee,
        app.given_completed_session(mentee, mentor, &at).await,
    )
}

async fn upkeep(app: &TestApp) {
    run_schedule(&app.state, upkeep_cron::fire).await.unwrap();
}

/// Sets the clock, and signs people in again: their logins end after some time.
async fn at(app: &TestApp, now: &str, people: &[(UserId, Role)]) {
    app.at(now);
    for (person, role) in people {
        app.given_login(*person, *role).await;
    }
}

async fn stats(app: &TestApp, mentor: UserId) -> Value {
    let path = format!("{FEEDBACK}/stats/{mentor}");
    let reply = app.ask(None, Method::GET, &path, None).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    reply.data().clone()
}

/// What everybody reads about a mentor.
async fn shown(app: &TestApp, mentor: UserId) -> Vec<Value> {
    let path = format!("/api/mentors/{mentor}/feedback?limit=100");
    let reply = app.ask(None, Method::GET, &path, None).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    reply.data().as_array().unwrap().clone()
}
