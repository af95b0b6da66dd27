//! The development endpoints belong to standalone: no function answers them.

use http::{Method, StatusCode};
use serde_json::json;
use tests::{Setup, TestApp, api};

#[tokio::test]
async fn no_function_has_development_endpoints_whatever_its_stage() {
    for stage in ["development", "production"] {
        let setup = Setup {
            stage,
            ..Setup::default()
        };
        let app = TestApp::with(api(), setup).await;
        for (method, path) in [
            (Method::GET, "/dev/mailbox"),
            (Method::GET, "/dev/clock"),
            (Method::PUT, "/dev/clock"),
            (Method::POST, "/dev/tick"),
        ] {
            let reply = app.ask(None, method, path, Some(&json!({}))).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path} in {stage}");
            assert_eq!(reply.code(), "unknown_route");
        }
    }
}
