//! Two-factor sign-in.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::user::Role;
use shared::http::{Admin, AppState};
use tests::{ACCOUNT_PASSWORD, Reply, Setup, SignedIn, TestApp, api};
use utoipa_axum::router::OpenApiRouter;

async fn log_in_with(app: &TestApp, email: &str, password: &str, totp: &str) -> Reply {
    let body = json!({ "email": email, "password": password, "totp": totp });
    app.ask(None, Method::POST, "/api/auth/login", Some(&body))
        .await
}

async fn switch_off(app: &TestApp, person: &SignedIn, password: &str, code: &str) -> Reply {
    let body = json!({ "password": password, "code": code });
    let call = person
        .call(app, Method::DELETE, "/api/auth/totp")
        .json(&body);
    call.send().await
}

#[tokio::test]
async fn a_person_sets_it_up_and_signs_in_with_a_code_from_then_on() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let started = ada
        .post(
            &app,
            "/api/auth/totp",
            &json!({ "password": ACCOUNT_PASSWORD }),
        )
        .await;
    let uri = started.data()["otpauth_uri"].as_str().unwrap();
    assert!(
        uri.starts_with("otpauth://totp/Office%20Hours:ada%40example.com?secret="),
        "{uri}"
    );
    app.signed_in("ada@example.com").await;

    let phone = app.given_authenticator(&ada).await;

    assert_eq!(phone.recovery_codes.len(), 10);
    let missing = app.log_in("ada@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(
        (missing.status, missing.code()),
        (StatusCode::UNAUTHORIZED, "totp_required")
    );
    app.at("2026-03-02T08:01:00Z");
    let login = log_in_with(&app, "ada@example.com", ACCOUNT_PASSWORD, &phone.code(&app)).await;
    assert_eq!(login.status, StatusCode::OK, "{}", login.text);
    assert_eq!(app.outbox().await[0]["type"], "user.totp_enabled");
    assert!(app.told().await.contains(&"authn_totp_enabled".to_owned()));
}

#[tokio::test]
async fn without_the_password_nobody_learns_that_there_is_a_second_factor() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let phone = app.given_authenticator(&ada).await;
    app.at("2026-03-02T08:01:00Z");

    let wrong = app.log_in("ada@example.com", "Wrong-Passw0rd!").await;
    let with_code = log_in_with(
        &app,
        "ada@example.com",
        "Wrong-Passw0rd!",
        &phone.code(&app),
    )
    .await;
    let unknown = app.log_in("nobody@example.com", "Wrong-Passw0rd!").await;

    assert_eq!(wrong.code(), "bad_credentials");
    assert_eq!(
        (&wrong.text, &with_code.text),
        (&unknown.text, &unknown.text)
    );
}

#[tokio::test]
async fn a_code_works_once_and_near_its_time_only() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let phone = app.given_authenticator(&ada).await;
    let set_up_with = phone.code(&app);
    let try_code =
        async |code: &str| log_in_with(&app, "ada@example.com", ACCOUNT_PASSWORD, code).await;

    assert_eq!(
        try_code(&set_up_with).await.code(),
        "bad_totp",
        "it set the factor up"
    );
    app.at("2026-03-02T09:00:00Z");
    for steps in [-2, 2] {
        assert_eq!(
            try_code(&phone.code_in(&app, steps)).await.code(),
            "bad_totp",
            "{steps}"
        );
    }
    let code = phone.code_in(&app, -1);
    assert_eq!(try_code(&code).await.status, StatusCode::OK);
    assert_eq!(try_code(&code).await.code(), "bad_totp");
    assert_eq!(
        try_code(&phone.code_in(&app, 1)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        try_code(&phone.code(&app)).await.code(),
        "bad_totp",
        "an older one than the last"
    );
}

#[tokio::test]
async fn one_code_lets_one_of_many_in_who_send_it_at_once() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let phone = app.given_authenticator(&ada).await;
    app.at("2026-03-02T09:00:00Z");
    let code = phone.code(&app);

    let tries = (0..6).map(|_| log_in_with(&app, "ada@example.com", ACCOUNT_PASSWORD, &code));
    let replies = futures_util::future::join_all(tries).await;

    let good = replies
        .iter()
        .filter(|reply| reply.status == StatusCode::OK);
    assert_eq!(good.count(), 1);
}

#[tokio::test]
async fn a_recovery_code_opens_once_and_leaves_a_trace() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let phone = app.given_authenticator(&ada).await;
    let code = phone.recovery_codes[3].to_uppercase().replace('-', " ");

    let first = log_in_with(&app, "ada@example.com", ACCOUNT_PASSWORD, &code).await;
    let second = log_in_with(&app, "ada@example.com", ACCOUNT_PASSWORD, &code).await;
    let other = log_in_with(
        &app,
        "ada@example.com",
        ACCOUNT_PASSWORD,
        &phone.recovery_codes[4],
    )
    .await;

    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!(
        (second.status, second.code()),
        (StatusCode::UNAUTHORIZED, "bad_totp")
    );
    assert_eq!(other.status, StatusCode::OK);
    let audited = app.told().await;
    let used = audited
        .iter()
        .filter(|action| *action == "authn_recovery_code_used");
    assert_eq!(used.count(), 2);
    assert!(audited.contains(&"authn_login_fail: wrong_code".to_owned()));
}

