//! What requests cost the database. Inside a network of its own the round trip is the cost.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use shared::http::RequestCost;
use tests::{ACCOUNT_PASSWORD, TestApp};

use crate::booking;

/// Asks twice: the first request may have to read what is kept afterwards.
async fn cost(
    app: &TestApp,
    actor: Option<UserId>,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> RequestCost {
    app.ask(actor, method.clone(), path, body.as_ref()).await;
    let reply = app.ask(actor, method, path, body.as_ref()).await;
    assert!(reply.status.is_success(), "{path}: {}", reply.text);
    reply.cost
}

#[tokio::test]
async fn hot_reads_wait_for_the_database_at_most_three_times() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let offering = json!({
        "topic": "Pricing", "title": "A review", "duration_minutes": 90, "price": 0, "currency": "EUR",
    });
    let offerings = format!("/api/mentors/{mentor}/offerings");
    let (_, made) = app.post_as(mentor, &offerings, &offering).await;
    let offering = made["data"]["id"].as_str().unwrap();
    let messages = format!("/api/sessions/{session}/messages");
    let calendar = format!("/api/sessions/{session}/calendar.ics");
    let slots = format!("/api/mentors/{mentor}/slots");
    let season = format!("{slots}?from=2026-03-02T00:00:00Z&to=2026-06-02T00:00:00Z");
    let offered = format!("{season}&offering_id={offering}");
    let explained = format!("{slots}/explain?at=2026-03-03T10:00:00Z&offering_id={offering}");
    let card = format!("/api/mentors/{mentor}");
    let free = "/api/mentors?available_from=2026-03-03T09:00:00Z&available_to=2026-03-03T12:00:00Z";

    for (actor, path, statements, round_trips) in [
        (None, slots.as_str(), 3, 1),
        (Some(mentee), slots.as_str(), 4, 2),
        (None, season.as_str(), 3, 1),
        (None, offered.as_str(), 3, 1),
        (Some(mentee), offered.as_str(), 4, 2),
        (None, explained.as_str(), 3, 1),
        (Some(mentee), explained.as_str(), 4, 2),
        (Some(mentee), "/api/sessions", 2, 2),
        (Some(mentee), "/api/messages", 3, 2),
        (Some(mentee), messages.as_str(), 3, 2),
        (Some(mentee), calendar.as_str(), 3, 3),
        (Some(mentee), "/api/users/me", 2, 2),
        (Some(mentee), "/api/notifications", 2, 2),
        (Some(mentee), "/api/notifications/unread-count", 2, 2),
        (Some(mentee), "/api/notifications/preferences", 4, 2),
        (None, "/api/mentors", 1, 1),
        (None, card.as_str(), 4, 1),
        (None, "/api/mentors?q=ada&accepting=true&facets=true", 1, 1),
        (None, free, 4, 2),
    ] {
        let cost = cost(&app, actor, Method::GET, path, None).await;
        assert_eq!(
            cost,
            RequestCost {
                statements,
                round_trips
            },
            "{path}"
        );
        assert!(cost.round_trips <= 3);
    }
}

#[tokio::test]
async fn figures_for_admins_wait_at_most_three_times() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    for (path, statements, round_trips) in [
        ("/api/admin/analytics", 6, 2),
        ("/api/admin/analytics?program=mentorship", 7, 3),
        ("/api/admin/analytics/sessions", 4, 2),
        ("/api/admin/analytics/mentors", 2, 2),
        ("/api/admin/analytics/matching", 5, 2),
        ("/api/admin/users", 2, 2),
        ("/api/admin/sessions", 2, 2),
        ("/api/admin/matches", 3, 3),
        ("/api/admin/audit", 2, 2),
    ] {
        let cost = cost(&app, Some(admin), Method::GET, path, None).await;
        let found = (cost.statements, cost.round_trips);
        assert_eq!(found, (statements, round_trips), "{path}");
    }
}

#[tokio::test]
async fn a_booking_waits_at_most_six_times() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let body = booking(mentor, "2026-03-03T10:00:00Z");

    let reply = app
        .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await;

    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(
        reply.cost,
        RequestCost {
            statements: 9,
            round_trips: 4
        }
    );
    assert!(reply.cost.round_trips <= 6);
}

