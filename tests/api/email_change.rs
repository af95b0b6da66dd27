//! A new address of mail: asked for, confirmed, taken back.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::link::LinkPurpose;
use shared::domain::user::Role;
use shared::worker::run_schedule;
use tests::{ACCOUNT_PASSWORD, Reply, SignedIn, TestApp};

async fn change(app: &TestApp, person: &SignedIn, email: &str, password: &str) -> Reply {
    let body = json!({ "email": email, "password": password });
    person.post(app, "/api/auth/email/change", &body).await
}

async fn spend(app: &TestApp, path: &str, token: &str) -> Reply {
    let body = json!({ "token": token });
    app.ask(None, Method::POST, path, Some(&body)).await
}

async fn verify(app: &TestApp, token: &str) -> Reply {
    spend(app, "/api/auth/email/verify", token).await
}

async fn revert(app: &TestApp, token: &str) -> Reply {
    spend(app, "/api/auth/email/revert", token).await
}

async fn confirm_link(app: &TestApp, user: UserId, email: &str) -> String {
    app.given_link_about(user, LinkPurpose::ChangeEmail, Some(email))
        .await
}

async fn revert_link(app: &TestApp, user: UserId, email: &str) -> String {
    app.given_link_about(user, LinkPurpose::RevertEmail, Some(email))
        .await
}

fn newcomer(email: &str) -> Value {
    json!({
        "email": email, "password": ACCOUNT_PASSWORD, "role": "mentee",
        "first_name": "Grace", "last_name": "Hopper", "timezone": "UTC",
    })
}

#[tokio::test]
async fn a_new_address_takes_over_once_it_is_confirmed() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;

    let asked = change(&app, &ada, "Ada@Example.org", ACCOUNT_PASSWORD).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    let types: Vec<Value> = app
        .outbox()
        .await
        .iter()
        .map(|event| event["type"].clone())
        .collect();
    assert_eq!(
        types,
        ["user.email_change_requested", "user.email_change_announced"]
    );
    app.signed_in("ada@example.com").await;

    let token = confirm_link(&app, ada.id, "ada@example.org").await;
    let confirmed = verify(&app, &token).await;

    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
    assert_eq!(confirmed.data()["email"], "ada@example.org");
    assert!(ada.is_in(&app).await);
    app.signed_in("ada@example.org").await;
    let old = app.log_in("ada@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(old.code(), "bad_credentials");
    assert_eq!(verify(&app, &token).await.code(), "invalid_token");
    assert!(app.told().await.contains(&"authn_email_change".to_owned()));
}

#[tokio::test]
async fn asking_needs_the_password() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;

    let wrong = change(&app, &ada, "ada@example.org", "Wrong-Passw0rd!").await;

    assert_eq!(
        (wrong.status, wrong.code()),
        (StatusCode::FORBIDDEN, "wrong_password")
    );
    assert!(app.outbox().await.is_empty());
    assert_eq!(
        app.told().await.last().unwrap(),
        "authn_email_change_fail: wrong_password"
    );
}

#[tokio::test]
async fn whether_the_new_address_has_an_account_is_told_nobody() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    app.given_account("eve@example.com", Role::Mentee).await;

    let free = change(&app, &ada, "free@example.com", ACCOUNT_PASSWORD).await;
    let taken = change(&app, &ada, "eve@example.com", ACCOUNT_PASSWORD).await;

    assert_eq!((free.status, &free.text), (taken.status, &taken.text));
    assert_eq!(free.cost, taken.cost);
    let promised = app.outbox().await;
    assert_eq!(promised[0]["type"], promised[2]["type"]);
    assert_eq!(promised[1]["type"], promised[3]["type"]);
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_not_taken_over() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let token = confirm_link(&app, ada.id, "eve@example.com").await;
    app.given_account("eve@example.com", Role::Mentee).await;

    let refused = verify(&app, &token).await;

    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "email_taken")
    );
    app.signed_in("ada@example.com").await;
}

