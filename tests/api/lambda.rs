//! A Lambda environment has one connection: whoever asks for a second while holding the first waits for ever.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::link::LinkPurpose;
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, Setup, SignedIn, TestApp, api};

const NEW_PASSWORD: &str = "Quite-An0ther-One!";

async fn ask(app: &TestApp, person: &SignedIn, method: &str, path: &str, body: &Value) {
    let call = person.call(app, method.parse().unwrap(), path).json(body);
    let reply = tokio::time::timeout(Duration::from_secs(20), call.send()).await;
    let reply = reply.unwrap_or_else(|_| panic!("{method} {path} waits for itself"));
    assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    assert!(
        !reply.status.is_server_error(),
        "{method} {path}: {}",
        reply.text
    );
}

#[tokio::test]
async fn one_connection_is_enough_for_everything_about_an_account() {
    let setup = Setup {
        is_one_connection: true,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let link = app.given_link(ada.id, LinkPurpose::ResetPassword).await;
    let back = json!({ "token": "x".repeat(43) });
    let proof = json!({ "password": ACCOUNT_PASSWORD });
    let wrong = json!({ "password": "Wrong-Passw0rd!" });
    let email = json!({ "email": "ada@example.org", "password": ACCOUNT_PASSWORD });
    let off = json!({ "password": ACCOUNT_PASSWORD, "code": "000000" });
    let change = json!({ "current_password": ACCOUNT_PASSWORD, "password": NEW_PASSWORD });
    for (path, body) in [
        ("password/forgot", json!({ "email": "ada@example.com" })),
        (
            "password/reset",
            json!({ "token": link, "password": "P@ssw0rd1!" }),
        ),
        ("email/change", email),
        ("email/revert", back),
        ("totp", wrong),
        ("totp", proof),
        ("totp/confirm", json!({ "code": "000000" })),
        ("password/change", change),
        ("logout", json!({ "refresh_token": "x".repeat(43) })),
    ] {
        let path = format!("/api/auth/{path}");
        let still_in = SignedIn::of(&log_in(&app).await);
        ask(&app, &still_in, "POST", &path, &body).await;
    }
    let last = SignedIn::of(&log_in(&app).await);
    ask(&app, &last, "DELETE", "/api/auth/totp", &off).await;
    ask(&app, &last, "GET", "/api/auth/sessions", &json!({})).await;
    ask(&app, &last, "POST", "/api/auth/logout-all", &json!({})).await;
}

/// Signs in with whichever password is the present one.
async fn log_in(app: &TestApp) -> tests::Reply {
    let first = app.log_in("ada@example.com", ACCOUNT_PASSWORD).await;
    if first.status == StatusCode::OK {
        return first;
    }
    app.log_in("ada@example.com", NEW_PASSWORD).await
}
