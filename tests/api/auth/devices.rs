//! Signing in and out, and what ends a sign-in.

use http::{Method, StatusCode};
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, Reply, TestApp};

use super::log_in;

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
