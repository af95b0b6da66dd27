//! Workers that are killed, late or there twice, and a provider that is down: money moves once all the same.

use futures_util::future::{join, join_all};
use serde_json::json;
use shared::domain::payment::PaymentMethod;
use shared::outside::payment::{Order, PaymentProvider, Payments};
use standalone::payments::EntryKind::{Authorized, Captured, Released};
use standalone::payments::{Fault, PaymentStandIn};

use super::{Stage, stage};

#[tokio::test]
async fn a_worker_killed_between_the_call_and_its_record_charges_nobody_twice() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.booked("pm_card_ok").await;
    // Authorize, then capture: killed when the provider has done it and nobody has heard.
    for (booked, status) in [
        (&[Authorized][..], "authorized"),
        (&[Authorized, Captured], "captured"),
    ] {
        let event = app.payment_events().await.pop().unwrap();
        let before = stage.status(&id).await;
        app.provider().fail(Fault::AnswerLost);
        for _ in 0..2 {
            app.kill_while_delivering(&event).await;
            assert_eq!(stage.status(&id).await, before);
            assert_eq!(app.booked_for(&id), booked);
        }
        app.provider().fail(Fault::None);
        app.deliver(&event).await.unwrap();

        assert_eq!(stage.status(&id).await, status);
        assert_eq!(app.booked_for(&id), booked);
        if status == "authorized" {
            stage.act(*mentor, &id, "accept").await;
            app.at("2026-03-03T10:00:00Z");
            stage.act(*mentor, &id, "complete").await;
        }
    }
}

#[tokio::test]
async fn a_worker_killed_before_the_call_has_done_nothing() {
    let stage = stage().await;
    let id = stage.booked("pm_card_ok").await;
    let event = &stage.app.payment_events().await[0];
    stage.app.provider().fail(Fault::Hang);
    stage.app.kill_while_delivering(event).await;
    assert!(stage.app.booked_for(&id).is_empty());

    stage.app.provider().fail(Fault::None);
    stage.app.deliver(event).await.unwrap();

    assert_eq!(stage.status(&id).await, "authorized");
    assert_eq!(stage.app.booked_for(&id), [Authorized]);
}

#[tokio::test]
async fn an_event_that_comes_three_times_acts_once() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.booked("pm_card_ok").await;
    let due = app.payment_events().await.pop().unwrap();
    for _ in 0..3 {
        app.deliver(&due).await.unwrap();
    }
    assert_eq!(app.provider().questions(), 1);
    stage.act(*mentor, &id, "decline").await;
    let declined = app.payment_events().await.pop().unwrap();
    for event in [&declined, &due, &declined, &declined] {
        app.deliver(event).await.unwrap();
    }

    assert_eq!(stage.status(&id).await, "refunded");
    assert_eq!(app.booked_for(&id), [Authorized, Released]);
    assert_eq!(app.provider().questions(), 2);
}

#[tokio::test]
async fn workers_at_once_move_money_once() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.booked("pm_card_ok").await;
    app.provider().fail(Fault::Slow);
    let due = app.payment_events().await.pop().unwrap();
    let all = join_all((0..4).map(|_| app.deliver(&due))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(stage.status(&id).await, "authorized");
    assert_eq!(app.booked_for(&id), [Authorized]);

    stage.act(*mentor, &id, "accept").await;
    app.at("2026-03-03T10:00:00Z");
    stage.act(*mentor, &id, "complete").await;
    let done = app.payment_events().await.pop().unwrap();
    let all = join_all((0..4).map(|_| app.deliver(&done))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(stage.status(&id).await, "captured");
    assert_eq!(app.booked_for(&id), [Authorized, Captured]);
}

#[tokio::test]
async fn a_session_declined_while_its_card_is_asked_is_given_back() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.booked("pm_card_ok").await;
    let due = app.payment_events().await.pop().unwrap();
    app.provider().fail(Fault::Slow);

    // The mentor declines while the provider thinks; the news of that overtakes the first worker.
    let declining = async {
        while app.provider().questions() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        stage.act(*mentor, &id, "decline").await;
        let declined = app.payment_events().await.pop().unwrap();
        app.deliver(&declined).await
    };
    let (first, second) = join(app.deliver(&due), declining).await;

    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert_eq!(stage.status(&id).await, "refunded");
    assert_eq!(app.booked_for(&id), [Authorized, Released]);
}

