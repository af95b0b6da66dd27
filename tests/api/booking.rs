//! Booking a session: who may, what it promises, and what happens when everybody wants the same slot.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::user::Role;
use tests::{Hours, Setup, TestApp, api};

use crate::{book, booking};

const TEN: &str = "2026-03-03T10:00:00Z";

#[tokio::test]
async fn a_mentee_books_a_slot() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let body = json!({
        "mentor_id": mentor, "scheduled_at": "2026-03-03T11:00:00+01:00", "topic": "B2B pricing", "mentee_notes": "Hello!",
    });

    let reply = app
        .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await;

    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    let id = reply.data()["id"].as_str().unwrap();
    assert_eq!(reply.header("location"), format!("/api/sessions/{id}"));
    insta::assert_json_snapshot!(reply.data(), {
        ".id" => "[id]", ".mentor_id" => "[mentor]", ".mentee_id" => "[mentee]",
        ".created_at" => "[now]", ".updated_at" => "[now]"
    }, @r#"
    {
      "allowed_actions": [
        "reschedule",
        "cancel"
      ],
      "created_at": "[now]",
      "currency": null,
      "duration_minutes": 60,
      "ends_at": "2026-03-03T11:00:00Z",
      "id": "[id]",
      "match_score": null,
      "meeting_link": null,
      "mentee_id": "[mentee]",
      "mentee_notes": "Hello!",
      "mentor_id": "[mentor]",
      "mentor_notes": null,
      "notes": null,
      "payment_status": "not_required",
      "price": null,
      "respond_by": "2026-03-03T08:00:00Z",
      "scheduled_at": "2026-03-03T10:00:00Z",
      "status": "pending",
      "topic": "B2B pricing",
      "updated_at": "[now]",
      "version": 1
    }
    "#);
    let promised = app.outbox().await;
    assert_eq!(promised.len(), 1);
    assert_eq!(promised[0]["type"], "session.requested");
    assert_eq!(promised[0]["session_id"], id);
}

#[tokio::test]
async fn only_mentees_with_a_proven_address_book() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let unverified = app.given_unverified(Role::Mentee).await;
    let admin = app.given_admin().await;

    let refused = book(&app, unverified, mentor, TEN).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.code(), "email_not_verified");
    for actor in [mentor, admin] {
        let refused = book(&app, actor, mentor, TEN).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(refused.code(), "forbidden");
    }
    let (status, _) = app.post("/api/sessions", &booking(mentor, TEN)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(app.outbox().await.is_empty());
}

#[tokio::test]
async fn a_mentor_who_does_not_appear_cannot_be_booked() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let unapproved = app.given_unapproved_mentor().await;
    let unverified = app.given_unverified(Role::Mentor).await;
    let other = app.given_mentee().await;
    for hidden in [unapproved, unverified, other, mentee] {
        let refused = book(&app, mentee, hidden, TEN).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert_eq!(refused.code(), "not_found");
    }
}

#[tokio::test]
async fn a_refused_time_says_why() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    for (at, status, code) in [
        (
            "2026-03-03T03:00:00Z",
            StatusCode::CONFLICT,
            "outside_availability",
        ),
        ("2026-03-03T10:10:00Z", StatusCode::CONFLICT, "not_on_grid"),
        (
            "2026-03-02T09:00:00Z",
            StatusCode::CONFLICT,
            "notice_too_short",
        ),
        (
            "2026-05-05T10:00:00Z",
            StatusCode::CONFLICT,
            "beyond_horizon",
        ),
        (
            "2026-02-24T10:00:00Z",
            StatusCode::BAD_REQUEST,
            "in_the_past",
        ),
    ] {
        let reply = book(&app, mentee, mentor, at).await;
        assert_eq!((reply.status, reply.code()), (status, code), "{at}");
        assert_eq!(reply.body["errors"][0]["field"], "scheduled_at");
    }
}

