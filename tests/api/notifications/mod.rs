//! What people are told, by the ways they choose. All of them live in Berlin: one hour ahead of UTC in March.

mod counts;
mod digest;
mod inbox;
mod preferences;
mod quiet;
mod templates;
mod texts;
mod unsubscribe;

use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use shared::worker::run_schedule;
use tests::{Post, TestApp};

use crate::book;

pub(super) const TEN: &str = "2026-03-04T10:00:00Z";
pub(super) const PREFERENCES: &str = "/api/notifications/preferences";

/// Two people, a session that is asked for, and a mail service.
pub(super) struct Stage {
    pub(super) app: TestApp,
    pub(super) post: Post,
    pub(super) mentor: UserId,
    pub(super) mentee: UserId,
    pub(super) session: SessionId,
}

pub(super) async fn stage() -> Stage {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let session = request(&app, mentee, mentor, TEN).await;
    Stage {
        app,
        post,
        mentor,
        mentee,
        session,
    }
}

/// Asks for a session, of which the mentor is told.
pub(super) async fn request(app: &TestApp, mentee: UserId, mentor: UserId, at: &str) -> SessionId {
    let reply = book(app, mentee, mentor, at).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply.data()["id"].as_str().unwrap().parse().unwrap()
}

impl Stage {
    /// Fires the schedule, and lets the worker act on everything that was promised to it so far, once more if need be.
    pub(super) async fn tell(&self) {
        run_schedule(&self.app.state, reminders_cron::fire)
            .await
            .unwrap();
        self.post.deliver_from(&self.app, 0).await;
    }

    /// How many mails somebody has got.
    pub(super) fn mails_to(&self, person: UserId) -> usize {
        self.post.mails_to(person).len()
    }
}

/// Chooses the ways for one kind of message.
pub(super) async fn choose(app: &TestApp, person: UserId, event: &str, email: &str) {
    let choice =
        json!({ "events": [{ "event": event, "email": email, "in_app": true, "sms": false }] });
    let (status, body) = app.put_as(person, PREFERENCES, &choice).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

/// What somebody reads in the app, the newest first.
pub(super) async fn shown(app: &TestApp, person: UserId) -> Vec<Value> {
    let (status, body) = app.get_as(person, "/api/notifications").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body["data"].as_array().unwrap().clone()
}
