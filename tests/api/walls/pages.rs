//! Health, the docs page, and what development shows.

use http::{Method, StatusCode};
use tests::{Setup, TestApp, api};

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
async fn the_page_of_admins_brings_everything_along_and_trusts_nothing_else() {
    let app = TestApp::whole().await;
    let page = app.ask(None, Method::GET, "/admin", None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("content-type").starts_with("text/html"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for mark in ["https://", "http://", "<style", " style=", " onclick="] {
        assert!(!page.text.contains(mark), "{mark}");
    }
    let parts = page.text.split(['"', '\'']);
    let parts: Vec<&str> = parts.filter(|part| part.starts_with("/admin/")).collect();
    assert_eq!(parts.len(), 3, "{parts:?}");
    for part in parts {
        let part = app.ask(None, Method::GET, part, None).await;
        assert_eq!(part.status, StatusCode::OK);
        assert_eq!(part.header("x-content-type-options"), "nosniff");
        assert!(!part.text.is_empty());
    }
    let moved = app.ask(None, Method::GET, "/admin/", None).await;
    assert!(moved.status.is_redirection());
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
