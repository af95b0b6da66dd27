//! Every test card, from the booking to the provider's books.

use http::StatusCode;
use serde_json::json;
use standalone::payments::EntryKind::{Authorized, Captured, Released};

use super::{Stage, decide_at, stage};

#[tokio::test]
async fn a_good_card_is_held_at_the_request_and_taken_at_completion() {
    let stage = stage().await;
    let Stage {
        app,
        mentor,
        mentee,
        ..
    } = &stage;

    let id = stage.booked("pm_card_ok").await;
    assert!(
        app.booked_for(&id).is_empty(),
        "the worker's, not the request's"
    );
    app.work_on_payments().await;

    assert_eq!(stage.status(&id).await, "authorized");
    assert_eq!(app.booked_for(&id), [Authorized]);
    stage.act(*mentor, &id, "accept").await;
    app.work_on_payments().await;
    assert_eq!(stage.status(&id).await, "authorized");
    app.at("2026-03-03T10:00:00Z");
    stage.act(*mentor, &id, "complete").await;
    app.work_on_payments().await;

    assert_eq!(app.booked_for(&id), [Authorized, Captured]);
    let payment = stage.payment(*mentee, &id).await;
    assert_eq!(
        (&payment["status"], &payment["amount"], &payment["currency"]),
        (&json!("captured"), &json!(4500), &json!("EUR"))
    );
    let taken = &app.provider().entries()[1];
    assert_eq!((taken.amount, taken.currency.as_str()), (4500, "EUR"));
}

#[tokio::test]
async fn a_card_that_needs_its_owner_waits_for_them() {
    let stage = stage().await;
    let Stage {
        app,
        mentor,
        mentee,
        ..
    } = &stage;
    let id = stage.booked("pm_card_action").await;
    app.work_on_payments().await;

    let payment = stage.payment(*mentee, &id).await;
    assert_eq!(payment["status"], "pending");
    assert!(
        payment["action_url"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1")
    );
    assert_eq!(stage.payment(*mentor, &id).await["action_url"], json!(null));
    let promised = app.outbox().await;
    assert_eq!(promised.last().unwrap()["type"], "payment.stalled");
    // Too early: nothing changes.
    assert_eq!(stage.gone_on(&id, json!({})).await, "pending");

    stage.decide(&id, "yes").await;
    assert_eq!(stage.gone_on(&id, json!({})).await, "authorized");
    assert_eq!(app.booked_for(&id), [Authorized]);
    assert_eq!(stage.payment(*mentee, &id).await["action_url"], json!(null));
    stage.act(*mentor, &id, "accept").await;
}

#[tokio::test]
async fn an_owner_who_does_not_agree_chooses_another_card() {
    let stage = stage().await;
    let id = stage.booked("pm_card_action").await;
    stage.app.work_on_payments().await;
    stage.decide(&id, "no").await;

    assert_eq!(stage.gone_on(&id, json!({})).await, "failed");
    let payment = stage.payment(stage.mentee, &id).await;
    assert_eq!(payment["problem"], "action_failed");
    let another = json!({ "payment_method": "pm_card_ok" });
    assert_eq!(stage.gone_on(&id, another).await, "authorized");
    assert_eq!(stage.app.booked_for(&id), [Authorized]);
}

#[tokio::test]
async fn another_card_instead_of_agreeing_gives_the_first_one_up() {
    let stage = stage().await;
    let id = stage.booked("pm_card_action").await;
    stage.app.work_on_payments().await;
    let url = stage.action_url(&id).await;
    let another = json!({ "payment_method": "pm_card_ok" });
    let reply = stage.go_on(&id, another).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    // In another window they agree all the same.
    decide_at(&url, "yes").await;
    stage.app.work_on_payments().await;

    assert_eq!(stage.status(&id).await, "authorized");
    assert_eq!(
        stage.app.booked_for(&id),
        [Authorized, Released, Authorized]
    );
    assert_eq!(stage.payment(stage.mentee, &id).await["attempts"], 2);
}

#[tokio::test]
async fn a_refused_card_says_why_and_another_one_can_be_tried() {
    for (card, problem) in [
        ("pm_card_declined", "card_declined"),
        ("pm_card_insufficient_funds", "insufficient_funds"),
        ("pm_card_expired", "card_expired"),
        ("tok_nobody_knows", "unknown_method"),
    ] {
        let stage = stage().await;
        let Stage {
            app,
            mentor,
            mentee,
            ..
        } = &stage;
        let id = stage.booked(card).await;
        app.work_on_payments().await;

        let payment = stage.payment(*mentee, &id).await;
        assert_eq!(
            (&payment["status"], &payment["problem"]),
            (&json!("failed"), &json!(problem))
        );
        // What the mentee's bank says is none of the mentor's business.
        assert_eq!(stage.payment(*mentor, &id).await["problem"], json!(null));
        assert!(app.booked_for(&id).is_empty());
        assert_eq!(
            app.outbox().await.last().unwrap()["type"],
            "payment.stalled"
        );

        let another = json!({ "payment_method": "pm_card_ok" });
        assert_eq!(stage.gone_on(&id, another).await, "authorized");
        let payment = stage.payment(*mentee, &id).await;
        assert_eq!(
            (&payment["attempts"], &payment["problem"]),
            (&json!(2), &json!(null))
        );
        assert_eq!(app.booked_for(&id), [Authorized]);
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_asked_for_again() {
    let stage = stage().await;
    let Stage {
        app,
        mentor,
        mentee,
        ..
    } = &stage;
    let id = stage.confirmed("pm_card_capture_fails").await;
    app.at("2026-03-03T10:00:00Z");
    stage.act(*mentor, &id, "complete").await;
    app.work_on_payments().await;

    let payment = stage.payment(*mentee, &id).await;
    assert_eq!(
        (&payment["status"], &payment["problem"]),
        (&json!("failed"), &json!("authorization_lapsed"))
    );
    assert_eq!(
        app.outbox().await.last().unwrap()["type"],
        "payment.stalled"
    );

    let another = json!({ "payment_method": "pm_card_ok" });
    assert_eq!(stage.gone_on(&id, another).await, "captured");
    assert_eq!(
        app.booked_for(&id),
        [Authorized, Released, Authorized, Captured]
    );
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again() {
    let stage = stage().await;
    let id = stage.booked("pm_card_timeout").await;
    let event = &stage.app.payment_events().await[0];

    let failure = stage.app.deliver(event).await;

    assert!(failure.is_err(), "the worker heard nothing");
    assert_eq!(stage.status(&id).await, "pending");
    assert_eq!(stage.app.booked_for(&id), [Authorized], "but it was done");
    stage.app.deliver(event).await.unwrap();
    assert_eq!(stage.status(&id).await, "authorized");
    assert_eq!(stage.app.booked_for(&id), [Authorized]);
}