#[tokio::test]
async fn a_booking_with_a_price_waits_no_longer() {
    let app = TestApp::with_payments().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let offering = json!({
        "topic": "Pricing", "title": "An hour", "duration_minutes": 60, "price": 4500, "currency": "EUR",
    });
    let path = format!("/api/mentors/{mentor}/offerings");
    let (_, offering) = app.post_as(mentor, &path, &offering).await;
    let mut body = booking(mentor, "2026-03-03T10:00:00Z");
    body["offering_id"] = offering["data"]["id"].clone();
    body["payment_method"] = json!("pm_card_ok");

    let reply = app
        .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await;

    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    // The offering and the payment; what is promised is to ask the provider instead of the mentor.
    assert_eq!(
        reply.cost,
        RequestCost {
            statements: 11,
            round_trips: 4
        }
    );
}

#[tokio::test]
async fn a_message_waits_at_most_six_times() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let path = format!("/api/sessions/{session}/messages");
    let body = json!({ "content": "Hello!" });
    let send = async || {
        app.ask(Some(mentee), Method::POST, &path, Some(&body))
            .await
    };

    let (first, second) = (send().await, send().await);

    // The first one promises a mail.
    let waits = [first.cost, second.cost].map(|cost| (cost.statements, cost.round_trips));
    assert_eq!(waits, [(7, 5), (6, 4)], "{}", second.text);
    let read = format!(
        "/api/messages/{}/read",
        second.data()["id"].as_str().unwrap()
    );
    let read = app.ask(Some(mentor), Method::POST, &read, None).await;
    assert_eq!((read.cost.statements, read.cost.round_trips), (5, 3));
}

#[tokio::test]
async fn a_question_waits_no_longer_than_a_booking() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_open_mentor().await);
    let step = async |actor, path: &str, body: Option<Value>| {
        let path = format!("/api/questions{path}");
        let reply = app
            .ask(Some(actor), Method::POST, &path, body.as_ref())
            .await;
        assert!(reply.status.is_success(), "{path}: {}", reply.text);
        reply
    };
    let words = json!({ "title": "How do I hire?", "text": "Two engineers." });
    let asked = step(mentee, "", Some(words)).await;
    let id = asked.data()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/questions/{id}");
    let read = async |actor, path: &str| cost(&app, Some(actor), Method::GET, path, None).await;
    let mut costs = vec![
        ("ask", asked.cost),
        ("browse", read(mentor, "/api/questions").await),
        ("show", read(mentor, &path).await),
    ];
    for (actor, action, body) in [
        (mentor, "claim", None),
        (mentor, "answers", Some(json!({ "content": "Ask around." }))),
        (mentee, "escalate", None),
        (mentee, "complete", None),
        (mentee, "rating", Some(json!({ "rating": 5 }))),
    ] {
        let reply = step(actor, &format!("/{id}/{action}"), body).await;
        costs.push((action, reply.cost));
    }
    let board = read(mentee, "/api/questions/leaderboard").await;
    costs.push(("leaderboard", board));

    let costs = costs
        .into_iter()
        .map(|(what, cost)| (what, cost.statements, cost.round_trips));
    assert_eq!(
        costs.collect::<Vec<_>>(),
        [
            ("ask", 6, 4),
            ("browse", 4, 2),
            ("show", 4, 2),
            ("claim", 8, 4),
            ("answers", 7, 4),
            ("escalate", 9, 5),
            ("complete", 6, 4),
            ("rating", 6, 4),
            ("leaderboard", 3, 3),
        ]
    );
}

#[tokio::test]
async fn a_match_costs_the_same_however_many_mentors_there_are() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let mut costs = Vec::new();
    for _ in 0..2 {
        for _ in 0..10 {
            app.given_open_mentor().await;
        }
        costs.push(
            cost(
                &app,
                Some(mentee),
                Method::POST,
                "/api/matching/match",
                Some(json!({})),
            )
            .await,
        );
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0].round_trips <= 6, "{:?}", costs[0]);
}