#[tokio::test]
async fn a_mentee_cannot_be_in_two_places() {
    let app = TestApp::whole().await;
    let (one, two) = (app.given_open_mentor().await, app.given_open_mentor().await);
    let mentee = app.given_mentee().await;
    assert_eq!(book(&app, mentee, one, TEN).await.status, 201);

    let refused = book(&app, mentee, two, TEN).await;

    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.code(), "mentee_busy");
}

#[tokio::test]
async fn cancelled_and_declined_sessions_free_their_slot() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let (one, two) = (app.given_mentee().await, app.given_mentee().await);
    let first = book(&app, one, mentor, TEN).await;
    let path = format!("/api/sessions/{}", first.data()["id"].as_str().unwrap());
    app.delete_as(one, &path).await;

    let second = book(&app, two, mentor, TEN).await;
    assert_eq!(second.status, StatusCode::CREATED);
    let path = format!("/api/sessions/{}", second.data()["id"].as_str().unwrap());
    app.put_as(mentor, &path, &json!({ "action": "decline" }))
        .await;

    assert_eq!(book(&app, one, mentor, TEN).await.status, 201);
}

#[tokio::test]
async fn a_match_of_somebody_else_is_no_match() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let body = json!({ "mentor_id": mentor, "scheduled_at": TEN, "match_id": mentor });
    let reply = app
        .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.problems(), [("match_id", "unknown_match")]);
}

#[tokio::test]
async fn everything_wrong_with_a_request_is_named_at_once() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let body = json!({
        "mentor_id": "me", "scheduled_at": "2026-03-03T10:00:00", "duration_minutes": 20, "topic": "", "offering": 1,
    });
    let reply = app
        .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        reply.problems(),
        [
            ("duration_minutes", "out_of_range"),
            ("mentor_id", "invalid_id"),
            ("offering", "unknown_field"),
            ("scheduled_at", "invalid_time"),
            ("topic", "too_short"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_on_one_slot_has_one_winner() {
    let setup = Setup {
        connections: 24,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let mentor = app.given_open_mentor().await;
    let mentees = join_all((0..100).map(|_| app.given_mentee())).await;

    let attempts = (0..500).map(|n| book(&app, mentees[n % mentees.len()], mentor, TEN));
    let replies = join_all(attempts).await;

    let count = |status| {
        replies
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    assert_eq!(count(StatusCode::CREATED), 1);
    assert_eq!(count(StatusCode::CONFLICT), 499);
    assert!(
        replies
            .iter()
            .filter(|reply| reply.status == StatusCode::CONFLICT)
            .all(|reply| reply.code() == "slot_taken")
    );
    assert_eq!(app.overlaps().await, 0);
    assert_eq!(app.deadlocks().await, 0);
    assert_eq!(app.outbox().await.len(), 1, "losers promise nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_on_many_slots_overlaps_nowhere_and_deadlocks_never() {
    let setup = Setup {
        connections: 24,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let mentors = join_all((0..4).map(|_| app.given_mentor())).await;
    for mentor in &mentors {
        app.given_hours(*mentor, Hours(&[2], "08:00", "18:00", "UTC"))
            .await;
        app.patch_as(
            *mentor,
            "/api/users/me",
            &json!({ "step_minutes": 15, "buffer_minutes": 10 }),
        )
        .await;
    }
    let mentees = join_all((0..6).map(|_| app.given_mentee())).await;

    let attempts = (0..240).map(|n| {
        let quarter = n * 7 % 36;
        let at = format!(
            "2026-03-03T{:02}:{:02}:00Z",
            8 + quarter / 4,
            quarter % 4 * 15
        );
        let (app, mentor, mentee) = (&app, mentors[n % 4], mentees[n * 5 % 6]);
        async move { book(app, mentee, mentor, &at).await }
    });
    let replies = join_all(attempts).await;

    let booked = replies.iter().filter(|reply| reply.status == 201).count();
    assert!(booked >= 10, "{booked}");
    for reply in &replies {
        assert!(
            reply.status == StatusCode::CREATED || reply.status == StatusCode::CONFLICT,
            "{}",
            reply.text
        );
    }
    assert_eq!(app.overlaps().await, 0);
    assert_eq!(app.deadlocks().await, 0);
}
