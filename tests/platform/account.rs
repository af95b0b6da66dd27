//! What happens to an account, as its owner reads it in the mails: each link does what its mail says.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, token_in};

const NEW_PASSWORD: &str = "Quite-An0ther-One!";

async fn log_in(house: &House, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    house.post("/api/auth/login", body).await
}

async fn change_email(house: &House, token: &str, email: &str) -> Answer {
    let body = json!({ "email": email, "password": "Demo-Passw0rd!" });
    let asked = house.ask(
        Method::POST,
        "/api/auth/email/change",
        Some(token),
        Some(body),
    );
    asked.await
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_the_link_and_the_owner_hears_of_it() {
    let house = House::start().await;
    let mona = house.newcomer("mona", "mentee", "Europe/Berlin").await;

    let forgot = json!({ "email": mona.email });
    assert_eq!(
        house.post("/api/auth/password/forgot", forgot).await.status,
        202
    );
    let mail = house.mail_to(&mona.email, "reset-password?token=").await;
    let body = json!({ "token": token_in(&mail), "password": NEW_PASSWORD });
    assert_eq!(
        house.post("/api/auth/password/reset", body).await.status,
        204
    );

    house
        .mail_to(&mona.email, "Your password was changed")
        .await;
    assert_eq!(log_in(&house, &mona.email, NEW_PASSWORD).await.status, 200);
    house.stop().await;
}

#[tokio::test]
async fn an_address_without_an_account_gets_no_mail() {
    let house = House::start().await;
    let mona = house.newcomer("mona", "mentee", "Europe/Berlin").await;

    for email in ["nobody@example.com", &mona.email] {
        let asked = house
            .post("/api/auth/password/forgot", json!({ "email": email }))
            .await;
        assert_eq!(asked.status, 202);
    }

    house.mail_to(&mona.email, "reset-password?token=").await;
    assert!(house.mails_to("nobody@example.com").is_empty());
    house.stop().await;
}

#[tokio::test]
async fn a_change_of_address_is_confirmed_by_the_new_one_and_taken_back_by_the_old_one() {
    let house = House::start().await;
    let mona = house.newcomer("mona", "mentee", "Europe/Berlin").await;

    assert_eq!(
        change_email(&house, &mona.token, "mona@example.org")
            .await
            .status,
        202
    );
    let confirm = house
        .mail_to("mona@example.org", "verify-email?token=")
        .await;
    assert!(
        confirm.starts_with("Subject: Confirm your new email address"),
        "{confirm}"
    );
    let notice = house.mail_to(&mona.email, "revert-email?token=").await;
    let body = json!({ "token": token_in(&confirm) });
    let confirmed = house.post("/api/auth/email/verify", body).await;
    assert_eq!(confirmed.body["data"]["email"], "mona@example.org");
    assert_eq!(
        log_in(&house, "mona@example.org", "Demo-Passw0rd!")
            .await
            .status,
        200
    );

    let body = json!({ "token": token_in(&notice) });
    assert_eq!(house.post("/api/auth/email/revert", body).await.status, 204);

    let out = house
        .ask(Method::GET, "/api/users/me", Some(&mona.token), None)
        .await;
    assert_eq!(out.status, 401);
    assert_eq!(
        log_in(&house, &mona.email, "Demo-Passw0rd!").await.status,
        200
    );
    house.stop().await;
}

#[tokio::test]
async fn whoever_wants_a_taken_address_gets_the_same_mail_and_its_owner_another() {
    let house = House::start().await;
    let mona = house.newcomer("mona", "mentee", "Europe/Berlin").await;
    let theo = house.newcomer("theo", "mentee", "Europe/Berlin").await;

    assert_eq!(
        change_email(&house, &mona.token, &theo.email).await.status,
        202
    );

    house
        .mail_to(&theo.email, "You already have an account")
        .await;
    house.mail_to(&mona.email, "revert-email?token=").await;
    let links = house.mails_to(&theo.email);
    assert!(
        !links
            .iter()
            .any(|mail| mail.contains("Confirm your new email address"))
    );
    house.stop().await;
}

#[tokio::test]
async fn many_failed_sign_ins_and_a_second_factor_are_told_by_mail() {
    let house = House::start().await;
    let mona = house.newcomer("mona", "mentee", "Europe/Berlin").await;
    for _ in 0..10 {
        let failed = log_in(&house, &mona.email, "Wrong-Passw0rd!").await;
        assert_eq!(failed.status, 401);
    }
    house
        .mail_to(&mona.email, "Somebody tries to sign in as you")
        .await;

    let body = json!({ "password": "Demo-Passw0rd!" });
    let started = house
        .ask(
            Method::POST,
            "/api/auth/totp",
            Some(&mona.token),
            Some(body),
        )
        .await;
    let code = code_of(&house, &started.body["data"]["secret"]);
    let body = json!({ "code": code });
    let on = house
        .ask(
            Method::POST,
            "/api/auth/totp/confirm",
            Some(&mona.token),
            Some(body),
        )
        .await;
    assert_eq!(on.status, 200, "{}", on.body);
    house.mail_to(&mona.email, "Two-factor sign-in is on").await;
    let recovery = &on.body["data"]["recovery_codes"][0];
    let body = json!({ "password": "Demo-Passw0rd!", "code": recovery });
    let off = house
        .ask(
            Method::DELETE,
            "/api/auth/totp",
            Some(&mona.token),
            Some(body),
        )
        .await;
    assert_eq!(off.status, 204, "{}", off.body);
    house
        .mail_to(&mona.email, "Two-factor sign-in is off")
        .await;
    house.stop().await;
}

fn code_of(house: &House, secret: &Value) -> String {
    use shared::domain::totp::{Secret, step_of};
    let secret = Secret::kept(secret.as_str().unwrap().to_owned());
    let step = step_of(house.state.clock.now());
    shared::auth::totp::code_at(&secret, step).to_string()
}

#[tokio::test]
async fn every_link_of_a_mail_leads_to_a_page_here() {
    let house = House::start().await;
    for name in ["verify-email", "reset-password", "revert-email"] {
        for path in [format!("/{name}?token=abc"), format!("/pages/{name}.js")] {
            let page = house.ask(Method::GET, &path, None, None).await;
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.headers["referrer-policy"], "no-referrer");
            assert_eq!(page.headers["cache-control"], "no-store");
        }
    }
    house.stop().await;
}
