//! Roles and statuses: what admins decide about people, and what follows at once.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

use crate::book;

const ME: &str = "/api/users/me";

async fn put(app: &TestApp, admin: UserId, whom: UserId, what: &str, value: &str) -> Reply {
    let body = json!({ what: value, "reason": "as agreed" });
    let path = format!("/api/users/{whom}/{what}");
    app.ask(Some(admin), Method::PUT, &path, Some(&body)).await
}

fn types(outbox: &[Value]) -> Vec<&str> {
    outbox
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn suspending_shuts_out_at_once_and_hides_a_mentor() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_open_mentor().await);
    let mentee = app.given_mentee().await;
    app.given_confirmed_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;

    let reply = put(&app, admin, mentor, "status", "suspended").await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.data()["status"], "suspended");
    assert_eq!(app.get_as(mentor, ME).await.0, StatusCode::UNAUTHORIZED);
    for path in ["", "/slots", "/offerings"] {
        let (status, _) = app.get(&format!("/api/mentors/{mentor}{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let booked = book(&app, mentee, mentor, "2026-03-03T12:00:00Z").await;
    assert_eq!(booked.status, StatusCode::NOT_FOUND);
    let (_, sessions) = app
        .get_as(
            admin,
            &format!("/api/sessions?mentor_id={mentor}&status=confirmed"),
        )
        .await;
    assert_eq!(
        sessions["data"].as_array().unwrap().len(),
        1,
        "an admin sees what waits"
    );
    assert_eq!(types(&app.outbox().await), ["user.suspended"]);
    let who = mentor.to_string();
    assert_eq!(
        app.audit_log().await,
        [["user_status_change", &who, "suspended: as agreed"]]
    );
}

#[tokio::test]
async fn who_is_let_in_again_logs_in_anew() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    put(&app, admin, mentor, "status", "suspended").await;

    let reply = put(&app, admin, mentor, "status", "active").await;

    assert_eq!(reply.data()["status"], "active");
    assert_eq!(reply.data()["version"], 3);
    assert_eq!(
        app.get_as(mentor, ME).await.0,
        StatusCode::UNAUTHORIZED,
        "old tokens stay dead"
    );
    assert_eq!(
        app.get(&format!("/api/mentors/{mentor}")).await.0,
        StatusCode::OK
    );
    assert_eq!(
        types(&app.outbox().await),
        ["user.suspended", "user.reinstated"]
    );

    let again = put(&app, admin, mentor, "status", "active").await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.data()["version"], 3, "nothing has changed");
    assert_eq!(app.audit_log().await.len(), 2);
}

#[tokio::test]
async fn admins_shut_out_neither_themselves_nor_the_last_of_them() {
    let app = TestApp::whole().await;
    let (admin, other) = (app.given_admin().await, app.given_admin().await);

    let own = put(&app, admin, admin, "status", "suspended").await;
    assert_eq!(
        (own.status, own.code()),
        (StatusCode::CONFLICT, "own_suspension")
    );
    let reply = put(&app, admin, other, "status", "suspended").await;
    assert_eq!(reply.status, StatusCode::OK);
    let last = put(&app, admin, admin, "role", "mentee").await;
    assert_eq!(
        (last.status, last.code()),
        (StatusCode::CONFLICT, "last_admin")
    );
    assert_eq!(app.get_as(admin, ME).await.1["data"]["role"], "admin");
}

#[tokio::test]
async fn of_two_admins_who_shut_each_other_out_one_stays() {
    for _ in 0..4 {
        let app = TestApp::whole().await;
        let (one, other) = (app.given_admin().await, app.given_admin().await);

        let (first, second) = futures_util::join!(
            put(&app, one, other, "status", "suspended"),
            put(&app, other, one, "role", "mentee"),
        );

        let done = [&first, &second].map(|reply| reply.status == StatusCode::OK);
        assert!(done[0] != done[1], "{} {}", first.text, second.text);
        let left = if done[0] { one } else { other };
        assert_eq!(app.get_as(left, "/api/users").await.0, StatusCode::OK);
        assert_eq!(app.deadlocks().await, 0);
    }
}

#[tokio::test]
async fn another_role_signs_out_and_keeps_what_was_said_in_the_old_one() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_open_mentor().await);
    app.patch_as(mentor, ME, &json!({ "company": "Navy" }))
        .await;

    let reply = put(&app, admin, mentor, "role", "mentee").await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.data()["role"], "mentee");
    assert_eq!(reply.data()["version"], 3);
    assert!(reply.data().get("company").is_none() && reply.data().get("goals").is_some());
    assert_eq!(app.get_as(mentor, ME).await.0, StatusCode::UNAUTHORIZED);
    for path in ["", "/slots"] {
        let (status, _) = app.get(&format!("/api/mentors/{mentor}{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (_, listed) = app.get("/api/mentors").await;
    assert_eq!(listed["data"], json!([]));

    let back = put(&app, admin, mentor, "role", "mentor").await;
    assert_eq!(back.data()["company"], "Navy");
    assert_eq!(
        app.get(&format!("/api/mentors/{mentor}")).await.0,
        StatusCode::OK
    );
    let who = mentor.to_string();
    let line = ["authz_change", &who, "as agreed"];
    assert_eq!(app.audit_log().await, [line, line]);
}

#[tokio::test]
async fn nobody_leaves_a_role_in_which_somebody_waits_for_them() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let mentee = app.given_mentee().await;
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;

    for (whom, role) in [(mentor, "mentee"), (mentee, "mentor"), (mentee, "admin")] {
        let reply = put(&app, admin, whom, "role", role).await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::CONFLICT, "open_sessions")
        );
    }

    app.delete_as(mentee, &format!("/api/sessions/{session}"))
        .await;
    let reply = put(&app, admin, mentee, "role", "mentor").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(
        reply.data()["vetting"],
        "approved",
        "the admin has looked at them"
    );
}

#[tokio::test]
async fn a_decision_about_somebody_names_them_and_its_reason() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let path = format!("/api/users/{mentee}/status");
    for (body, problem) in [
        (
            json!({ "status": "suspended" }),
            ("reason", "missing_field"),
        ),
        (
            json!({ "status": "suspended", "reason": " " }),
            ("reason", "too_short"),
        ),
        (
            json!({ "status": "inactive", "reason": "x" }),
            ("status", "unknown_value"),
        ),
    ] {
        let reply = app.ask(Some(admin), Method::PUT, &path, Some(&body)).await;
        assert_eq!(reply.problems(), [problem]);
    }
    for what in [("role", "admin"), ("status", "suspended")] {
        let reply = put(&app, admin, app.clock.id(), what.0, what.1).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
}
