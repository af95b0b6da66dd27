//! The headers of every answer, whatever went wrong.

use axum::routing::get;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{Call, Setup, TestApp, api};
use utoipa_axum::router::OpenApiRouter;

use super::assert_walls;

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

/// A request with a key that the test uses twice.
fn keyed<'a>(call: Call<'a>, body: &Value) -> Call<'a> {
    call.header("idempotency-key", "a-good-key").json(body)
}

/// What each operation answers to whom is in the matrix of `access`, which checks the headers as well.
#[tokio::test]
async fn every_kind_of_refusal_carries_the_headers() {
    let setup = Setup {
        rate_limits: vec!["search=1/86400".parse().unwrap()],
        ..Setup::default()
    };
    let app = TestApp::with(panicking(), setup).await;
    let mentee = app.given_mentee().await;
    let by = async |method, path| app.call(method, path).by(mentee).await;
    let nobody = |method, path| app.call(method, path);
    let long = "x".repeat(1024 * 1024 + 1);
    app.get_as(mentee, "/api/mentors").await;
    let first = keyed(by(Method::POST, "/api/matching/match").await, &json!({}));
    assert_eq!(first.send().await.status, StatusCode::OK);

    for (status, call) in [
        (400, nobody(Method::GET, "/api/mentors?surprise=1")),
        (401, nobody(Method::GET, "/api/users/me")),
        (
            403,
            by(
                Method::POST,
                "/api/mentors/00000000-0000-7000-8000-000000000000/availability",
            )
            .await
            .json(&json!({})),
        ),
        (404, nobody(Method::GET, "/nowhere")),
        (
            404,
            by(
                Method::GET,
                "/api/sessions/00000000-0000-7000-8000-000000000000",
            )
            .await,
        ),
        (405, nobody(Method::PUT, "/api/users/me")),
        (405, nobody(Method::TRACE, "/api/users/me")),
        (
            406,
            nobody(Method::GET, "/api/health").header("accept", "text/plain"),
        ),
        (
            412,
            by(Method::PATCH, "/api/users/me")
                .await
                .header("if-match", "\"9\"")
                .json(&json!({})),
        ),
        (
            413,
            nobody(Method::POST, "/api/auth/login").body("application/json", long),
        ),
        (415, nobody(Method::POST, "/api/auth/login")),
        (
            422,
            keyed(
                by(Method::POST, "/api/matching/match").await,
                &json!({ "limit": 3 }),
            ),
        ),
        (429, by(Method::GET, "/api/mentors").await),
        (500, nobody(Method::GET, "/api/panic")),
        (200, nobody(Method::OPTIONS, "/api/sessions")),
    ] {
        let reply = call
            .header("origin", "https://app.example.com")
            .send()
            .await;
        let what = format!("a {status}");
        assert_eq!(reply.status, status, "{}", reply.text);
        assert_walls(&reply, &what);
        assert_eq!(
            reply.header("access-control-allow-origin"),
            "https://app.example.com",
            "{what}"
        );
        assert_eq!(
            reply.header("allow").is_empty(),
            status != 405 && status != 200,
            "{what}"
        );
        assert_eq!(
            reply.header("retry-after").is_empty(),
            status != 429,
            "{what}"
        );
        assert_eq!(reply.body["success"] == false, status >= 400, "{what}");
    }
}

#[tokio::test]
async fn a_method_is_what_the_request_line_says() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let path = format!("/api/sessions/{session}");
    for header in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        for method in [Method::GET, Method::POST] {
            let call = app.call(method.clone(), &path).by(mentee).await;
            let reply = call.header(header, "DELETE").send().await;
            let expected = if method == Method::GET { 200 } else { 405 };
            assert_eq!(reply.status, expected, "{method} {header}");
        }
    }
    let (_, shown) = app.get_as(mentee, &path).await;
    assert_eq!(shown["data"]["status"], "pending");
}

#[tokio::test]
async fn tracing_is_off_and_echoes_nothing() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    for (path, status) in [("/api/users/me", 405), ("/nowhere", 404)] {
        let call = app.call(Method::TRACE, path).by(mentee).await;
        let reply = call.header("x-echo", "back to me").send().await;
        assert_eq!(reply.status, status, "{path}");
        assert!(!reply.text.contains("back to me"));
    }
}
