//! What each transition of a session does to its payment and to the provider's books.

use http::{Method, StatusCode};
use serde_json::json;
use standalone::payments::EntryKind::{self, Authorized, Captured, Released};
use tests::TestApp;

use super::{Stage, decide_at, offering, stage};
use crate::{book, booking};

#[tokio::test]
async fn money_that_is_held_follows_the_session() {
    let held_and: fn(EntryKind) -> Vec<EntryKind> = |end| vec![Authorized, end];
    for (action, by_mentor, is_confirmed, at, status, books) in [
        ("decline", true, false, None, "refunded", held_and(Released)),
        ("cancel", true, false, None, "refunded", held_and(Released)),
        ("cancel", false, false, None, "refunded", held_and(Released)),
        ("cancel", true, true, None, "refunded", held_and(Released)),
        ("cancel", false, true, None, "refunded", held_and(Released)),
        (
            "complete",
            true,
            true,
            Some("2026-03-03T10:00:00Z"),
            "captured",
            held_and(Captured),
        ),
        (
            "no_show",
            true,
            true,
            Some("2026-03-03T09:20:00Z"),
            "captured",
            held_and(Captured),
        ),
    ] {
        let stage = stage().await;
        let Stage {
            app,
            mentor,
            mentee,
            ..
        } = &stage;
        let id = if is_confirmed {
            stage.confirmed("pm_card_ok").await
        } else {
            let id = stage.booked("pm_card_ok").await;
            app.work_on_payments().await;
            id
        };
        assert_eq!(app.booked_for(&id), [Authorized]);
        if let Some(at) = at {
            app.at(at);
        }

        stage
            .act(if by_mentor { *mentor } else { *mentee }, &id, action)
            .await;
        assert_eq!(
            stage.status(&id).await,
            "authorized",
            "until the worker has asked"
        );
        app.work_on_payments().await;

        assert_eq!(stage.status(&id).await, status, "{action}");
        assert_eq!(app.booked_for(&id), books, "{action}");
    }
}

#[tokio::test]
async fn a_request_that_nobody_answers_is_given_back() {
    let stage = stage().await;
    let id = stage.booked("pm_card_ok").await;
    stage.app.work_on_payments().await;

    let event = stage.app.given_expired(id.parse().unwrap()).await;
    stage.app.deliver(&event).await.unwrap();

    assert_eq!(stage.status(&id).await, "refunded");
    assert_eq!(stage.app.booked_for(&id), [Authorized, Released]);
}

#[tokio::test]
async fn a_request_that_ends_before_its_card_was_asked_moves_no_money() {
    let stage = stage().await;
    let id = stage.booked("pm_card_ok").await;
    stage.act(stage.mentor, &id, "decline").await;

    stage.app.work_on_payments().await;

    assert_eq!(stage.status(&id).await, "refunded");
    assert!(stage.app.booked_for(&id).is_empty());
    assert_eq!(stage.app.provider().questions(), 0);
}

#[tokio::test]
async fn an_agreement_after_the_end_is_given_up() {
    for agrees_before in [true, false] {
        let stage = stage().await;
        let id = stage.booked("pm_card_action").await;
        stage.app.work_on_payments().await;
        let url = stage.action_url(&id).await;
        if agrees_before {
            // And does not come back to say so.
            decide_at(&url, "yes").await;
        }
        stage.act(stage.mentee, &id, "cancel").await;
        stage.app.work_on_payments().await;

        assert_eq!(stage.status(&id).await, "refunded");
        let expected: &[EntryKind] = if agrees_before {
            &[Authorized, Released]
        } else {
            &[]
        };
        assert_eq!(stage.app.booked_for(&id), expected);
    }
}

