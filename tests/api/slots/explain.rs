//! Why a moment can or cannot be booked.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

use crate::{book, booking, texts};

async fn explain(app: &TestApp, actor: Option<UserId>, mentor: UserId, query: &str) -> Reply {
    let path = format!("/api/mentors/{mentor}/slots/explain?{query}");
    app.ask(actor, Method::GET, &path, None).await
}

async fn reasons(app: &TestApp, actor: Option<UserId>, mentor: UserId, at: &str) -> Vec<String> {
    let reply = explain(app, actor, mentor, &format!("at={at}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let reasons = texts(&reply.data()["reasons"], "code");
    assert_eq!(reply.data()["bookable"], reasons.is_empty());
    reasons
}

#[tokio::test]
async fn a_moment_that_can_be_booked_has_no_reasons_against_it() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;

    let query = "at=2026-03-03T11:00:00%2B01:00&timezone=Asia/Kolkata";
    let reply = explain(&app, None, mentor, query).await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    insta::assert_json_snapshot!(reply.data(), @r#"
    {
      "bookable": true,
      "ends_at": "2026-03-03T11:00:00Z",
      "local_end": "2026-03-03T16:30:00+05:30",
      "local_start": "2026-03-03T15:30:00+05:30",
      "reasons": [],
      "starts_at": "2026-03-03T10:00:00Z"
    }
    "#);
}

#[tokio::test]
async fn a_moment_that_cannot_be_booked_says_everything_that_is_in_the_way() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let (mentee, rival) = (app.given_mentee().await, app.given_mentee().await);
    app.given_session(rival, mentor, "2026-03-03T10:00:00Z")
        .await;
    let rules =
        json!({ "buffer_minutes": 15, "max_sessions_per_day": 1, "min_notice_minutes": 1440 });
    app.patch_as(mentor, "/api/users/me", &rules).await;

    let reply = explain(&app, Some(mentee), mentor, "at=2026-03-03T09:10:00Z").await;
    insta::assert_json_snapshot!(reply.data()["reasons"], @r#"
    [
      {
        "code": "not_on_grid",
        "details": {
          "nearest": "2026-03-03T09:00:00Z"
        },
        "message": "sessions start at 2026-03-03T09:00:00Z here"
      },
      {
        "code": "mentor_busy",
        "message": "the mentor has another session then"
      },
      {
        "code": "day_limit_reached",
        "details": {
          "max_sessions_per_day": 1
        },
        "message": "the mentor takes at most 1 sessions a day"
      }
    ]
    "#);
    for (at, expected) in [
        (
            "2026-03-03T09:00:00Z",
            &["mentor_buffer", "day_limit_reached"][..],
        ),
        ("2026-03-04T09:00:00Z", &[]),
        (
            "2026-03-02T16:30:00Z",
            &["outside_availability", "notice_too_short"],
        ),
        ("2026-02-27T10:00:00Z", &["in_the_past"]),
        (
            "2026-03-01T10:00:00Z",
            &["outside_availability", "in_the_past"],
        ),
        ("2026-06-02T10:00:00Z", &["beyond_horizon"]),
    ] {
        assert_eq!(
            reasons(&app, Some(mentee), mentor, at).await,
            expected,
            "{at}"
        );
    }
}

#[tokio::test]
async fn who_asks_is_told_of_their_own_sessions() {
    let app = TestApp::whole().await;
    let (mentor, elsewhere) = (app.given_open_mentor().await, app.given_open_mentor().await);
    let (mentee, other) = (app.given_mentee().await, app.given_mentee().await);
    let ten = "2026-03-03T10:00:00Z";
    book(&app, mentee, elsewhere, ten).await;

    assert_eq!(
        reasons(&app, Some(mentee), mentor, ten).await,
        ["mentee_busy"]
    );
    for asker in [None, Some(other), Some(mentor)] {
        assert!(reasons(&app, asker, mentor, ten).await.is_empty());
    }
    // The mentor is no mentee of their own.
    let own = reasons(&app, Some(elsewhere), elsewhere, ten).await;
    assert_eq!(own, ["mentor_busy"]);
}

#[tokio::test]
async fn the_length_may_come_from_an_offering() {
    let app = TestApp::whole().await;
    let (mentor, other) = (app.given_open_mentor().await, app.given_open_mentor().await);
    let body = json!({ "topic": "Pricing", "title": "Long", "duration_minutes": 90, "price": 0, "currency": "EUR" });
    let path = format!("/api/mentors/{mentor}/offerings");
    let (_, made) = app.post_as(mentor, &path, &body).await;
    let id = made["data"]["id"].as_str().unwrap();
    let bookable = async |at: &str| {
        let query = format!("at={at}&offering_id={id}");
        let reply = explain(&app, None, mentor, &query).await;
        reply.data()["bookable"].clone()
    };

    // Nine, half past ten, noon, half past one, three; then only an hour is left.
    assert_eq!(bookable("2026-03-03T15:00:00Z").await, true);
    assert_eq!(bookable("2026-03-03T16:00:00Z").await, false);
    let query = format!("at=2026-03-03T15:00:00Z&offering_id={id}");
    let foreign = explain(&app, None, other, &query).await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    assert_eq!(foreign.problems(), [("offering_id", "unknown_offering")]);
    app.patch_as(mentor, &format!("{path}/{id}"), &json!({ "active": false }))
        .await;
    let paused = explain(&app, None, mentor, &query).await;
    assert_eq!(paused.code(), "unknown_offering");
}

#[tokio::test]
async fn a_question_that_is_none_is_refused_like_one_for_the_list() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let at = "at=2026-03-03T10:00:00Z";
    for (query, problem) in [
        (String::new(), ("at", "missing_field")),
        ("at=2026-03-03T10:00:00".to_owned(), ("at", "invalid_time")),
        ("at=now".to_owned(), ("at", "invalid_time")),
        (format!("{at}&{at}"), ("at", "repeated_field")),
        (
            format!("{at}&duration_minutes=29"),
            ("duration_minutes", "out_of_range"),
        ),
        (
            format!("{at}&duration_minutes=181"),
            ("duration_minutes", "out_of_range"),
        ),
        (format!("{at}&offering_id=x"), ("offering_id", "invalid_id")),
        (
            format!("{at}&duration_minutes=60&offering_id={mentor}"),
            ("offering_id", "duration_or_offering"),
        ),
        (
            format!("{at}&timezone=Berlin"),
            ("timezone", "invalid_timezone"),
        ),
        (format!("{at}&from=x"), ("from", "unknown_field")),
    ] {
        let reply = explain(&app, None, mentor, &query).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.problems(), [problem], "{query}");
    }
    let (unapproved, mentee) = (
        app.given_unapproved_mentor().await,
        app.given_mentee().await,
    );
    for hidden in [unapproved, mentee] {
        let reply = explain(&app, None, hidden, at).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert_eq!(reply.code(), "not_found");
    }
}

/// The ends of the time that can be asked for.
#[tokio::test]
async fn any_moment_can_be_explained() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    for at in ["1970-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z"] {
        assert!(!reasons(&app, None, mentor, at).await.is_empty(), "{at}");
    }
}

#[tokio::test]
async fn a_booking_is_refused_for_the_reasons_that_are_explained() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let pause = json!({ "accepting": false, "max_sessions_per_week": 1 });
    app.patch_as(mentor, "/api/users/me", &pause).await;
    for at in [
        "2026-03-03T10:20:00Z",
        "2026-03-03T20:00:00Z",
        "2026-05-31T10:00:00Z",
    ] {
        let explained = reasons(&app, Some(mentee), mentor, at).await;
        let body: Value = booking(mentor, at);
        let refused = app
            .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
            .await;
        assert_eq!(texts(&refused.body["errors"], "code"), explained, "{at}");
    }
}
