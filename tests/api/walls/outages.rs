//! An environment whose database is away, or that has one connection only.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::user::Role;
use shared::store::Db;
use shared::store::db::DbConfig;
use tests::{ACCOUNT_PASSWORD, Setup, TestApp, api};

use super::assert_walls;
use crate::booking;

#[tokio::test]
async fn without_a_database_requests_are_told_to_come_back() {
    let app = TestApp::whole().await;
    let mut state = app.state.clone();
    let nowhere = DbConfig::parse("host=/nowhere user=app dbname=app").unwrap();
    state.db = Db::pool(&nowhere, 1).unwrap();
    let router = shared::http::app(api(), state);
    let mentee = app.given_mentee().await;

    for (method, path) in [
        (Method::GET, "/api/users/me"),
        (Method::GET, "/api/sessions"),
        (Method::POST, "/api/sessions"),
        (Method::GET, "/api/health/ready"),
    ] {
        let reply = app
            .call(method, path)
            .by(mentee)
            .await
            .on(&router)
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(reply.code(), "unavailable");
        assert!(reply.header("retry-after").parse::<u32>().unwrap() >= 1);
        assert_walls(&reply, path);
    }
    for path in ["/api/health", "/api/openapi.json"] {
        let reply = app.call(Method::GET, path).on(&router).send().await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
    }
}

/// A handler that asks for a second connection while it holds the first would wait for itself for ever.
#[tokio::test]
async fn an_environment_with_one_connection_answers_everything() {
    let setup = Setup {
        is_one_connection: true,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    let token = app.given_login(mentee, Role::Mentee).await;
    let session = app
        .given_session(mentee, mentor, "2026-03-04T10:00:00Z")
        .await;
    let link = app.given_verification_token(mentee).await;
    let window = json!({ "kind": "blocked", "valid_from": "2026-03-05", "timezone": "UTC" });

    for (actor, method, path, body) in [
        (mentor, "PATCH", "/api/users/me", json!({ "bio": "Hello" })),
        (
            mentor,
            "POST",
            &format!("/api/mentors/{mentor}/availability"),
            window,
        ),
        (
            mentee,
            "GET",
            &format!("/api/mentors/{mentor}/slots"),
            json!(null),
        ),
        (mentee, "GET", "/api/mentors", json!(null)),
        (mentee, "POST", "/api/matching/match", json!({})),
        (
            mentee,
            "POST",
            "/api/sessions",
            booking(mentor, "2026-03-03T10:00:00Z"),
        ),
        (
            mentor,
            "PUT",
            &format!("/api/sessions/{session}"),
            json!({ "action": "accept" }),
        ),
        (mentee, "GET", "/api/sessions", json!(null)),
        (
            mentee,
            "DELETE",
            &format!("/api/sessions/{session}"),
            json!({}),
        ),
        (
            mentee,
            "POST",
            "/api/auth/register",
            json!({
                "email": "grace@example.com", "password": ACCOUNT_PASSWORD, "role": "mentor",
                "first_name": "Grace", "last_name": "Hopper", "timezone": "UTC",
            }),
        ),
        (
            mentee,
            "POST",
            "/api/auth/login",
            json!({ "email": "ada@example.com", "password": ACCOUNT_PASSWORD }),
        ),
        (
            mentee,
            "POST",
            "/api/auth/refresh",
            json!({ "refresh_token": token }),
        ),
        (
            mentee,
            "POST",
            "/api/auth/email/verify",
            json!({ "token": link }),
        ),
        (mentee, "POST", "/api/auth/email/resend", json!(null)),
        (mentee, "GET", "/api/health/ready", json!(null)),
        (mentee, "POST", "/api/auth/logout", json!(null)),
    ] {
        let body = Some(&body).filter(|body| !body.is_null());
        let asked = app.ask(Some(actor), method.parse().unwrap(), path, body);
        let reply = tokio::time::timeout(Duration::from_secs(20), asked).await;
        let reply = reply.unwrap_or_else(|_| panic!("{method} {path} waits for itself"));
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
    }
}
