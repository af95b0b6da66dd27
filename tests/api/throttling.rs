//! Sign-ins are slowed down per account, per address, for both together, and in total; nobody is ever locked out.

use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, Reply, Setup, TestApp, api};

async fn strict() -> TestApp {
    let setup = Setup {
        rate_limit_scale: 1,
        ..Setup::default()
    };
    TestApp::with(api(), setup).await
}

async fn log_in_from(app: &TestApp, email: &str, password: &str, peer: &str) -> Reply {
    let body = json!({ "email": email, "password": password });
    let call = app.call(Method::POST, "/api/auth/login").json(&body);
    call.from_peer(peer).send().await
}

#[tokio::test]
async fn one_address_tries_one_account_three_times_at_once() {
    let app = strict().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    for email in ["ada@example.com", "nobody@example.com"] {
        for _ in 0..3 {
            let reply = log_in_from(&app, email, "Wrong-Passw0rd!", "192.0.2.1").await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        }
        let fourth = log_in_from(&app, email, "Wrong-Passw0rd!", "192.0.2.1").await;
        assert_eq!(
            (fourth.status, fourth.code()),
            (StatusCode::TOO_MANY_REQUESTS, "rate_limited")
        );
        let wait: u64 = fourth.header("retry-after").parse().unwrap();
        assert!((1..=10).contains(&wait), "{wait}");
    }
    let elsewhere = log_in_from(&app, "ada@example.com", ACCOUNT_PASSWORD, "192.0.2.2").await;
    assert_eq!(elsewhere.status, StatusCode::OK);
}

#[tokio::test]
async fn one_address_tries_twenty_accounts_at_once() {
    let app = strict().await;
    let tries = (0..24).map(|n| {
        let email = format!("nobody-{n}@example.com");
        let app = &app;
        async move {
            log_in_from(app, &email, "Wrong-Passw0rd!", "192.0.2.1")
                .await
                .status
        }
    });
    let statuses = futures_util::future::join_all(tries).await;
    let refused = statuses
        .iter()
        .filter(|status| **status == StatusCode::TOO_MANY_REQUESTS);
    // One is granted anew every three seconds.
    assert!((3..=4).contains(&refused.count()), "{statuses:?}");
}

#[tokio::test]
async fn a_good_sign_in_forgives_the_account_and_not_the_address() {
    let app = strict().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    for _ in 0..2 {
        log_in_from(&app, "ada@example.com", "Wrong-Passw0rd!", "192.0.2.1").await;
    }
    let good = log_in_from(&app, "ada@example.com", ACCOUNT_PASSWORD, "192.0.2.1").await;
    assert_eq!(good.status, StatusCode::OK);

    let same = log_in_from(&app, "ada@example.com", ACCOUNT_PASSWORD, "192.0.2.1").await;
    assert_eq!(
        same.status,
        StatusCode::TOO_MANY_REQUESTS,
        "three from one address"
    );
    for n in 2..6 {
        let peer = format!("192.0.2.{n}");
        let other = log_in_from(&app, "ada@example.com", "Wrong-Passw0rd!", &peer).await;
        assert_eq!(
            other.status,
            StatusCode::UNAUTHORIZED,
            "the account starts anew"
        );
    }
}

#[tokio::test]
async fn limits_are_taken_in_a_round_trip_that_the_request_does_not_pay() {
    let app = strict().await;
    let wrong = log_in_from(&app, "nobody@example.com", "Wrong-Passw0rd!", "192.0.2.1").await;
    // Find; BEGIN with the count of failures; the audit log; COMMIT.
    assert_eq!((wrong.cost.statements, wrong.cost.round_trips), (5, 4));
}

#[tokio::test]
async fn ten_failures_within_an_hour_warn_the_person_once_an_hour() {
    let app = TestApp::whole().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    let fail = async |minute: &str| {
        app.at(&format!("2026-03-02T{minute}:00Z"));
        app.log_in("ada@example.com", "Wrong-Passw0rd!").await;
    };
    for minute in [
        "07:55", "08:00", "08:10", "08:20", "08:30", "08:35", "08:40", "08:45", "08:50",
    ] {
        fail(minute).await;
    }
    assert!(app.outbox().await.is_empty());
    fail("08:56").await;
    assert!(
        app.outbox().await.is_empty(),
        "the first is more than an hour ago"
    );
    fail("08:57").await;
    assert_eq!(app.outbox().await.len(), 1);
    for minute in [
        "08:58", "09:20", "09:40", "09:50", "09:51", "09:52", "09:53",
    ] {
        fail(minute).await;
    }
    assert_eq!(app.outbox().await.len(), 1, "one an hour");
    for minute in ["09:54", "09:55", "09:56", "09:59"] {
        fail(minute).await;
    }
    assert_eq!(app.outbox().await.len(), 2);
    let often = app.told().await;
    let often = often
        .iter()
        .filter(|action| action.starts_with("authn_login_fail_max"));
    assert_eq!(often.count(), 2);
}

#[tokio::test]
async fn guessing_the_password_from_inside_is_slowed_too() {
    let app = strict().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    let ada = app.signed_in("ada@example.com").await;
    let body = json!({ "password": "Wrong-Passw0rd!" });
    let mut codes = Vec::new();
    // Wherever the password is asked for again, a stolen token has five guesses in all.
    let ways = [
        (Method::POST, "/api/auth/totp"),
        (Method::DELETE, "/api/users/me"),
    ];
    for (method, path) in ways.into_iter().cycle().take(6) {
        let reply = ada.call(&app, method, path).json(&body).send().await;
        codes.push(reply.code().to_owned());
    }
    assert_eq!(codes[4], "wrong_password");
    assert_eq!(codes[5], "rate_limited");
}

#[tokio::test]
async fn links_for_passwords_are_mailed_three_times_an_hour_to_known_and_unknown_addresses_alike() {
    let app = strict().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    for email in ["ada@example.com", "nobody@example.com"] {
        let body = json!({ "email": email });
        let mut statuses = Vec::new();
        for _ in 0..4 {
            let reply = app
                .ask(None, Method::POST, "/api/auth/password/forgot", Some(&body))
                .await;
            statuses.push(reply.status.as_u16());
        }
        assert_eq!(statuses, [202, 202, 202, 429]);
    }
}
