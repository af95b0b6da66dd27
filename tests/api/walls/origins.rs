//! Which pages of other origins may read answers (CORS).

use http::{Method, StatusCode};
use tests::TestApp;

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

/// A preflight is answered before anybody looks at the address, also where there is nothing; only `Allow` knows more.
#[tokio::test]
async fn a_preflight_is_answered_everywhere_and_reaches_no_handler() {
    let app = TestApp::whole().await;
    let ask = async |path: &str, origin: &str| {
        let call = app.call(Method::OPTIONS, path).header("origin", origin);
        let call = call.header("access-control-request-method", "DELETE");
        let mut reply = call.send().await;
        for own in ["x-request-id", "allow"] {
            reply.headers.remove(own);
        }
        (reply.status, reply.headers, reply.text)
    };
    for origin in [
        "https://app.example.com",
        "https://evil.example.com",
        "null",
    ] {
        let known = ask("/api/users/me", origin).await;
        assert_eq!(known, ask("/nowhere", origin).await, "{origin}");
        assert_eq!(known.0, StatusCode::OK);
        let allowed = known.1.get("access-control-allow-origin");
        assert_eq!(
            allowed.is_some(),
            origin == "https://app.example.com",
            "{origin}"
        );
    }
}

#[tokio::test]
async fn answers_differ_by_origin_and_caches_know_it() {
    let app = TestApp::whole().await;
    for origin in [None, Some("https://app.example.com"), Some("null")] {
        let call = app.call(Method::GET, "/api/health");
        let call = match origin {
            Some(origin) => call.header("origin", origin),
            None => call,
        };
        assert!(call.send().await.header("vary").contains("origin"));
    }
}
