//! Addresses, methods and ids that are none.

use http::{Method, StatusCode};
use tests::TestApp;

use super::is_refusal;

#[tokio::test]
async fn an_unknown_address_is_404_in_the_envelope() {
    let app = TestApp::whole().await;
    for path in [
        "/",
        "/api",
        "/api/",
        "/api/nothing",
        "/api/users/me/",
        "/api//users/me",
        "/%00",
        "/api/userz/%ff",
    ] {
        let reply = app.ask(None, Method::GET, path, None).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(is_refusal(&reply), "{path}: {}", reply.text);
        assert_eq!(reply.code(), "unknown_route");
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_and_names_the_right_ones() {
    let app = TestApp::whole().await;
    for (method, path, allow) in [
        (Method::PUT, "/api/users/me", "DELETE,GET,HEAD,PATCH"),
        (Method::GET, "/api/auth/login", "POST"),
        (Method::TRACE, "/api/sessions", "GET,HEAD,POST"),
        (Method::PUT, "/api/health", "GET,HEAD"),
    ] {
        let reply = app.ask(None, method, path, None).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(is_refusal(&reply));
        assert_eq!(reply.code(), "method_not_allowed");
        let mut named: Vec<_> = reply.header("allow").split(',').map(str::trim).collect();
        named.sort_unstable();
        assert_eq!(named.join(","), allow, "{path}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_400() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    for path in [
        "/api/sessions/1",
        "/api/mentors/me/slots",
        "/api/matching/explain/%F0%9F%98%80",
        "/api/sessions/%00",
    ] {
        let reply = app.ask(Some(mentee), Method::GET, path, None).await;
        assert_eq!(
            reply.status,
            StatusCode::BAD_REQUEST,
            "{path}: {}",
            reply.text
        );
        assert_eq!(reply.code(), "invalid_id");
    }
}
