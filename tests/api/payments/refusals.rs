//! What is refused, and what nobody may see.

use std::io::Write;
use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use serde_json::json;
use standalone::payments::Fault;
use tests::TestApp;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::util::SubscriberInitExt;

use super::{NINE, Stage, offering, stage};
use crate::booking;

#[tokio::test]
async fn what_has_a_price_cannot_be_booked_without_payment() {
    let stage = stage().await;
    let refused = stage.ask(None).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        refused.problems(),
        [("payment_method", "payment_method_required")]
    );
    for bad in ["4242424242424242", "4242 4242 4242 4242", "", "pm card"] {
        let refused = stage.ask(Some(bad)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(
            refused.problems(),
            [("payment_method", "invalid_payment_method")]
        );
        assert!(bad.is_empty() || !refused.text.contains(bad));
    }
    assert!(stage.app.outbox().await.is_empty());
    assert_eq!(stage.app.rows_in("sessions").await, 0);
}

#[tokio::test]
async fn where_payments_are_off_only_what_is_free_can_be_booked() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    for (price, expected) in [(4500, StatusCode::CONFLICT), (0, StatusCode::CREATED)] {
        let mut body = booking(mentor, NINE);
        body["offering_id"] = json!(offering(&app, mentor, price).await);
        body["payment_method"] = json!("pm_card_ok");
        let reply = app
            .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
            .await;
        assert_eq!(reply.status, expected, "{}", reply.text);
        if price > 0 {
            assert_eq!(reply.code(), "payments_off");
        }
    }
}

#[tokio::test]
async fn only_a_payment_that_waits_can_be_gone_on_with() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let card = || json!({ "payment_method": "pm_card_ok" });
    let id = stage.booked("pm_card_ok").await;

    assert_eq!(stage.go_on(&id, card()).await.code(), "payment_in_progress");
    app.work_on_payments().await;
    assert_eq!(stage.go_on(&id, card()).await.code(), "nothing_to_pay");
    stage.act(*mentor, &id, "decline").await;
    assert_eq!(stage.go_on(&id, card()).await.code(), "nothing_to_pay");
    app.work_on_payments().await;

    let id = stage.booked("pm_card_declined").await;
    app.work_on_payments().await;
    let empty = stage.go_on(&id, json!({})).await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    assert_eq!(empty.code(), "payment_method_required");
    for _ in 1..10 {
        let again = json!({ "payment_method": "pm_card_declined" });
        assert_eq!(stage.gone_on(&id, again).await, "failed");
    }
    let last = stage.go_on(&id, card()).await;
    assert_eq!(
        (last.status, last.code()),
        (StatusCode::CONFLICT, "too_many_payment_attempts")
    );
}

#[tokio::test]
async fn only_who_pays_pays() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.booked("pm_card_declined").await;
    app.work_on_payments().await;
    let (admin, stranger) = (app.given_admin().await, app.given_mentee().await);
    let path = format!("/api/sessions/{id}/payment");
    let body = json!({ "payment_method": "pm_card_ok" });

    for (actor, read, write) in [(*mentor, 200, 403), (admin, 200, 403), (stranger, 404, 404)] {
        assert_eq!(app.get_as(actor, &path).await.0, read);
        assert_eq!(app.post_as(actor, &path, &body).await.0, write);
    }
    assert_eq!(stage.payment(admin, &id).await["problem"], "card_declined");
    assert_eq!(stage.status(&id).await, "failed");
}

#[tokio::test]
async fn a_request_that_is_sent_again_pays_once() {
    let stage = stage().await;
    let Stage { app, mentee, .. } = &stage;
    let id = stage.booked("pm_card_declined").await;
    app.work_on_payments().await;
    let path = format!("/api/sessions/{id}/payment");
    let body = json!({ "payment_method": "pm_card_insufficient_funds" });
    for replayed in ["", "true"] {
        let call = app.call(Method::POST, &path).by(*mentee).await;
        let reply = call
            .header("idempotency-key", "pay-again-1")
            .json(&body)
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
        assert_eq!(reply.header("idempotency-replayed"), replayed);
        assert_eq!(reply.data()["attempts"], 2);
    }
}

/// Neither while it waits for the provider nor afterwards, in any table, answer or refusal.
#[tokio::test]
async fn a_card_is_seen_by_the_provider_alone() {
    let stage = stage().await;
    let Stage {
        app,
        mentee,
        mentor,
        ..
    } = &stage;
    let key = standalone::payments::registration()["key"]
        .as_str()
        .unwrap()
        .to_owned();
    let token = "pm_card_of_ada_lovelace";
    let id = stage.booked(token).await;
    for _ in 0..2 {
        let left = app.leftovers(&[token, &key]).await;
        assert!(left.is_empty(), "{left:#?}");
        for actor in [*mentee, *mentor] {
            let payment = stage.payment(actor, &id).await.to_string();
            assert!(!payment.contains(token) && !payment.contains(&key));
        }
        app.work_on_payments().await;
    }
    assert!(
        !app.rows_of("payments").await.contains("\\x"),
        "it is gone once it was used"
    );
}

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_card_is_in_no_log_whatever_goes_wrong() {
    let log = Log::default();
    let writer = log.clone();
    let _guard = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish()
        .set_default();
    let stage = stage().await;
    let key = standalone::payments::registration()["key"].clone();
    let token = "pm_card_of_ada_lovelace";
    let id = stage.booked(token).await;
    let event = &stage.app.payment_events().await[0];
    for fault in [Fault::Down, Fault::Garbage] {
        stage.app.provider().fail(fault);
        assert!(stage.app.deliver(event).await.is_err());
    }
    stage.app.provider().fail(Fault::None);
    stage.app.deliver(event).await.unwrap();
    stage.go_on(&id, json!({ "payment_method": token })).await;
    stage
        .go_on(&id, json!({ "payment_method": "4242424242424242" }))
        .await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a payment must wait"), "{log}");
    for secret in [token, key.as_str().unwrap(), "4242424242424242"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
