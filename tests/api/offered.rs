//! Booking what a mentor offers: the offering says how long it takes and what it costs.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

use crate::{booking, starts};

async fn offering(app: &TestApp, mentor: UserId) -> String {
    let body = json!({ "topic": "Pricing", "title": "Pricing review", "duration_minutes": 90, "price": 4500, "currency": "EUR" });
    let (_, made) = app
        .post_as(mentor, &format!("/api/mentors/{mentor}/offerings"), &body)
        .await;
    made["data"]["id"].as_str().unwrap().to_owned()
}

async fn book(app: &TestApp, mentee: UserId, mentor: UserId, more: Value) -> Reply {
    let mut body = booking(mentor, "2026-03-03T09:00:00Z");
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    app.ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await
}

#[tokio::test]
async fn an_offering_says_how_long_its_slots_are() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let id = offering(&app, mentor).await;
    let day = "from=2026-03-03T00:00:00Z&to=2026-03-04T00:00:00Z";

    let offered = starts(&app, None, mentor, &format!("{day}&offering_id={id}")).await;

    assert_eq!(
        offered,
        starts(&app, None, mentor, &format!("{day}&duration_minutes=90")).await
    );
    assert_eq!(offered.len(), 5);
    let other = app.given_open_mentor().await;
    for (mentor, query, problem) in [
        (
            mentor,
            format!("offering_id={id}&duration_minutes=60"),
            ("offering_id", "duration_or_offering"),
        ),
        (
            other,
            format!("offering_id={id}"),
            ("offering_id", "unknown_offering"),
        ),
    ] {
        let path = format!("/api/mentors/{mentor}/slots?{query}");
        let reply = app.ask(None, Method::GET, &path, None).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert_eq!(reply.problems(), [problem]);
    }
}

#[tokio::test]
async fn a_session_takes_length_price_and_title_from_its_offering_and_keeps_them() {
    let app = TestApp::with_payments().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let id = offering(&app, mentor).await;

    let paid = json!({ "offering_id": id, "payment_method": "pm_card_ok" });
    let booked = book(&app, mentee, mentor, paid).await;

    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
    let data = booked.data();
    assert_eq!(data["duration_minutes"], 90);
    assert_eq!(data["ends_at"], "2026-03-03T10:30:00Z");
    assert_eq!(
        (&data["price"], &data["currency"]),
        (&json!(4500), &json!("EUR"))
    );
    assert_eq!(data["payment_status"], "pending");
    assert_eq!(data["topic"], "Pricing review");

    let one = format!("/api/mentors/{mentor}/offerings/{id}");
    app.patch_as(
        mentor,
        &one,
        &json!({ "price": 9900, "duration_minutes": 30 }),
    )
    .await;
    app.delete_as(mentor, &one).await;
    let (_, read) = app
        .get_as(
            mentee,
            &format!("/api/sessions/{}", data["id"].as_str().unwrap()),
        )
        .await;
    assert_eq!(
        (&read["data"]["price"], &read["data"]["duration_minutes"]),
        (&json!(4500), &json!(90))
    );
}

#[tokio::test]
async fn a_session_without_an_offering_costs_nothing() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let booked = book(&app, mentee, mentor, json!({ "topic": "Hiring" })).await;
    assert_eq!(booked.data()["duration_minutes"], 60);
    assert_eq!(
        (&booked.data()["price"], &booked.data()["currency"]),
        (&json!(null), &json!(null))
    );
}

#[tokio::test]
async fn only_an_active_offering_of_this_mentor_can_be_booked() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let other = app.given_open_mentor().await;
    let (foreign, paused) = (offering(&app, other).await, offering(&app, mentor).await);
    let one = format!("/api/mentors/{mentor}/offerings/{paused}");
    app.patch_as(mentor, &one, &json!({ "active": false }))
        .await;

    for id in [
        foreign,
        paused.clone(),
        app.clock.id::<UserId>().to_string(),
    ] {
        let refused = book(&app, mentee, mentor, json!({ "offering_id": id })).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.problems(), [("offering_id", "unknown_offering")]);
    }
    let both = json!({ "offering_id": paused, "duration_minutes": 60 });
    let refused = book(&app, mentee, mentor, both).await;
    assert_eq!(
        refused.problems(),
        [("offering_id", "duration_or_offering")]
    );
    assert!(app.outbox().await.is_empty());
}