#[tokio::test]
async fn setting_it_up_needs_the_password_and_a_right_code() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let confirm = async |code: &str| {
        let body = json!({ "code": code });
        ada.post(&app, "/api/auth/totp/confirm", &body).await
    };
    assert_eq!(confirm("123456").await.code(), "totp_not_set_up");
    let wrong = ada
        .post(
            &app,
            "/api/auth/totp",
            &json!({ "password": "Wrong-Passw0rd!" }),
        )
        .await;
    assert_eq!(
        (wrong.status, wrong.code()),
        (StatusCode::FORBIDDEN, "wrong_password")
    );

    ada.post(
        &app,
        "/api/auth/totp",
        &json!({ "password": ACCOUNT_PASSWORD }),
    )
    .await;
    let bad = confirm("000000").await;

    assert_eq!(
        (bad.status, bad.code()),
        (StatusCode::FORBIDDEN, "wrong_code")
    );
    assert_eq!(bad.problems(), [("code", "wrong_code")]);
    app.signed_in("ada@example.com").await;
    app.given_authenticator(&ada).await;
    let again = ada
        .post(
            &app,
            "/api/auth/totp",
            &json!({ "password": ACCOUNT_PASSWORD }),
        )
        .await;
    assert_eq!(
        (again.status, again.code()),
        (StatusCode::CONFLICT, "totp_already_on")
    );
}

#[tokio::test]
async fn switching_it_off_needs_password_and_code() {
    let app = TestApp::whole().await;
    let ada = app.given_signed_in("ada@example.com", Role::Mentee).await;
    let nothing = switch_off(&app, &ada, ACCOUNT_PASSWORD, "123456").await;
    assert_eq!(nothing.code(), "totp_not_set_up");
    let phone = app.given_authenticator(&ada).await;
    app.at("2026-03-02T08:01:00Z");
    let code = phone.code(&app);

    assert_eq!(
        switch_off(&app, &ada, "Wrong-Passw0rd!", &code)
            .await
            .code(),
        "wrong_password"
    );
    assert_eq!(
        switch_off(&app, &ada, ACCOUNT_PASSWORD, "000000")
            .await
            .code(),
        "wrong_code"
    );
    let off = switch_off(&app, &ada, ACCOUNT_PASSWORD, &code).await;

    assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.text);
    app.signed_in("ada@example.com").await;
    let old = log_in_with(
        &app,
        "ada@example.com",
        ACCOUNT_PASSWORD,
        &phone.recovery_codes[0],
    )
    .await;
    assert_eq!(
        old.status,
        StatusCode::OK,
        "what is not needed is not looked at"
    );
    let types: Vec<Value> = app
        .outbox()
        .await
        .iter()
        .map(|event| event["type"].clone())
        .collect();
    assert_eq!(types, ["user.totp_enabled", "user.totp_disabled"]);
}

/// A route that only admins may use.
fn office() -> OpenApiRouter<AppState> {
    let open = async |_: Admin| StatusCode::NO_CONTENT;
    OpenApiRouter::default().route("/api/office", axum::routing::get(open))
}

#[tokio::test]
async fn an_admin_without_a_second_factor_opens_no_door_of_admins_where_one_is_required() {
    for (admin_totp_required, before) in [
        (true, (StatusCode::FORBIDDEN, "totp_setup_required")),
        (false, (StatusCode::NO_CONTENT, "")),
    ] {
        let setup = Setup {
            admin_totp_required,
            ..Setup::default()
        };
        let app = TestApp::with(api().merge(office()), setup).await;
        let admin = app.given_signed_in("root@example.com", Role::Admin).await;
        let mentor = app.given_mentor().await;
        let open = async || admin.call(&app, Method::GET, "/api/office").send().await;

        let first = open().await;
        assert_eq!((first.status, first.code()), before);
        app.given_authenticator(&admin).await;
        assert_eq!(open().await.status, StatusCode::NO_CONTENT);
        let (status, body) = app.get_as(mentor, "/api/office").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert_eq!(body["errors"][0]["code"], "forbidden");
    }
}

#[tokio::test]
async fn an_admin_without_a_second_factor_acts_as_nobody_special_where_one_is_required() {
    let setup = Setup {
        admin_totp_required: true,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let admin = app.given_signed_in("root@example.com", Role::Admin).await;
    let sees_it = async || {
        let path = format!("/api/sessions/{session}");
        admin.call(&app, Method::GET, &path).send().await.status
    };
    assert!(admin.is_in(&app).await, "an admin may sign in");
    assert_eq!(sees_it().await, StatusCode::NOT_FOUND);

    app.given_authenticator(&admin).await;

    assert_eq!(sees_it().await, StatusCode::OK);
}
