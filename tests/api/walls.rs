//! What stands around every handler: ids, headers, origins, panics, and a database that is away.

use std::time::Duration;

use axum::routing::get;
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::user::Role;
use shared::store::Db;
use shared::store::db::DbConfig;
use tests::{ACCOUNT_PASSWORD, Reply, Setup, TestApp, api};
use utoipa_axum::router::OpenApiRouter;

use crate::booking;

fn assert_walls(reply: &Reply, what: &str) {
    for (name, value) in [
        (
            "strict-transport-security",
            "max-age=63072000; includeSubDomains",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(reply.header(name), value, "{name} of {what}");
    }
    assert!(
        reply
            .header("content-security-policy")
            .contains("frame-ancestors 'none'"),
        "{what}"
    );
    assert!(reply.header("x-request-id").len() >= 8, "{what}");
    assert_eq!(
        reply.header("server-timing"),
        "",
        "only development shows costs"
    );
    assert!(reply.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn every_answer_carries_the_headers_errors_too() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    for (actor, method, path) in [
        (None, Method::GET, "/api/health"),
        (Some(mentee), Method::GET, "/api/users/me"),
        (None, Method::GET, "/api/users/me"),
        (None, Method::GET, "/nowhere"),
        (None, Method::PUT, "/api/users/me"),
        (None, Method::POST, "/api/auth/login"),
        (Some(mentee), Method::POST, "/api/auth/logout"),
        (None, Method::GET, "/api/docs/"),
        (None, Method::OPTIONS, "/api/users/me"),
    ] {
        let reply = app.ask(actor, method, path, None).await;
        assert_walls(&reply, path);
    }
}

#[tokio::test]
async fn a_request_keeps_the_id_it_was_given() {
    let app = TestApp::whole().await;
    let ask = async |id: &str| {
        let call = app
            .call(Method::GET, "/api/health")
            .header("x-request-id", id);
        call.send().await.header("x-request-id").to_owned()
    };
    assert_eq!(ask("client-0123456789").await, "client-0123456789");
    for strange in [
        "short",
        "with space inside",
        "<script>alert</script>",
        &"x".repeat(200),
    ] {
        assert_ne!(ask(strange).await, strange);
    }
    assert_ne!(ask("short").await, ask("short").await);
}

#[tokio::test]
async fn only_listed_origins_may_read_answers() {
    let app = TestApp::whole().await;
    let from = async |origin: &str| {
        let call = app
            .call(Method::GET, "/api/health")
            .header("origin", origin);
        call.send().await
    };
    let good = from("https://app.example.com").await;
    assert_eq!(
        good.header("access-control-allow-origin"),
        "https://app.example.com"
    );
    assert!(
        good.header("access-control-expose-headers")
            .contains("x-request-id")
    );
    assert!(
        good.headers
            .get("access-control-allow-credentials")
            .is_none()
    );
    for origin in [
        "https://evil.example.com",
        "https://app.example.com.evil.com",
        "http://app.example.com",
        "null",
    ] {
        let reply = from(origin).await;
        assert!(
            reply.headers.get("access-control-allow-origin").is_none(),
            "{origin}"
        );
        assert_eq!(reply.status, StatusCode::OK);
    }
    let preflight = app
        .call(Method::OPTIONS, "/api/sessions")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        )
        .send()
        .await;
    assert!(preflight.status.is_success());
    assert!(
        preflight
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("authorization")
    );
}

#[tokio::test]
async fn an_error_can_be_read_by_a_listed_origin_too() {
    let app = TestApp::whole().await;
    let call = app
        .call(Method::GET, "/api/users/me")
        .header("origin", "https://app.example.com");
    let reply = call.send().await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        reply.header("access-control-allow-origin"),
        "https://app.example.com"
    );
}

fn panicking() -> OpenApiRouter<shared::http::AppState> {
    let routes = axum::Router::new().route(
        "/api/panic",
        get(|| async {
            let empty: Vec<StatusCode> = Vec::new();
            empty[7]
        }),
    );
    api().merge(OpenApiRouter::from(routes))
}

#[tokio::test]
async fn a_panic_is_a_500_that_tells_nothing_and_ends_nothing() {
    let app = TestApp::new(panicking()).await;
    for _ in 0..3 {
        let reply = app.ask(None, Method::GET, "/api/panic", None).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(reply.code(), "internal");
        assert!(!reply.text.contains("index"));
        assert_walls(&reply, "a panic");
    }
    assert_eq!(app.get("/api/health").await.0, StatusCode::OK);
}

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

#[tokio::test]
async fn health_names_the_time_zones_and_readiness_the_schema() {
    let app = TestApp::whole().await;
    let (_, health) = app.get("/api/health").await;
    assert_eq!(health["data"]["status"], "ok");
    assert_eq!(health["data"]["tzdb"], shared::domain::time::tzdb_version());
    let (status, ready) = app.get("/api/health/ready").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(ready["data"]["migration"], shared::store::migrate::newest());
}

#[tokio::test]
async fn the_docs_page_needs_no_internet() {
    let app = TestApp::whole().await;
    let page = app.ask(None, Method::GET, "/api/docs/", None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text.contains("swagger-ui-bundle.js"), "{}", page.text);
    assert!(!page.text.contains("https://"), "{}", page.text);
    let moved = app.ask(None, Method::GET, "/api/docs", None).await;
    assert!(moved.status.is_redirection());
    let missing = app
        .ask(None, Method::GET, "/api/docs/nothing.js", None)
        .await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn development_shows_what_a_request_cost() {
    let setup = Setup {
        stage: "development",
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let reply = app.ask(None, Method::GET, "/api/mentors", None).await;
    assert!(
        reply
            .header("server-timing")
            .contains("1 statements, 1 round trips")
    );
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
