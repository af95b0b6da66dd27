//! How often one may ask.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, Reply, Setup, TestApp, api};

async fn strict() -> TestApp {
    let setup = Setup {
        rate_limit_scale: 1,
        trusted_proxies: vec!["10.0.0.1".parse().unwrap()],
        ..Setup::default()
    };
    TestApp::with(api(), setup).await
}

/// Reads `"name";q=20;w=60` or `"name";r=3;t=9`.
fn parameter(header: &str, name: &str, key: &str) -> u64 {
    let entry = header
        .split(", ")
        .find(|entry| entry.starts_with(&format!("\"{name}\";")));
    let entry = entry.unwrap_or_else(|| panic!("no {name} in {header}"));
    let value = entry
        .split(';')
        .find_map(|part| part.strip_prefix(&format!("{key}=")));
    value.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_limit_is_exact_however_many_ask_at_once() {
    let app = strict().await;
    // An empty registration is refused quickly, and counts; its limit is granted anew too slowly to matter here.
    let register = || async {
        let call = app
            .call(Method::POST, "/api/auth/register")
            .body("application/json", "{}");
        call.from_peer("192.0.2.7").send().await
    };

    let replies = join_all((0..64).map(|_| register())).await;

    let quota = parameter(replies[0].header("ratelimit-policy"), "register", "q");
    assert!(quota < 64);
    let passed = replies
        .iter()
        .filter(|reply| reply.status == StatusCode::BAD_REQUEST)
        .count();
    assert_eq!(passed as u64, quota);
    let refused: Vec<_> = replies
        .iter()
        .filter(|reply| reply.status == StatusCode::TOO_MANY_REQUESTS)
        .collect();
    assert_eq!(refused.len() as u64, 64 - quota);
    for reply in refused {
        assert_eq!(reply.code(), "rate_limited");
        let wait: u64 = reply.header("retry-after").parse().unwrap();
        assert!((1..=3600).contains(&wait), "{wait}");
    }
    let mut left: Vec<u64> = replies
        .iter()
        .filter(|reply| reply.status == StatusCode::BAD_REQUEST)
        .map(|reply| parameter(reply.header("ratelimit"), "register", "r"))
        .collect();
    left.sort_unstable();
    assert_eq!(
        left,
        (0..quota).collect::<Vec<_>>(),
        "each was told a different rest"
    );
}

/// With so long a window nothing is granted anew while the test runs.
async fn with_limits(limits: &str) -> TestApp {
    let setup = Setup {
        rate_limit_scale: 100_000,
        rate_limits: limits
            .split(',')
            .map(|limit| limit.parse().unwrap())
            .collect(),
        ..Setup::default()
    };
    TestApp::with(api(), setup).await
}

#[tokio::test]
async fn the_configuration_sets_any_limit_exactly() {
    let app = with_limits("read=5/86400,search=2/86400").await;
    let mentee = app.given_mentee().await;
    let ask = |path| app.ask(Some(mentee), Method::GET, path, None);

    let searches = join_all((0..64).map(|_| ask("/api/mentors"))).await;

    let passed: Vec<_> = searches
        .iter()
        .filter(|reply| reply.status == StatusCode::OK)
        .collect();
    assert_eq!(passed.len(), 2);
    let policies = searches[0].header("ratelimit-policy");
    assert_eq!(policies, "\"read\";q=5;w=86400, \"search\";q=2;w=86400");
    assert_eq!(
        ask("/api/sessions").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn the_tightest_limit_is_shown_and_nobody_is_told_to_come_back_too_early() {
    let app = with_limits("write=100/60,book=3/60,book-hourly=2/7200").await;
    let mentee = app.given_mentee().await;
    let ask = || {
        app.ask(
            Some(mentee),
            Method::POST,
            "/api/sessions",
            Some(&Value::Null),
        )
    };
    for left in [1, 0] {
        let reply = ask().await;
        assert_eq!(
            parameter(reply.header("ratelimit"), "book-hourly", "r"),
            left
        );
    }
    let refused = ask().await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let until = parameter(refused.header("ratelimit"), "book-hourly", "t");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!(wait >= until && wait > 3000, "{wait} {until}");
    for policy in ["write", "book", "book-hourly"] {
        parameter(refused.header("ratelimit-policy"), policy, "q");
    }
}

#[tokio::test]
async fn a_limit_of_an_account_is_shown_as_well() {
    let app = with_limits("login-account=1/86400").await;
    let ask = || log_in(&app, "nobody@example.com", "Wrong-Passw0rd!", "192.0.2.1");
    assert_eq!(ask().await.status, StatusCode::UNAUTHORIZED);
    let refused = ask().await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let until = parameter(refused.header("ratelimit"), "login-account", "t");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= until);
    parameter(refused.header("ratelimit-policy"), "login-account", "w");
}

#[tokio::test]
async fn when_limits_cannot_be_counted_reading_goes_on_and_guessing_does_not() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    app.given_no_limits().await;
    let status = async |actor, method, path| {
        let reply = app.ask(actor, method, path, Some(&json!({}))).await;
        reply.status
    };
    let read = [
        status(None, Method::GET, "/api/mentors").await,
        status(Some(mentee), Method::GET, "/api/sessions").await,
        status(Some(mentee), Method::HEAD, "/api/sessions").await,
    ];
    assert_eq!(read, [StatusCode::OK; 3]);
    let guess_or_write = [
        status(None, Method::POST, "/api/auth/login").await,
        status(None, Method::POST, "/api/auth/register").await,
        status(Some(mentee), Method::POST, "/api/sessions").await,
        status(Some(mentee), Method::PATCH, "/api/users/me").await,
    ];
    assert_eq!(guess_or_write, [StatusCode::SERVICE_UNAVAILABLE; 4]);
}

#[tokio::test]
async fn every_counted_answer_shows_its_limits() {
    let app = strict().await;
    let mentee = app.given_mentee().await;
    let reply = app
        .ask(Some(mentee), Method::GET, "/api/users/me", None)
        .await;
    let policy = reply.header("ratelimit-policy");
    assert!(
        parameter(policy, "read", "q") > 60 && parameter(policy, "read", "w") == 60,
        "{policy}"
    );
    let state = reply.header("ratelimit");
    assert_eq!(
        parameter(state, "read", "r"),
        parameter(policy, "read", "q") - 1
    );
    assert!(parameter(state, "read", "t") >= 1);
    assert_eq!(reply.header("retry-after"), "");
}

#[tokio::test]
async fn people_and_addresses_are_counted_apart() {
    let app = strict().await;
    let from = |peer: &'static str, forwarded: &'static str| {
        let call = app.call(Method::GET, "/api/sessions").from_peer(peer);
        async move {
            let reply = call.header("x-forwarded-for", forwarded).send().await;
            parameter(reply.header("ratelimit"), "address", "r")
        }
    };
    let first = from("192.0.2.1", "198.51.100.1").await;
    assert!(
        from("192.0.2.1", "198.51.100.2").await <= first,
        "a client cannot choose its address"
    );
    assert_eq!(from("192.0.2.2", "198.51.100.1").await, first);
    assert_eq!(
        from("10.0.0.1", "203.0.113.1").await,
        first,
        "a trusted proxy can"
    );
    assert_eq!(from("10.0.0.1", "203.0.113.2").await, first);
    assert_eq!(from("10.0.0.1", "203.0.113.9, 203.0.113.3").await, first);
    assert_eq!(from("2001:db8:1:1::1", "x").await, first);
    assert!(
        from("2001:db8:1:1:ffff::2", "x").await <= first,
        "one network is one address"
    );
}

async fn log_in(app: &TestApp, email: &str, password: &str, peer: &str) -> Reply {
    let body: Value = json!({ "email": email, "password": password });
    let call = app.call(Method::POST, "/api/auth/login").json(&body);
    call.from_peer(peer).send().await
}

#[tokio::test]
async fn guessing_passwords_is_slowed_for_known_and_unknown_accounts_alike() {
    let app = strict().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    let mut statuses = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        let mut of_one = Vec::new();
        for n in 0..6 {
            // From ever other addresses: the account is what is counted.
            let reply = log_in(&app, email, "Wrong-Passw0rd!", &format!("192.0.2.{n}")).await;
            of_one.push((
                reply.status.as_u16(),
                reply.code().to_owned(),
                reply.header("retry-after").is_empty(),
            ));
        }
        statuses.push(of_one);
    }
    assert_eq!(statuses[0], statuses[1]);
    assert_eq!(statuses[0][4], (401, "bad_credentials".to_owned(), true));
    assert_eq!(statuses[0][5], (429, "rate_limited".to_owned(), false));
}

#[tokio::test]
async fn a_good_login_forgets_the_bad_ones() {
    let app = strict().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    for _ in 0..2 {
        for n in 0..4 {
            let reply = log_in(
                &app,
                "ada@example.com",
                "Wrong-Passw0rd!",
                &format!("192.0.2.{n}"),
            )
            .await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        }
        let reply = log_in(&app, "Ada@Example.com", ACCOUNT_PASSWORD, "192.0.2.9").await;
        assert_eq!(reply.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn booking_has_a_limit_of_its_own() {
    let app = strict().await;
    let mentee = app.given_mentee().await;
    let ask = || {
        app.ask(
            Some(mentee),
            Method::POST,
            "/api/sessions",
            Some(&Value::Null),
        )
    };
    let first = ask().await;
    let quota = parameter(first.header("ratelimit-policy"), "book", "q");
    let replies = join_all((0..quota + 10).map(|_| ask())).await;
    assert!(
        replies
            .iter()
            .any(|reply| reply.status == StatusCode::TOO_MANY_REQUESTS)
    );
    let (status, _) = app.get_as(mentee, "/api/sessions").await;
    assert_eq!(status, StatusCode::OK, "reading goes on");
}