#[tokio::test]
async fn the_old_address_takes_a_change_back_and_every_device_is_signed_out() {
    let app = TestApp::whole().await;
    let thief = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let way_back = revert_link(&app, thief.id, "ada@example.com").await;
    let token = confirm_link(&app, thief.id, "thief@example.com").await;
    assert_eq!(verify(&app, &token).await.status, StatusCode::OK);
    app.at("2026-03-09T07:59:00Z");

    let back = revert(&app, &way_back).await;

    assert_eq!(back.status, StatusCode::NO_CONTENT, "{}", back.text);
    assert!(!thief.is_in(&app).await);
    app.signed_in("ada@example.com").await;
    let gone = app.log_in("thief@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(gone.code(), "bad_credentials");
    assert_eq!(revert(&app, &way_back).await.code(), "invalid_token");
    assert!(app.told().await.contains(&"authn_email_revert".to_owned()));
}

#[tokio::test]
async fn a_change_can_be_taken_back_before_it_is_confirmed_and_for_seven_days() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let token = confirm_link(&app, ada.id, "ada@example.org").await;
    let way_back = revert_link(&app, ada.id, "ada@example.com").await;

    assert_eq!(revert(&app, &way_back).await.status, StatusCode::NO_CONTENT);
    assert_eq!(verify(&app, &token).await.code(), "invalid_token");

    let late = revert_link(&app, ada.id, "ada@example.com").await;
    app.at("2026-03-09T08:00:01Z");
    assert_eq!(revert(&app, &late).await.code(), "invalid_token");
}

#[tokio::test]
async fn a_thief_who_changes_twice_cannot_take_the_owners_way_back_away() {
    let app = TestApp::whole().await;
    let thief = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let owners = revert_link(&app, thief.id, "ada@example.com").await;
    let token = confirm_link(&app, thief.id, "first@example.com").await;
    assert_eq!(verify(&app, &token).await.status, StatusCode::OK);
    app.at("2026-03-02T08:01:00Z");
    let thiefs = revert_link(&app, thief.id, "first@example.com").await;
    let another = revert_link(&app, thief.id, "first@example.com").await;

    assert_eq!(revert(&app, &thiefs).await.status, StatusCode::NO_CONTENT);
    assert_eq!(revert(&app, &owners).await.status, StatusCode::NO_CONTENT);
    assert_eq!(revert(&app, &another).await.code(), "invalid_token");
    app.signed_in("ada@example.com").await;
}

#[tokio::test]
async fn an_address_that_may_be_taken_back_is_nobody_elses() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let eve = app.given_signed_in("eve@example.com", Role::Mentee).await;
    let way_back = revert_link(&app, ada.id, "ada@example.com").await;
    let token = confirm_link(&app, ada.id, "ada@example.org").await;
    assert_eq!(verify(&app, &token).await.status, StatusCode::OK);

    let registered = app
        .ask(
            None,
            Method::POST,
            "/api/auth/register",
            Some(&newcomer("ada@example.com")),
        )
        .await;
    let unheard = app
        .ask(
            None,
            Method::POST,
            "/api/auth/register",
            Some(&newcomer("new@example.com")),
        )
        .await;
    let grab = confirm_link(&app, eve.id, "ada@example.com").await;

    assert_eq!(
        (registered.status, &registered.text),
        (unheard.status, &unheard.text)
    );
    assert_eq!(app.outbox().await[0]["type"], "user.registration_repeated");
    assert_eq!(verify(&app, &grab).await.code(), "email_taken");
    assert_eq!(revert(&app, &way_back).await.status, StatusCode::NO_CONTENT);
    app.signed_in("ada@example.com").await;
}

#[tokio::test]
async fn a_change_is_forgotten_when_it_can_no_longer_be_taken_back() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    change(&app, &ada, "ada@example.org", ACCOUNT_PASSWORD).await;
    let kept = async |at: &str| {
        app.at(at);
        run_schedule(&app.state, upkeep_cron::fire).await.unwrap();
        app.rows_in("email_changes").await
    };
    assert_eq!(kept("2026-03-09T08:00:00Z").await, 1);
    assert_eq!(kept("2026-03-09T08:00:01Z").await, 0);
}
