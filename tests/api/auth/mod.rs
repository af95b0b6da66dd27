//! Accounts, sign-in and sign-out.

mod devices;
mod register;

use http::Method;
use serde_json::json;
use tests::{Reply, TestApp};

pub(super) async fn log_in(app: &TestApp, email: &str, password: &str) -> Reply {
    let body = json!({ "email": email, "password": password });
    app.ask(None, Method::POST, "/api/auth/login", Some(&body))
        .await
}
