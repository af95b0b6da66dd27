//! Signed-in devices: what one sees of them, and how they are signed out.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, Reply, SignedIn, TestApp};

async fn devices(app: &TestApp, person: &SignedIn) -> Vec<Value> {
    let reply = person
        .call(app, Method::GET, "/api/auth/sessions")
        .send()
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    reply.data().as_array().unwrap().clone()
}

async fn log_in_from(app: &TestApp, email: &str, peer: &str, agent: &str) -> SignedIn {
    let body = json!({ "email": email, "password": ACCOUNT_PASSWORD });
    let call = app.call(Method::POST, "/api/auth/login").json(&body);
    SignedIn::of(
        &call
            .from_peer(peer)
            .header("user-agent", agent)
            .send()
            .await,
    )
}

async fn refresh(app: &TestApp, token: &str) -> Reply {
    let body = json!({ "refresh_token": token });
    app.ask(None, Method::POST, "/api/auth/refresh", Some(&body))
        .await
}

#[tokio::test]
async fn a_person_sees_their_devices_and_which_one_asks() {
    let app = TestApp::whole().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    log_in_from(&app, "ada@example.com", "203.0.113.7", "Phone/1").await;
    app.at("2026-03-02T09:00:00Z");
    let laptop = log_in_from(&app, "ada@example.com", "2001:db8:1:2::7", "Laptop/2").await;

    let list = devices(&app, &laptop).await;

    assert_eq!(list.len(), 2);
    insta::assert_json_snapshot!(list[0], { ".id" => "[id]", ".created_at" => "[at]", ".last_seen_at" => "[at]" }, @r#"
    {
      "created_at": "[at]",
      "current": true,
      "id": "[id]",
      "last_seen_at": "[at]",
      "network": "2001:db8:1::/48",
      "user_agent": "Laptop/2"
    }
    "#);
    assert_eq!(
        (&list[1]["network"], &list[1]["current"]),
        (&json!("203.0.113.0/24"), &json!(false))
    );
    assert!(
        list[1]["created_at"]
            .as_str()
            .unwrap()
            .starts_with("2026-03-02T08:00")
    );
}

#[tokio::test]
async fn a_device_is_seen_when_it_refreshes_and_not_when_it_reads() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let seen = async |person: &SignedIn| {
        let list = devices(&app, person).await;
        list[0]["last_seen_at"].as_str().unwrap().to_owned()
    };
    app.at("2026-03-02T08:10:00Z");
    assert!(seen(&ada).await.starts_with("2026-03-02T08:00"));

    let newer = SignedIn::of(&refresh(&app, &ada.refresh).await);

    assert!(seen(&newer).await.starts_with("2026-03-02T08:10"));
}

#[tokio::test]
async fn a_device_that_was_signed_out_is_out_at_once() {
    let app = TestApp::whole().await;
    let phone = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let laptop = app.signed_in("ada@example.com").await;
    let list = devices(&app, &laptop).await;
    let other = list
        .iter()
        .find(|device| device["current"] == false)
        .unwrap();
    let path = format!("/api/auth/sessions/{}", other["id"].as_str().unwrap());
    let end = async || laptop.call(&app, Method::DELETE, &path).send().await.status;

    assert_eq!(end().await, StatusCode::NO_CONTENT);

    assert!(!phone.is_in(&app).await && laptop.is_in(&app).await);
    assert_eq!(refresh(&app, &phone.refresh).await.code(), "login_ended");
    assert_eq!(devices(&app, &laptop).await.len(), 1);
    assert_eq!(end().await, StatusCode::NOT_FOUND, "it is gone already");
    assert_eq!(app.told().await.last().unwrap(), "session_logout");
}

#[tokio::test]
async fn nobody_signs_a_strangers_device_out() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let eve = app.given_signed_in("eve@example.com", Role::Admin).await;
    let id = devices(&app, &ada).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    let reply = eve
        .call(&app, Method::DELETE, &format!("/api/auth/sessions/{id}"))
        .send()
        .await;

    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::NOT_FOUND, "not_found")
    );
    assert!(ada.is_in(&app).await);
    assert_eq!(
        devices(&app, &eve).await.len(),
        1,
        "one sees one's own only"
    );
}

#[tokio::test]
async fn signing_out_everywhere_ends_this_device_too() {
    let app = TestApp::whole().await;
    let phone = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let laptop = app.signed_in("ada@example.com").await;
    let other = app.given_signed_in("eve@example.com", Role::Mentee).await;

    let out = laptop
        .post(&app, "/api/auth/logout-all", &Value::Null)
        .await;

    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(!phone.is_in(&app).await && !laptop.is_in(&app).await && other.is_in(&app).await);
    assert_eq!(app.told().await.last().unwrap(), "session_logout_all");
}

#[tokio::test]
async fn a_refresh_token_alone_signs_its_device_out() {
    let app = TestApp::whole().await;
    let phone = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let laptop = app.signed_in("ada@example.com").await;
    let body = json!({ "refresh_token": phone.refresh });
    let out = async |body: &Value, bearer: Option<&str>| {
        let call = app.call(Method::POST, "/api/auth/logout").json(body);
        let call = match bearer {
            Some(token) => call.bearer(token),
            None => call,
        };
        call.send().await
    };

    assert_eq!(out(&body, None).await.status, StatusCode::NO_CONTENT);
    assert!(!phone.is_in(&app).await && laptop.is_in(&app).await);
    assert_eq!(
        out(&body, None).await.status,
        StatusCode::NO_CONTENT,
        "again is no mistake"
    );

    let expired = out(&json!({ "refresh_token": laptop.refresh }), Some("a.b.c")).await;
    assert_eq!(
        expired.status,
        StatusCode::NO_CONTENT,
        "an access token may be over by then"
    );
    assert!(!laptop.is_in(&app).await);
    assert_eq!(out(&json!({}), None).await.code(), "unauthenticated");
}

#[tokio::test]
async fn the_twenty_first_device_signs_the_oldest_out() {
    let app = TestApp::whole().await;
    let ada = app.given_mentee().await;
    let mut tokens = Vec::new();
    for _ in 0..21 {
        tokens.push(app.given_login(ada, Role::Mentee).await);
    }

    let (status, list) = app.get_as(ada, "/api/auth/sessions").await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(list["data"].as_array().unwrap().len(), 20);
    // One login came with the person; it and the first of the others are gone.
    assert_eq!(refresh(&app, &tokens[0]).await.code(), "login_ended");
    assert_eq!(refresh(&app, &tokens[1]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stolen_refresh_token_ends_the_login_and_is_written_down() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let owner = SignedIn::of(&refresh(&app, &ada.refresh).await);
    app.at("2026-03-02T08:01:00Z");

    let thief = refresh(&app, &ada.refresh).await;

    assert_eq!(thief.code(), "refresh_reused");
    assert!(!owner.is_in(&app).await);
    assert_eq!(refresh(&app, &owner.refresh).await.code(), "login_ended");
    assert_eq!(app.told().await.last().unwrap(), "authn_token_reuse");
}