#[tokio::test]
async fn health_costs_nothing() {
    let app = TestApp::whole().await;
    let nothing = RequestCost {
        statements: 0,
        round_trips: 0,
    };
    for path in ["/api/health", "/api/openapi.json", "/api/docs/", "/admin"] {
        let reply = app.ask(None, Method::GET, path, None).await;
        assert!(reply.status.is_success(), "{path}: {}", reply.text);
        assert_eq!(reply.cost, nothing, "{path}");
        assert_eq!(reply.machinery, nothing, "{path}: no limit is looked up");
    }
}

#[tokio::test]
async fn limits_and_idempotency_wait_at_most_three_times_beside_a_request() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    app.given_account("ada@example.com", Role::Mentee).await;
    let book = app.call(Method::POST, "/api/sessions").by(mentee).await;
    let book = book.header("idempotency-key", "\"once-and-for-all\"");
    let booked = book
        .json(&booking(mentor, "2026-03-03T10:00:00Z"))
        .send()
        .await;
    let signed_in = app.log_in("ada@example.com", ACCOUNT_PASSWORD).await;

    assert_eq!(booked.status, StatusCode::CREATED);
    assert_eq!(signed_in.status, StatusCode::OK);
    // What is kept of the answer travels with its commit.
    assert_eq!(booked.machinery.round_trips, 2, "limits, claim");
    assert_eq!(signed_in.machinery.round_trips, 3, "limits, both, forget");
}

#[tokio::test]
async fn mentoring_waits_no_longer_than_a_booking() {
    let app = TestApp::whole().await;
    let mut mentors = Vec::new();
    for _ in 0..3 {
        mentors.push(app.given_mentor().await);
    }
    let mentee = app.given_mentee().await;
    let goals = json!({ "goals": "Find the first ten customers" });

    let asked = app
        .ask(
            Some(mentee),
            Method::POST,
            "/api/matching/requests",
            Some(&goals),
        )
        .await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let batch = format!(
        "/api/matching/batches/{}",
        asked.data()["batch_id"].as_str().unwrap()
    );
    let seen = cost(&app, Some(mentors[0]), Method::GET, &batch, None).await;
    let select = format!("{batch}/select");
    let selected = app.ask(Some(mentors[0]), Method::POST, &select, None).await;
    assert_eq!(selected.status, StatusCode::OK, "{}", selected.text);
    let found = cost(
        &app,
        Some(mentee),
        Method::GET,
        "/api/matching/matches",
        None,
    )
    .await;

    let costs =
        [asked.cost, seen, selected.cost, found].map(|cost| (cost.statements, cost.round_trips));
    assert_eq!(costs, [(16, 6), (3, 3), (17, 6), (4, 3)]);
}

#[tokio::test]
async fn feedback_waits_no_longer_than_a_message() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_completed_session(mentee, mentor, "2026-02-27T10:00:00Z")
        .await;
    let mut said = json!({
        "session_id": session, "rating": 4, "helpfulness_rating": 4, "would_recommend": true, "is_anonymous": true,
    });
    let path = format!("/api/feedback/{session}");

    let ask = async |method, path: &str, body: &Value| {
        let reply = app.ask(Some(mentee), method, path, Some(body)).await;
        assert!(reply.status.is_success(), "{path}: {}", reply.text);
        (reply.cost.statements, reply.cost.round_trips)
    };
    let given = ask(Method::POST, "/api/feedback", &said).await;
    said.as_object_mut().unwrap().remove("session_id");
    said["is_anonymous"] = json!(false);
    let named = ask(Method::PUT, &path, &said).await;
    assert_eq!([given, named], [(6, 4), (7, 5)]);

    let stats = format!("/api/feedback/stats/{mentor}");
    let public = format!("/api/mentors/{mentor}/feedback");
    for (actor, path, statements, round_trips) in [
        (Some(mentee), "/api/feedback", 2, 2),
        (Some(mentee), path.as_str(), 3, 2),
        (None, public.as_str(), 2, 1),
        (None, stats.as_str(), 4, 1),
    ] {
        let cost = cost(&app, actor, Method::GET, path, None).await;
        assert_eq!(
            (cost.statements, cost.round_trips),
            (statements, round_trips),
            "{path}"
        );
    }
}
