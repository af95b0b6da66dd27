//! Payments that every event has left, payers who leave, and mentors who are asked when there is something to answer.

use serde_json::json;
use shared::worker::run_schedule;
use standalone::payments::EntryKind::{Authorized, Released};
use standalone::payments::Fault;
use tests::TestApp;

use super::{Stage, stage};

async fn fire(app: &TestApp) -> usize {
    run_schedule(&app.state, reminders_cron::fire)
        .await
        .unwrap()
}

async fn promised(app: &TestApp, kind: &str) -> usize {
    let events = app.outbox().await;
    events.iter().filter(|event| event["type"] == kind).count()
}

#[tokio::test]
async fn what_no_event_asks_for_any_more_is_looked_at_again() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.booked("pm_card_ok").await;
    app.work_on_payments().await;
    app.at("2026-03-02T08:20:00Z");
    stage.act(*mentor, &id, "decline").await;
    // The provider was down for longer than the news of it came again, and nobody has worked on it since.
    app.at("2026-03-02T08:40:00Z");
    assert_eq!(fire(app).await, 0, "it is looked at soon enough");
    app.at("2026-03-02T09:00:00Z");

    assert_eq!(fire(app).await, 1);
    assert_eq!(fire(app).await, 0, "and not every minute");

    let woken = app.payment_events().await.pop().unwrap();
    app.deliver(&woken).await.unwrap();
    assert_eq!(stage.status(&id).await, "refunded");
    assert_eq!(app.booked_for(&id), [Authorized, Released]);
    app.at("2026-03-02T10:00:00Z");
    assert_eq!(fire(app).await, 0, "nothing is left to do");
}

#[tokio::test]
async fn what_waits_for_its_session_or_its_payer_is_left_alone() {
    let stage = stage().await;
    let app = &stage.app;
    let id = stage.booked("pm_card_action").await;
    app.work_on_payments().await;
    app.at("2026-03-02T08:40:00Z");
    assert_eq!(fire(app).await, 0, "the payer has to agree");
    stage.decide(&id, "yes").await;
    assert_eq!(stage.gone_on(&id, json!({})).await, "authorized");
    app.at("2026-03-02T10:00:00Z");

    fire(app).await;

    let dues = promised(app, "payment.due").await;
    assert_eq!(dues, 2, "the booking's and the payer's");
}

#[tokio::test]
async fn a_payer_who_is_erased_before_anybody_knows_of_the_hold_gets_it_back() {
    let stage = stage().await;
    let Stage {
        app,
        mentee,
        mentor,
        ..
    } = &stage;
    let id = stage.booked("pm_card_ok").await;
    let due = app.payment_events().await.pop().unwrap();
    app.provider().fail(Fault::AnswerLost);
    app.kill_while_delivering(&due).await;
    app.provider().fail(Fault::None);
    app.given_bucket().await;
    app.given_deletion_due(*mentee).await;
    let erased = run_schedule(&app.state, upkeep_cron::fire).await;
    assert_eq!(erased.unwrap(), 1);

    app.work_on_payments().await;

    assert_eq!(app.booked_for(&id), [Authorized, Released]);
    assert_eq!(stage.payment(*mentor, &id).await["status"], "refunded");
    assert_eq!(app.kept_methods().await, 0);
}

#[tokio::test]
async fn a_mentor_is_asked_once_the_amount_is_held() {
    let stage = stage().await;
    let app = &stage.app;
    let id = stage.booked("pm_card_action").await;
    app.work_on_payments().await;
    // Half of the mentor's time is over, and they cannot answer yet.
    app.at("2026-03-02T23:00:00Z");
    fire(app).await;
    let asked = ["session.requested", "session.answer_due"];
    for kind in asked {
        assert_eq!(promised(app, kind).await, 0, "{kind}");
    }

    stage.decide(&id, "yes").await;
    assert_eq!(stage.gone_on(&id, json!({})).await, "authorized");
    fire(app).await;

    for kind in asked {
        assert_eq!(promised(app, kind).await, 1, "{kind}");
    }
}
