//! Passwords: forgotten, reset, changed, and brought up to date.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::link::LinkPurpose;
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, Former, Reply, TestApp};

const NEW_PASSWORD: &str = "Quite-An0ther-One!";

async fn reset(app: &TestApp, token: &str, password: &str) -> Reply {
    let body = json!({ "token": token, "password": password });
    app.ask(None, Method::POST, "/api/auth/password/reset", Some(&body))
        .await
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_a_link_and_every_device_is_signed_out() {
    let app = TestApp::whole().await;
    let phone = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let laptop = app.signed_in("ada@example.com").await;

    let asked = app
        .post(
            "/api/auth/password/forgot",
            &json!({ "email": "Ada@Example.com" }),
        )
        .await;
    assert_eq!(asked.0, StatusCode::ACCEPTED);
    let promised = app.outbox().await;
    assert_eq!(promised[0]["type"], "user.password_reset_requested");
    assert_eq!(promised[0]["user_id"], phone.id.to_string());

    let token = app.given_link(phone.id, LinkPurpose::ResetPassword).await;
    let done = reset(&app, &token, NEW_PASSWORD).await;

    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert_eq!(done.text, "", "nobody is signed in by it");
    assert!(!phone.is_in(&app).await && !laptop.is_in(&app).await);
    let old = app.log_in("ada@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(old.code(), "bad_credentials");
    let new = app.log_in("ada@example.com", NEW_PASSWORD).await;
    assert_eq!(new.status, StatusCode::OK);
    assert_eq!(app.outbox().await[1]["type"], "user.password_changed");
    let audited = app.told().await;
    assert_eq!(audited[2], "authn_password_reset_request");
    assert_eq!(audited[3], "authn_password_change: reset");
}

#[tokio::test]
async fn a_link_for_a_password_works_once_for_thirty_minutes_and_until_the_next_one() {
    let app = TestApp::whole().await;
    let user = app.given_account("ada@example.com", Role::Mentee).await;
    let link = async || app.given_link(user, LinkPurpose::ResetPassword).await;

    let (older, newer) = (link().await, link().await);
    assert_eq!(
        reset(&app, &older, NEW_PASSWORD).await.code(),
        "invalid_token"
    );
    assert_eq!(
        reset(&app, &newer, NEW_PASSWORD).await.status,
        StatusCode::NO_CONTENT
    );
    let again = reset(&app, &newer, NEW_PASSWORD).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert_eq!(again.problems(), [("token", "invalid_token")]);

    let late = link().await;
    app.at("2026-03-02T08:30:01Z");
    assert_eq!(
        reset(&app, &late, NEW_PASSWORD).await.code(),
        "invalid_token"
    );
}

#[tokio::test]
async fn a_link_is_spent_by_one_of_many_who_open_it_at_once() {
    let app = TestApp::whole().await;
    let user = app.given_account("ada@example.com", Role::Mentee).await;
    let token = app.given_link(user, LinkPurpose::ResetPassword).await;

    let tries = (0..8).map(|_| reset(&app, &token, NEW_PASSWORD));
    let replies = futures_util::future::join_all(tries).await;

    let done = replies
        .iter()
        .filter(|reply| reply.status == StatusCode::NO_CONTENT);
    assert_eq!(done.count(), 1);
    assert_eq!(app.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_link_for_another_purpose_sets_no_password() {
    let app = TestApp::whole().await;
    let user = app.given_account("ada@example.com", Role::Mentee).await;
    let token = app.given_link(user, LinkPurpose::VerifyEmail).await;

    assert_eq!(
        reset(&app, &token, NEW_PASSWORD).await.code(),
        "invalid_token"
    );
}

#[tokio::test]
async fn a_bad_password_does_not_spend_the_link() {
    let app = TestApp::whole().await;
    let user = app.given_account("ada@example.com", Role::Mentee).await;
    let token = app.given_link(user, LinkPurpose::ResetPassword).await;

    for (password, code) in [
        ("short", "password_too_short"),
        ("no upper case 1!", "password_too_simple"),
        ("P@ssw0rd1!", "password_too_common"),
        ("Lovelace1815!", "password_too_common"),
        ("OfficeHours1!", "password_too_common"),
    ] {
        let reply = reset(&app, &token, password).await;
        assert_eq!(reply.problems(), [("password", code)], "{password}");
    }
    assert_eq!(
        reset(&app, &token, NEW_PASSWORD).await.status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn whoever_signs_in_by_another_service_may_set_a_password_by_the_link() {
    let app = TestApp::whole().await;
    let user = app.given_account_without_password("ada@example.com").await;
    let token = app.given_link(user, LinkPurpose::ResetPassword).await;

    assert_eq!(
        reset(&app, &token, NEW_PASSWORD).await.status,
        StatusCode::NO_CONTENT
    );

    let login = app.log_in("ada@example.com", NEW_PASSWORD).await;
    assert_eq!(login.status, StatusCode::OK);
}

#[tokio::test]
async fn changing_the_password_signs_every_other_device_out() {
    let app = TestApp::whole().await;
    let phone = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let laptop = app.signed_in("ada@example.com").await;
    let open_link = app.given_link(phone.id, LinkPurpose::ResetPassword).await;

    let body = json!({ "current_password": ACCOUNT_PASSWORD, "password": NEW_PASSWORD });
    let changed = laptop.post(&app, "/api/auth/password/change", &body).await;

    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text);
    assert!(laptop.is_in(&app).await && !phone.is_in(&app).await);
    let reply = reset(&app, &open_link, "Yet-An0ther-One!").await;
    assert_eq!(
        reply.code(),
        "invalid_token",
        "an open link ends with the old password"
    );
    assert_eq!(app.outbox().await[0]["type"], "user.password_changed");
    assert_eq!(
        app.log_in("ada@example.com", NEW_PASSWORD).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn changing_the_password_needs_the_present_one() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let change = async |current: &str, new: &str| {
        let body = json!({ "current_password": current, "password": new });
        ada.post(&app, "/api/auth/password/change", &body).await
    };

    let wrong = change("Wrong-Passw0rd!", NEW_PASSWORD).await;
    assert_eq!(
        (wrong.status, wrong.code()),
        (StatusCode::FORBIDDEN, "wrong_password")
    );
    let common = change(ACCOUNT_PASSWORD, "P@ssw0rd1!").await;
    assert_eq!(common.problems(), [("password", "password_too_common")]);

    let audited = app.told().await;
    assert_eq!(
        audited.last().unwrap(),
        "authn_password_change_fail: wrong_password"
    );
    assert!(app.outbox().await.is_empty());
    assert_eq!(
        app.log_in("ada@example.com", ACCOUNT_PASSWORD).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_account_without_a_password_is_told_how_to_get_one() {
    let app = TestApp::whole().await;
    let user = app.given_account_without_password("ada@example.com").await;
    let body = json!({ "current_password": "anything", "password": NEW_PASSWORD });

    let (status, reply) = app.post_as(user, "/api/auth/password/change", &body).await;

    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(reply["errors"][0]["code"], "no_password");
}

#[tokio::test]
async fn a_password_that_was_kept_in_former_times_is_brought_up_to_date_at_the_next_sign_in() {
    for former in [Former::Parameters, Former::Pepper, Former::Unpeppered] {
        let app = TestApp::whole().await;
        let user = app.given_former_account("ada@example.com", former).await;
        let before = app.kept_password(user).await;

        let wrong = app.log_in("ada@example.com", "Wrong-Passw0rd!").await;
        assert_eq!(wrong.code(), "bad_credentials");
        assert_eq!(app.kept_password(user).await, before, "{former:?}");
        app.signed_in("ada@example.com").await;

        let after = app.kept_password(user).await;
        assert_ne!(after, before, "{former:?}");
        assert!(after.phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(after.pepper.as_deref(), Some("pepper_1"));
        app.signed_in("ada@example.com").await;
        assert_eq!(app.kept_password(user).await, after, "and then left alone");
    }
}

#[tokio::test]
async fn many_sign_ins_at_once_bring_a_password_up_to_date_and_all_get_in() {
    let app = TestApp::whole().await;
    app.given_former_account("ada@example.com", Former::Pepper)
        .await;

    let logins = (0..4).map(|_| app.log_in("ada@example.com", ACCOUNT_PASSWORD));
    for reply in futures_util::future::join_all(logins).await {
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    }
}

#[tokio::test]
async fn a_newcomer_may_not_take_a_common_password_or_their_own_name() {
    let app = TestApp::whole().await;
    let mut body: Value = json!({
        "email": "g.hopper@example.com", "password": "", "role": "mentee",
        "first_name": "Grace", "last_name": "Hopper", "timezone": "UTC",
    });
    for password in [
        "P@ssw0rd1!",
        "Welcome2024!",
        "Gr@ceHopper7!",
        "G-Hopper-1906!",
        "Office-Hours-1!",
    ] {
        body["password"] = json!(password);
        let reply = app
            .ask(None, Method::POST, "/api/auth/register", Some(&body))
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert_eq!(
            reply.problems(),
            [("password", "password_too_common")],
            "{password}"
        );
    }
    assert!(app.outbox().await.is_empty());
}
