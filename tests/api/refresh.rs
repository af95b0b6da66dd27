//! Refresh tokens: used once, forgiven once, and the end of the login when they come back.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::user::Role;
use tests::{Reply, TestApp};

async fn refresh(app: &TestApp, token: &str) -> Reply {
    let body = json!({ "refresh_token": token });
    app.ask(None, Method::POST, "/api/auth/refresh", Some(&body))
        .await
}

fn child(reply: &Reply) -> String {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    reply.data()["refresh_token"].as_str().unwrap().to_owned()
}

async fn signed_in(app: &TestApp) -> String {
    let mentee = app.given_mentee().await;
    app.given_login(mentee, Role::Mentee).await
}

#[tokio::test]
async fn a_refresh_token_is_changed_into_a_new_pair() {
    let app = TestApp::whole().await;
    let token = signed_in(&app).await;

    let reply = refresh(&app, &token).await;

    let next = child(&reply);
    assert_ne!(next, token);
    let access = reply.data()["access_token"].as_str().unwrap();
    let me = app
        .call(Method::GET, "/api/users/me")
        .bearer(access)
        .send()
        .await;
    assert_eq!(me.status, StatusCode::OK);
    child(&refresh(&app, &next).await);
}

#[tokio::test]
async fn a_lost_answer_is_forgiven_once() {
    let app = TestApp::whole().await;
    let token = signed_in(&app).await;
    let lost = child(&refresh(&app, &token).await);

    app.at("2026-03-02T08:00:09Z");
    let got = child(&refresh(&app, &token).await);

    let replaced = refresh(&app, &lost).await;
    assert_eq!(replaced.status, StatusCode::UNAUTHORIZED);
    child(&refresh(&app, &got).await);
}

#[tokio::test]
async fn a_third_try_within_the_grace_changes_nothing() {
    let app = TestApp::whole().await;
    let token = signed_in(&app).await;
    refresh(&app, &token).await;
    let newest = child(&refresh(&app, &token).await);

    let third = refresh(&app, &token).await;

    assert_eq!(third.status, StatusCode::UNAUTHORIZED);
    assert_eq!(third.code(), "refresh_superseded");
    child(&refresh(&app, &newest).await);
}

#[tokio::test]
async fn a_token_that_comes_back_late_ends_the_login() {
    let app = TestApp::whole().await;
    let token = signed_in(&app).await;
    let reply = refresh(&app, &token).await;
    let next = child(&reply);
    let access = reply.data()["access_token"].as_str().unwrap().to_owned();

    app.at("2026-03-02T08:00:20Z");
    let reused = refresh(&app, &token).await;

    assert_eq!(reused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reused.code(), "refresh_reused");
    assert_eq!(refresh(&app, &next).await.code(), "login_ended");
    let me = app
        .call(Method::GET, "/api/users/me")
        .bearer(&access)
        .send()
        .await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_whose_child_was_used_ends_the_login_even_at_once() {
    let app = TestApp::whole().await;
    let token = signed_in(&app).await;
    let next = child(&refresh(&app, &token).await);
    let newest = child(&refresh(&app, &next).await);

    assert_eq!(refresh(&app, &token).await.code(), "refresh_reused");
    assert_eq!(refresh(&app, &newest).await.code(), "login_ended");
}

#[tokio::test]
async fn of_many_refreshes_at_once_at_most_two_succeed_and_the_last_one_lives() {
    let app = TestApp::whole().await;
    let token = signed_in(&app).await;

    let replies = join_all((0..200).map(|_| refresh(&app, &token))).await;

    let (good, bad): (Vec<_>, Vec<_>) = replies
        .iter()
        .partition(|reply| reply.status == StatusCode::OK);
    assert!((1..=2).contains(&good.len()), "{} succeeded", good.len());
    assert!(bad.iter().all(|reply| reply.code() == "refresh_superseded"));
    let mut alive = 0;
    for reply in good {
        let next = refresh(&app, &child(reply)).await;
        alive += u32::from(next.status == StatusCode::OK);
    }
    assert_eq!(alive, 1);
}

#[tokio::test]
async fn a_refresh_token_ends_after_a_week_and_a_login_after_thirty_days() {
    let app = TestApp::whole().await;
    let token = signed_in(&app).await;
    app.at("2026-03-09T08:00:01Z");
    assert_eq!(refresh(&app, &token).await.code(), "login_ended");

    app.at("2026-03-02T08:00:00Z");
    let mut token = signed_in(&app).await;
    for day in ["2026-03-08", "2026-03-14", "2026-03-20", "2026-03-26"] {
        app.at(&format!("{day}T08:00:00Z"));
        token = child(&refresh(&app, &token).await);
    }
    app.at("2026-04-01T08:00:01Z");
    assert_eq!(refresh(&app, &token).await.code(), "login_ended");
}

#[tokio::test]
async fn logging_out_ends_the_refresh_token_too() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let token = app.given_login(mentee, Role::Mentee).await;

    app.ask(Some(mentee), Method::POST, "/api/auth/logout", None)
        .await;

    assert_eq!(refresh(&app, &token).await.code(), "login_ended");
}

#[tokio::test]
async fn an_unknown_token_is_just_over() {
    let app = TestApp::whole().await;
    let reply = refresh(&app, &"x".repeat(43)).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reply.code(), "login_ended");
}
