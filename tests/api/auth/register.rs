//! Opening an account and proving its address.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, TestApp};

use super::log_in;

fn newcomer(email: &str) -> Value {
    json!({
        "email": email,
        "password": ACCOUNT_PASSWORD,
        "role": "mentor",
        "first_name": "Grace",
        "last_name": "Hopper",
        "timezone": "America/New_York",
    })
}

#[tokio::test]
async fn a_newcomer_registers_proves_the_address_and_logs_in() {
    let app = TestApp::whole().await;

    let (status, _) = app
        .post("/api/auth/register", &newcomer("Grace@Example.com"))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let promised = app.outbox().await;
    assert_eq!(promised[0]["type"], "user.registered");

    let before = log_in(&app, "grace@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(before.status, StatusCode::OK);
    assert_eq!(before.data()["user"]["email_verified"], false);

    let user = promised[0]["user_id"].as_str().unwrap().parse().unwrap();
    let token = app.given_verification_token(user).await;
    let link = json!({ "token": token });
    let (status, verified) = app.post("/api/auth/email/verify", &link).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(verified["data"]["email_verified"], true);
    assert_eq!(verified["data"]["email"], "grace@example.com");

    let tokens = log_in(&app, "GRACE@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(tokens.data()["token_type"], "Bearer");
    assert_eq!(tokens.data()["expires_in"], 900);
    assert_eq!(tokens.data()["user"]["role"], "mentor");
    let access = tokens.data()["access_token"].as_str().unwrap();
    let me = app
        .call(Method::GET, "/api/users/me")
        .bearer(access)
        .send()
        .await;
    assert_eq!(me.status, StatusCode::OK);
    assert_eq!(me.data()["first_name"], "Grace");
}

#[tokio::test]
async fn registering_a_known_address_answers_alike_and_says_so_by_mail_only() {
    let app = TestApp::whole().await;
    let body = newcomer("grace@example.com");

    let first = app
        .ask(None, Method::POST, "/api/auth/register", Some(&body))
        .await;
    let again = app
        .ask(None, Method::POST, "/api/auth/register", Some(&body))
        .await;

    assert_eq!(first.status, StatusCode::ACCEPTED);
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    let promised = app.outbox().await;
    assert_eq!(promised[0]["type"], "user.registered");
    assert_eq!(promised[1]["type"], "user.registration_repeated");
    assert_eq!(promised[0]["user_id"], promised[1]["user_id"]);
}

#[tokio::test]
async fn a_bad_registration_names_every_wrong_field() {
    let app = TestApp::whole().await;
    let body = json!({
        "email": "nobody",
        "password": "short",
        "role": "admin",
        "first_name": " ",
        "timezone": "Berlin",
        "shoe_size": 42,
    });

    let reply = app
        .ask(None, Method::POST, "/api/auth/register", Some(&body))
        .await;

    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        reply.problems(),
        [
            ("email", "invalid_email"),
            ("first_name", "too_short"),
            ("last_name", "missing_field"),
            ("password", "password_too_short"),
            ("role", "unknown_value"),
            ("shoe_size", "unknown_field"),
            ("timezone", "invalid_timezone"),
        ]
    );
    assert!(app.outbox().await.is_empty());
}

#[tokio::test]
async fn a_link_is_spent_once_and_only_in_time() {
    let app = TestApp::whole().await;
    let user = app.given_unverified(Role::Mentee).await;
    let old = app.given_verification_token(user).await;
    let token = app.given_verification_token(user).await;
    let verify = |token: String| {
        let app = &app;
        async move {
            let body = json!({ "token": token });
            app.ask(None, Method::POST, "/api/auth/email/verify", Some(&body))
                .await
        }
    };

    assert_eq!(verify(old).await.code(), "invalid_token");
    assert_eq!(verify(token.clone()).await.status, StatusCode::OK);
    let again = verify(token).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert_eq!(again.problems(), [("token", "invalid_token")]);

    let late = app.given_verification_token(user).await;
    app.at("2026-03-04T08:00:00Z");
    assert_eq!(verify(late).await.code(), "invalid_token");
}

#[tokio::test]
async fn another_mail_is_promised_only_to_whom_it_helps() {
    let app = TestApp::whole().await;
    let unverified = app.given_unverified(Role::Mentee).await;
    let verified = app.given_mentee().await;
    let resend = async |actor| {
        app.ask(Some(actor), Method::POST, "/api/auth/email/resend", None)
            .await
    };

    let asked = resend(unverified).await;
    let needless = resend(verified).await;

    assert_eq!(asked.status, StatusCode::ACCEPTED);
    assert_eq!(asked.body, needless.body);
    let promised = app.outbox().await;
    assert_eq!(promised.len(), 1);
    assert_eq!(promised[0]["type"], "user.verification_requested");
    assert_eq!(promised[0]["user_id"], unverified.to_string());
}

#[tokio::test]
async fn a_password_is_taken_as_it_is_typed() {
    let app = TestApp::whole().await;
    let password = " Spaces\tand \u{200b}Marks 1! ";
    let mut body = newcomer("grace@example.com");
    body["password"] = json!(password);
    let (status, _) = app.post("/api/auth/register", &body).await;
    assert_eq!(status, StatusCode::ACCEPTED);

    let exact = log_in(&app, "grace@example.com", password).await;
    assert_eq!(exact.status, StatusCode::OK, "{}", exact.text);
    let trimmed = log_in(&app, "grace@example.com", password.trim()).await;
    assert_eq!(trimmed.status, StatusCode::UNAUTHORIZED);
}
