//! Sessions: their life, what is written on them, and lists of them.

mod calendar;
mod expiry;
mod history;
mod life;
mod lists;
mod model;
mod moving;
mod races;
mod words;

use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use tests::TestApp;

pub(super) const TEN: &str = "2026-03-03T10:00:00Z";

pub(super) fn path(id: SessionId) -> String {
    format!("/api/sessions/{id}")
}

pub(super) async fn act(
    app: &TestApp,
    actor: UserId,
    id: SessionId,
    action: &str,
) -> (StatusCode, Value) {
    app.put_as(actor, &path(id), &json!({ "action": action }))
        .await
}

pub(super) struct Stage {
    pub(super) app: TestApp,
    pub(super) mentor: UserId,
    pub(super) mentee: UserId,
}

pub(super) async fn stage() -> Stage {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let mentee = app.given_mentee().await;
    Stage {
        app,
        mentor,
        mentee,
    }
}
