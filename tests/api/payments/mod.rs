//! Payments: from a card to the provider's books, whatever happens on the way.

mod cards;
mod crashes;
mod forgotten;
mod life;
mod refusals;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

use crate::booking;

pub(super) const NINE: &str = "2026-03-03T09:00:00Z";

/// A mentor with an offering for 45 EUR, and a mentee.
pub(super) struct Stage {
    pub(super) app: TestApp,
    pub(super) mentor: UserId,
    pub(super) mentee: UserId,
    offering: String,
}

pub(super) async fn stage() -> Stage {
    let app = TestApp::with_payments().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let offering = offering(&app, mentor, 4500).await;
    Stage {
        app,
        mentor,
        mentee,
        offering,
    }
}

pub(super) async fn offering(app: &TestApp, mentor: UserId, price: i32) -> String {
    let body = json!({
        "topic": "Pricing", "title": "Pricing review", "duration_minutes": 60, "price": price, "currency": "EUR",
    });
    let path = format!("/api/mentors/{mentor}/offerings");
    let (status, made) = app.post_as(mentor, &path, &body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made["data"]["id"].as_str().unwrap().to_owned()
}

impl Stage {
    /// Asks for the session.
    pub(super) async fn ask(&self, card: Option<&str>) -> Reply {
        let mut body = booking(self.mentor, NINE);
        body["offering_id"] = json!(self.offering);
        if let Some(card) = card {
            body["payment_method"] = json!(card);
        }
        self.app
            .ask(
                Some(self.mentee),
                Method::POST,
                "/api/sessions",
                Some(&body),
            )
            .await
    }

    /// Asks for the session, and gets it.
    pub(super) async fn booked(&self, card: &str) -> String {
        let reply = self.ask(Some(card)).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        assert_eq!(reply.data()["payment_status"], "pending");
        reply.data()["id"].as_str().unwrap().to_owned()
    }

    /// Asks for the session, which is paid and accepted.
    pub(super) async fn confirmed(&self, card: &str) -> String {
        let id = self.booked(card).await;
        self.app.work_on_payments().await;
        self.act(self.mentor, &id, "accept").await;
        id
    }

    /// Does something to the session that must be possible.
    pub(super) async fn act(&self, actor: UserId, id: &str, action: &str) {
        let (path, body) = (format!("/api/sessions/{id}"), json!({ "action": action }));
        let (status, answer) = match action {
            "cancel" => self.app.delete_as(actor, &path).await,
            _ => self.app.put_as(actor, &path, &body).await,
        };
        assert_eq!(status, StatusCode::OK, "{action}: {answer}");
    }

    /// The payment as somebody sees it; the session says the same.
    pub(super) async fn payment(&self, actor: UserId, id: &str) -> Value {
        let path = format!("/api/sessions/{id}");
        let (_, session) = self.app.get_as(actor, &path).await;
        let (status, payment) = self.app.get_as(actor, &format!("{path}/payment")).await;
        assert_eq!(status, StatusCode::OK, "{payment}");
        let payment = payment["data"].clone();
        assert_eq!(payment["status"], session["data"]["payment_status"]);
        payment
    }

    /// Where the payment stands.
    pub(super) async fn status(&self, id: &str) -> String {
        let payment = self.payment(self.mentee, id).await;
        payment["status"].as_str().unwrap().to_owned()
    }

    /// Goes on with the payment.
    pub(super) async fn go_on(&self, id: &str, body: Value) -> Reply {
        let path = format!("/api/sessions/{id}/payment");
        self.app
            .ask(Some(self.mentee), Method::POST, &path, Some(&body))
            .await
    }

    /// Goes on with the payment, and lets the worker do its part.
    pub(super) async fn gone_on(&self, id: &str, body: Value) -> String {
        let reply = self.go_on(id, body).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
        self.app.work_on_payments().await;
        self.status(id).await
    }

    /// Says yes or no on the page that the payment leads to.
    pub(super) async fn decide(&self, id: &str, agree: &str) {
        let url = self.action_url(id).await;
        decide_at(&url, agree).await;
    }

    /// Where the mentee has to do something.
    pub(super) async fn action_url(&self, id: &str) -> String {
        let payment = self.payment(self.mentee, id).await;
        payment["action_url"].as_str().unwrap().to_owned()
    }
}

/// Says yes or no on a page of the provider.
pub(super) async fn decide_at(url: &str, agree: &str) {
    let http = tests::http_client().build().unwrap();
    let page = http.get(url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("45.00 EUR"), "{page}");
    let form = format!("agree={agree}");
    let answer = http.post(url).body(form).send().await.unwrap();
    assert!(answer.status().is_success());
}
