//! Accounts, sign-in and sign-out.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, Reply, TestApp};

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

async fn log_in(app: &TestApp, email: &str, password: &str) -> Reply {
    let body = json!({ "email": email, "password": password });
    app.ask(None, Method::POST, "/api/auth/login", Some(&body))
        .await
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
async fn a_wrong_password_an_unknown_address_and_a_suspension_answer_alike() {
    let app = TestApp::whole().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    let shut_out = app.given_account("eve@example.com", Role::Mentee).await;
    app.given_suspension(shut_out).await;

    let wrong = log_in(&app, "ada@example.com", "Wrong-Passw0rd!").await;
    let unknown = log_in(&app, "nobody@example.com", ACCOUNT_PASSWORD).await;
    let suspended = log_in(&app, "eve@example.com", ACCOUNT_PASSWORD).await;

    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.code(), "bad_credentials");
    for other in [unknown, suspended] {
        assert_eq!((wrong.status, &wrong.body), (other.status, &other.body));
        let names = |reply: &Reply| reply.headers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&wrong), names(&other));
    }
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
async fn logging_out_bites_on_the_next_request() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let access = app.token_of(mentee).await;
    let me = async || {
        app.call(Method::GET, "/api/users/me")
            .bearer(&access)
            .send()
            .await
    };
    assert_eq!(me().await.status, StatusCode::OK);

    let out = app
        .ask(Some(mentee), Method::POST, "/api/auth/logout", None)
        .await;

    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert_eq!(out.text, "");
    let after = me().await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    assert_eq!(after.code(), "unauthenticated");
    assert_eq!(after.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn logging_out_leaves_other_devices_signed_in() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let phone = app.token_of(mentee).await;
    app.given_login(mentee, Role::Mentee).await;

    app.ask(Some(mentee), Method::POST, "/api/auth/logout", None)
        .await;

    let me = app
        .call(Method::GET, "/api/users/me")
        .bearer(&phone)
        .send()
        .await;
    assert_eq!(me.status, StatusCode::OK);
}

#[tokio::test]
async fn a_suspended_person_is_out_at_once() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    app.given_suspension(mentee).await;

    let (status, _) = app.get_as(mentee, "/api/users/me").await;

    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_access_token_lives_15_minutes() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let access = app.token_of(mentee).await;
    let me = async || {
        let call = app.call(Method::GET, "/api/users/me").bearer(&access);
        call.send().await.status
    };

    app.at("2026-03-02T08:14:50Z");
    assert_eq!(me().await, StatusCode::OK);
    app.at("2026-03-02T08:15:45Z");
    assert_eq!(me().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nonsense_in_the_authorization_header_is_no_login() {
    let app = TestApp::whole().await;
    for value in ["Bearer", "Bearer ", "Bearer a.b.c", "Basic YTpi", "x"] {
        let reply = app
            .call(Method::GET, "/api/users/me")
            .header("authorization", value)
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{value:?}");
        assert_eq!(reply.code(), "unauthenticated");
    }
}

#[tokio::test]
async fn a_token_that_nobody_signed_is_no_login() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let good = app.token_of(mentee).await;
    let parts: Vec<&str> = good.split('.').collect();
    // {"alg":"none","typ":"at+jwt"} and {"alg":"HS256","typ":"at+jwt"}
    for header in [
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9",
    ] {
        for signature in ["", parts[2]] {
            let forged = format!("{header}.{}.{signature}", parts[1]);
            let call = app.call(Method::GET, "/api/users/me").bearer(&forged);
            assert_eq!(call.send().await.status, StatusCode::UNAUTHORIZED);
        }
    }
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
