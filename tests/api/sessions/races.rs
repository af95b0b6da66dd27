//! Two people at once: one truth comes out of it.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use http::StatusCode;
use serde_json::json;
use shared::domain::user::Role;
use shared::store;
use tests::TestApp;

use super::moving::{Moving, confirmed};
use super::path;
use crate::book;

const NOON: &str = "2026-03-04T12:00:00Z";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_and_a_cancellation_at_once_leave_one_truth() {
    for _ in 0..6 {
        let moving = confirmed().await;
        let Moving {
            app,
            mentor,
            mentee,
            id,
        } = &moving;
        let request = moving.proposed(*mentor, &[NOON]).await;
        let session = path(*id);

        let (moved, cancelled) = futures_util::future::join(
            Box::pin(moving.answer(*mentee, &request, json!({ "action": "accept" }))),
            Box::pin(app.delete_as(*mentor, &session)),
        )
        .await;

        assert_eq!(cancelled.0, StatusCode::OK);
        let codes = ["", "invalid_transition"];
        assert!(codes.contains(&moved.code()), "{}", moved.text);
        let (_, shown) = app.get_as(*mentee, &session).await;
        assert_eq!(shown["data"]["status"], "cancelled");
        let is_moved = moved.status == StatusCode::OK;
        assert_eq!(shown["data"]["scheduled_at"] == NOON, is_moved);
        assert_eq!(shown["data"]["version"], if is_moved { 5 } else { 4 });
        assert!(app.held_by(&id.to_string()).await.is_empty());
        assert_eq!(app.planned_reminders(&id.to_string()).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_answers_at_once_counts() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        id,
        ..
    } = &moving;
    let request = moving
        .proposed(*mentor, &[NOON, "2026-03-04T11:00:00Z"])
        .await;
    let request = &request;

    let answers = join_all((0..8).map(|n| {
        let time = if n % 2 == 0 {
            NOON
        } else {
            "2026-03-04T11:00:00Z"
        };
        let body = json!({ "action": "accept", "scheduled_at": time });
        Box::pin(moving.answer(*mentee, request, body))
    }))
    .await;

    let codes: Vec<&str> = answers.iter().map(tests::Reply::code).collect();
    let done = codes.iter().filter(|code| code.is_empty()).count();
    let refused = codes
        .iter()
        .filter(|code| **code == "reschedule_not_open")
        .count();
    assert_eq!((done, refused), (1, 7), "{codes:?}");
    let (_, shown) = app.get_as(*mentee, &path(*id)).await;
    assert_eq!(shown["data"]["version"], 4);
    assert_eq!(app.planned_reminders(&id.to_string()).await, 4);
    assert_eq!(app.deadlocks().await, 0);
}

/// Sessions that move, and people who book, all want the same hour.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_goes_to_one_of_those_who_move_or_book() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mut proposals = Vec::new();
    for hour in 9..15 {
        let mentee = app.given_mentee().await;
        let start = format!("2026-03-03T{hour:02}:00:00Z");
        let id = app.given_confirmed_session(mentee, mentor, &start).await;
        let list = format!("{}/reschedule-requests", path(id));
        let body = json!({ "proposed_times": [NOON] });
        let (status, made) = app.post_as(mentee, &list, &body).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        proposals.push(format!("{list}/{}", made["data"]["id"].as_str().unwrap()));
    }
    let bookers = join_all((0..6).map(|_| app.given_mentee())).await;

    let accept = json!({ "action": "accept" });
    let moved = join_all(
        proposals
            .iter()
            .map(|path| Box::pin(app.put_as(mentor, path, &accept))),
    );
    let booked = join_all(
        bookers
            .iter()
            .map(|mentee| Box::pin(book(&app, *mentee, mentor, NOON))),
    );
    let (moved, booked) = futures_util::future::join(moved, booked).await;

    let won = moved
        .iter()
        .filter(|(status, _)| status.is_success())
        .count()
        + booked
            .iter()
            .filter(|reply| reply.status.is_success())
            .count();
    assert_eq!(won, 1);
    let codes: BTreeSet<&str> = moved
        .iter()
        .filter_map(|(_, body)| body["errors"][0]["code"].as_str())
        .chain(booked.iter().map(tests::Reply::code))
        .filter(|code| !code.is_empty())
        .collect();
    assert_eq!(codes, BTreeSet::from(["slot_taken"]));
    assert_eq!(app.overlaps().await, 0);
    assert_eq!(app.deadlocks().await, 0);
}

/// Two sessions of the same two people swap their hours, again and again: never a deadlock, never an overlap.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moves_of_the_same_people_take_turns() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let mut proposals = Vec::new();
    for (from, to) in [(9, 10), (11, 12), (13, 14), (15, 16)] {
        let start = format!("2026-03-03T{from:02}:00:00Z");
        let id = app.given_confirmed_session(mentee, mentor, &start).await;
        let list = format!("{}/reschedule-requests", path(id));
        let body = json!({ "proposed_times": [format!("2026-03-03T{to:02}:00:00Z")] });
        let (_, made) = app.post_as(mentee, &list, &body).await;
        proposals.push(format!("{list}/{}", made["data"]["id"].as_str().unwrap()));
    }

    let accept = json!({ "action": "accept" });
    let moved = join_all(
        proposals
            .iter()
            .map(|path| Box::pin(app.put_as(mentor, path, &accept))),
    )
    .await;

    assert!(
        moved.iter().all(|(status, _)| status.is_success()),
        "{moved:?}"
    );
    assert_eq!(app.overlaps().await, 0);
    assert_eq!(app.deadlocks().await, 0);
}

/// Whoever is no mentee any more, or is shut out, while their booking waits for its lock, books nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_while_a_booking_waits_is_looked_at_again() {
    for (change, code) in [
        (Change::Role, "forbidden"),
        (Change::Suspension, "account_inactive"),
    ] {
        let app = TestApp::whole().await;
        let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
        let mut client = app.state.db.client().await.unwrap();
        let tx = client.transaction();
        store::schedule::lock_people(&tx, [mentee, mentor])
            .await
            .unwrap();

        let change = async {
            app.until_somebody_waits().await;
            match change {
                Change::Role => {
                    let now = app.clock.now();
                    let role = Role::Mentor;
                    store::user::update_role(&tx, mentee, role, now)
                        .await
                        .unwrap();
                }
                Change::Suspension => {
                    let mut user = store::user::find(&tx, mentee).await.unwrap().unwrap();
                    user.status = shared::domain::user::UserStatus::Suspended;
                    store::user::update_status(&tx, &user).await.unwrap();
                }
            }
            tx.commit().await.unwrap();
        };
        let booking = Box::pin(book(&app, mentee, mentor, NOON));
        let (refused, ()) = futures_util::future::join(booking, change).await;

        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::FORBIDDEN, code)
        );
        assert_eq!(app.rows_in("sessions").await, 0);
    }
}

enum Change {
    Role,
    Suspension,
}
