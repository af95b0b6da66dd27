//! What admins look through, and how they end sessions of others.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

use super::code;
use crate::texts;

async fn list(app: &TestApp, admin: UserId, path: &str) -> Value {
    let path = format!("/api/admin/{path}");
    let reply = app.ask(Some(admin), Method::GET, &path, None).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply.body.clone()
}

async fn end(app: &TestApp, admin: UserId, session: &str, action: &str) -> Reply {
    let path = format!("/api/admin/sessions/{session}");
    let body = json!({ "action": action, "reason": "the mentor is ill" });
    app.ask(Some(admin), Method::PUT, &path, Some(&body)).await
}

#[tokio::test]
async fn people_sessions_and_matches_are_found_by_what_they_are() {
    let app = TestApp::whole().await;
    let (admin, mentor, mentee) = (
        app.given_admin().await,
        app.given_mentor().await,
        app.given_mentee().await,
    );
    let session = app
        .given_confirmed_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let other = app
        .given_session(mentee, mentor, "2026-03-04T10:00:00Z")
        .await;
    let matched = app.given_match(mentee, mentor).await;
    let ids = async |path: &str| texts(&list(&app, admin, path).await["data"], "id");
    let (mentor, mentee) = (mentor.to_string(), mentee.to_string());
    let (session, other) = (session.to_string(), other.to_string());

    assert_eq!(ids("users?role=mentor").await, [mentor.as_str()]);
    assert_eq!(
        ids("users").await,
        [mentee.clone(), mentor.clone(), admin.to_string()]
    );
    assert_eq!(ids("sessions").await, [other.clone(), session.clone()]);
    assert_eq!(ids("sessions?status=pending").await, [other.as_str()]);
    assert_eq!(
        ids("sessions?to=2026-03-04T10:00:00Z").await,
        [session.as_str()]
    );
    assert!(
        ids(&format!("sessions?mentor_id={mentee}"))
            .await
            .is_empty()
    );
    assert_eq!(ids("matches").await, [matched.to_string()]);
    assert!(ids("matches?at_risk=true").await.is_empty());
    let shown = &list(&app, admin, "matches").await["data"][0];
    assert_eq!(shown["mentor"], "Ada Lovelace");
    assert_eq!(shown["mentor_places_taken"], 1);

    let first = list(&app, admin, "sessions?limit=1").await;
    let cursor = first["meta"]["next_cursor"].as_str().unwrap();
    let second = ids(&format!("sessions?limit=1&cursor={cursor}")).await;
    assert_eq!(second, [session]);
}

#[tokio::test]
async fn an_admin_ends_a_session_with_a_reason() {
    let app = TestApp::whole().await;
    let (admin, mentor, mentee) = (
        app.given_admin().await,
        app.given_mentor().await,
        app.given_mentee().await,
    );
    let mut sessions = Vec::new();
    for hour in ["10", "12", "14"] {
        let at = format!("2026-03-02T{hour}:00:00Z");
        let id = app.given_confirmed_session(mentee, mentor, &at).await;
        sessions.push(id.to_string());
    }
    let early = end(&app, admin, &sessions[0], "complete").await;
    assert_eq!(code(&early), (409, "session_not_started"));
    app.at("2026-03-02T15:00:00Z");
    app.given_login(admin, shared::domain::user::Role::Admin)
        .await;
    app.given_login(mentor, shared::domain::user::Role::Mentor)
        .await;

    for (session, action, status) in [
        (&sessions[0], "complete", "completed"),
        (&sessions[1], "no_show", "no_show"),
        (&sessions[2], "cancel", "cancelled"),
    ] {
        let reply = end(&app, admin, session, action).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        assert_eq!(reply.data()["status"], status);
        assert_eq!(reply.data()["allowed_actions"], json!([]));
        assert_eq!(app.planned_reminders(session).await, 0);
        let again = end(&app, admin, session, action).await;
        assert_eq!(code(&again), (409, "invalid_transition"));
    }

    let log = list(&app, admin, "audit?action=session_changed").await;
    assert_eq!(
        log["data"][2]["reason"],
        format!("complete {}: the mentor is ill", sessions[0])
    );
    assert_eq!(log["data"].as_array().unwrap().len(), 3);
    let body = json!({ "action": "cancel", "reason": "I want to" });
    let path = format!("/api/admin/sessions/{}", sessions[0]);
    let (status, _) = app.put_as(mentor, &path, &body).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_audit_log_is_read_by_whom_what_and_when() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    for status in ["suspended", "active", "suspended"] {
        let body = json!({ "status": status, "reason": "as agreed" });
        let path = format!("/api/users/{mentor}/status");
        assert_eq!(app.put_as(admin, &path, &body).await.0, StatusCode::OK);
    }
    let found = async |query: &str| {
        let lines = list(&app, admin, &format!("audit?{query}")).await;
        texts(&lines["data"], "reason")
    };

    let all = [
        "suspended: as agreed",
        "active: as agreed",
        "suspended: as agreed",
    ];
    assert_eq!(found(&format!("actor_id={admin}")).await, all);
    assert_eq!(
        found(&format!("subject_id={mentor}&action=user_status_change")).await,
        all
    );
    assert!(found(&format!("actor_id={mentor}")).await.is_empty());
    assert!(found("to=2026-03-02T08:00:00Z").await.is_empty());
    assert_eq!(found("from=2026-03-02T08:00:00Z").await.len(), 3);
    let page = list(&app, admin, "audit?limit=2").await;
    let cursor = page["meta"]["next_cursor"].as_str().unwrap();
    assert_eq!(found(&format!("limit=2&cursor={cursor}")).await, all[2..]);
    let unknown = app.get_as(admin, "/api/admin/audit?action=nothing").await;
    assert_eq!(unknown.0, StatusCode::BAD_REQUEST);
}
