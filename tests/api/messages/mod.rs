//! Messages between the two people of a session.

mod inbox;
mod leaving;
mod notices;
mod talk;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use tests::{Reply, TestApp};

pub(super) const TEN: &str = "2026-03-04T10:00:00Z";

pub(super) struct Stage {
    pub(super) app: TestApp,
    pub(super) mentor: UserId,
    pub(super) mentee: UserId,
    pub(super) session: SessionId,
}

/// Two people with a session that is asked for.
pub(super) async fn stage() -> Stage {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app.given_session(mentee, mentor, TEN).await;
    Stage {
        app,
        mentor,
        mentee,
        session,
    }
}

pub(super) fn path(session: SessionId) -> String {
    format!("/api/sessions/{session}/messages")
}

/// Writes, whatever comes of it.
pub(super) async fn send(app: &TestApp, actor: UserId, session: SessionId, words: &str) -> Reply {
    let body = json!({ "content": words });
    app.ask(Some(actor), Method::POST, &path(session), Some(&body))
        .await
}

/// Writes; returns the message.
pub(super) async fn say(app: &TestApp, actor: UserId, session: SessionId, words: &str) -> Value {
    let reply = send(app, actor, session, words).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply.data().clone()
}

/// Marks a message as read, whatever comes of it.
pub(super) async fn read(app: &TestApp, actor: UserId, message: &Value) -> Reply {
    let path = format!("/api/messages/{}/read", message["id"].as_str().unwrap());
    app.ask(Some(actor), Method::POST, &path, None).await
}

/// What a person reads in a session, in an order.
pub(super) async fn words(app: &TestApp, actor: UserId, session: SessionId) -> Vec<String> {
    let path = format!("{}?sort=created_at", path(session));
    let (status, body) = app.get_as(actor, &path).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    crate::texts(&body["data"], "content")
}