#[tokio::test]
async fn a_session_declined_after_its_worker_was_killed_is_given_back() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.booked("pm_card_ok").await;
    let due = app.payment_events().await.pop().unwrap();
    app.provider().fail(Fault::AnswerLost);
    app.kill_while_delivering(&due).await;
    app.provider().fail(Fault::None);
    stage.act(*mentor, &id, "decline").await;

    // The later event comes first: nobody knows yet that the money is held.
    let declined = app.payment_events().await.pop().unwrap();
    app.deliver(&declined).await.unwrap();
    app.deliver(&due).await.unwrap();

    assert_eq!(stage.status(&id).await, "refunded");
    assert_eq!(app.booked_for(&id), [Authorized, Released]);
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_given_once() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.confirmed("pm_card_ok").await;
    stage.act(*mentor, &id, "cancel").await;
    let cancelled = app.payment_events().await.pop().unwrap();
    app.provider().fail(Fault::AnswerLost);
    app.kill_while_delivering(&cancelled).await;
    app.provider().fail(Fault::None);
    let all = join_all((0..3).map(|_| app.deliver(&cancelled))).await;

    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(stage.status(&id).await, "refunded");
    assert_eq!(app.booked_for(&id), [Authorized, Released]);
}

#[tokio::test]
async fn a_provider_that_is_down_loses_nothing() {
    for fault in [Fault::Down, Fault::Garbage] {
        let stage = stage().await;
        let id = stage.booked("pm_card_ok").await;
        let event = &stage.app.payment_events().await[0];
        stage.app.provider().fail(fault);
        for _ in 0..3 {
            assert!(stage.app.deliver(event).await.is_err(), "it comes again");
            assert_eq!(stage.status(&id).await, "pending");
            assert!(stage.app.payment_failure(&id).await.is_some());
        }
        let under_way = stage
            .go_on(&id, json!({ "payment_method": "pm_card_ok" }))
            .await;
        assert_eq!(under_way.code(), "payment_in_progress");

        stage.app.provider().fail(Fault::None);
        stage.app.deliver(event).await.unwrap();
        assert_eq!(stage.status(&id).await, "authorized");
        assert_eq!(stage.app.booked_for(&id), [Authorized]);
        assert_eq!(stage.app.payment_failure(&id).await, None);
    }
}

/// Else a key would be good for a second charge after a restart.
#[tokio::test]
async fn the_books_of_the_stand_in_survive_it() {
    let file = std::env::temp_dir().join(format!("books-{}.json", std::process::id()));
    let started = async || {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = PaymentStandIn::start(listener, Some(&file)).unwrap();
        let client = Payments::read(provider.url(), &standalone::payments::registration());
        (provider, client.unwrap())
    };
    let method = PaymentMethod::parse("pm_card_ok").unwrap();
    let order = Order {
        key: "a-key",
        session_id: uuid::Uuid::nil().into(),
        amount: 4500,
        currency: "EUR",
        method: &method,
    };
    let (_, before) = started().await;
    let first = before.authorize(order).await.unwrap();

    let (provider, after) = started().await;
    let again = after.authorize(order).await.unwrap();
    std::fs::remove_file(&file).unwrap();

    assert_eq!(again, first);
    let kinds: Vec<_> = provider.entries().iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Authorized]);
    let other = Order {
        amount: 9900,
        ..order
    };
    assert!(
        after.authorize(other).await.is_err(),
        "a key has one meaning"
    );
}