#[tokio::test]
async fn only_what_is_paid_can_be_accepted() {
    let stage = stage().await;
    let Stage {
        app,
        mentor,
        mentee,
        ..
    } = &stage;
    let id = stage.booked("pm_card_declined").await;
    let path = format!("/api/sessions/{id}");
    let is_allowed = async || {
        let (_, shown) = app.get_as(*mentor, &path).await;
        let actions = shown["data"]["allowed_actions"].as_array().unwrap().clone();
        assert!(actions.contains(&json!("decline")));
        actions.contains(&json!("accept"))
    };
    for _ in 0..2 {
        let accept = json!({ "action": "accept" });
        let (status, refused) = app.put_as(*mentor, &path, &accept).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(refused["errors"][0]["code"], "payment_not_authorized");
        assert!(!is_allowed().await);
        app.work_on_payments().await;
    }
    let (_, shown) = app.get_as(*mentee, &path).await;
    assert_eq!(
        shown["data"]["version"], 1,
        "what the worker does is no edit"
    );

    let another = json!({ "payment_method": "pm_card_ok" });
    assert_eq!(stage.gone_on(&id, another).await, "authorized");
    assert!(is_allowed().await);
    stage.act(*mentor, &id, "accept").await;
}

#[tokio::test]
async fn what_is_free_has_nothing_to_do_with_payments() {
    let app = TestApp::with_payments().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let free = offering(&app, mentor, 0).await;
    let mut body = booking(mentor, "2026-03-03T12:00:00Z");
    body["offering_id"] = json!(free);
    // A card that nobody needs is not kept.
    body["payment_method"] = json!("pm_card_ok");
    let offered = app
        .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await;
    let plain = book(&app, mentee, mentor, "2026-03-03T10:00:00Z").await;

    for booked in [offered, plain] {
        assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
        assert_eq!(booked.data()["payment_status"], "not_required");
        let path = format!("/api/sessions/{}", booked.data()["id"].as_str().unwrap());
        let (_, payment) = app.get_as(mentee, &format!("{path}/payment")).await;
        assert_eq!(payment["data"]["status"], "not_required");
        assert_eq!(payment["data"]["amount"], json!(null));
        let (status, _) = app
            .put_as(mentor, &path, &json!({ "action": "accept" }))
            .await;
        assert_eq!(status, StatusCode::OK);
    }
    assert!(app.payment_events().await.is_empty());
    assert_eq!(app.rows_in("payments").await, 0);
    assert_eq!(app.provider().questions(), 0);
}

#[tokio::test]
async fn a_mentor_who_leaves_gives_the_money_back() {
    let stage = stage().await;
    let Stage { app, mentor, .. } = &stage;
    let id = stage.confirmed("pm_card_ok").await;
    app.given_no_password(*mentor).await;
    let left = app
        .ask(Some(*mentor), Method::DELETE, "/api/users/me", None)
        .await;
    assert_eq!(left.status, StatusCode::ACCEPTED, "{}", left.text);

    app.work_on_payments().await;

    assert_eq!(stage.status(&id).await, "refunded");
    assert_eq!(app.booked_for(&id), [Authorized, Released]);
}

#[tokio::test]
async fn of_an_erased_payer_only_the_books_remain() {
    let stage = stage().await;
    let Stage {
        app,
        mentee,
        mentor,
        ..
    } = &stage;
    let id = stage.booked("pm_card_insufficient_funds").await;
    app.work_on_payments().await;
    stage
        .go_on(&id, json!({ "payment_method": "pm_card_of_ada" }))
        .await;
    app.given_bucket().await;
    app.given_deletion_due(*mentee).await;

    let erased = shared::worker::run_schedule(&app.state, upkeep_cron::fire).await;

    assert_eq!(erased.unwrap(), 1);
    let kept = app.rows_of("payments").await;
    assert!(
        kept.contains("4500") && !kept.contains("insufficient"),
        "{kept}"
    );
    app.work_on_payments().await;
    let payment = stage.payment(*mentor, &id).await;
    assert_eq!(payment["status"], "refunded");
}
