//! Sign-in with GitHub and Google, against stand-ins that speak their protocols.

use std::time::Instant;

use http::{Method, StatusCode};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use standalone::providers::{Fault, Persona};
use tests::{ACCOUNT_PASSWORD, Reply, Setup, TestApp, api};

const BOTH: [&str; 2] = ["github", "google"];

/// Grace, who has accounts elsewhere and perhaps here.
fn grace() -> Persona {
    Persona::new("grace", 7, "Grace Hopper", "grace@example.com")
}

async fn app() -> TestApp {
    let setup = Setup {
        personas: vec![grace(), Persona::new("eve", 8, "Eve", "eve@example.com")],
        ..Setup::default()
    };
    TestApp::with(api(), setup).await
}

/// What the browser brings back.
#[derive(Clone, Debug)]
struct Returned {
    provider: &'static str,
    code: String,
    state: String,
}

async fn ask_to_begin(app: &TestApp, provider: &str, actor: Option<UserId>) -> Reply {
    let path = format!("/api/auth/oauth/{provider}");
    app.ask(actor, Method::GET, &path, None).await
}

/// Begins, and returns where the browser goes.
async fn begin(app: &TestApp, provider: &str, actor: Option<UserId>) -> String {
    let reply = ask_to_begin(app, provider, actor).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.data()["expires_in"], 600);
    assert!(reply.data()["state"].as_str().unwrap().len() >= 43);
    reply.data()["authorize_url"].as_str().unwrap().to_owned()
}

/// Goes there, says who one is, and comes back.
async fn agree(authorize_url: &str, login: &str) -> (String, String) {
    let browser = tests::http_client()
        .redirect(Policy::none())
        .build()
        .unwrap();
    let page = browser.get(authorize_url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("Grace Hopper"));
    let chosen = format!("{authorize_url}&persona={login}");
    let answer = browser.get(chosen).send().await.unwrap();
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let back = reqwest::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let part = |name: &str| {
        let mut pairs = back.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    (part("code"), part("state"))
}

async fn returned(
    app: &TestApp,
    provider: &'static str,
    login: &str,
    actor: Option<UserId>,
) -> Returned {
    let authorize_url = begin(app, provider, actor).await;
    let (code, state) = agree(&authorize_url, login).await;
    Returned {
        provider,
        code,
        state,
    }
}

/// Brings the answer back, with what a new account needs.
async fn finish(app: &TestApp, returned: &Returned, more: Value) -> Reply {
    let mut body = json!({ "code": returned.code, "state": returned.state });
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    let path = format!("/api/auth/oauth/{}/callback", returned.provider);
    app.ask(None, Method::POST, &path, Some(&body)).await
}

async fn sign_in(app: &TestApp, provider: &'static str, login: &str) -> Reply {
    let returned = returned(app, provider, login, None).await;
    finish(app, &returned, json!({ "role": "mentee" })).await
}

async fn link(app: &TestApp, actor: UserId, returned: &Returned) -> Reply {
    let body = json!({ "code": returned.code, "state": returned.state });
    let path = format!("/api/auth/oauth/{}/link", returned.provider);
    app.ask(Some(actor), Method::POST, &path, Some(&body)).await
}

fn person(reply: &Reply) -> &str {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    reply.data()["user"]["id"].as_str().unwrap()
}

async fn reasons(app: &TestApp, action: &str) -> Vec<String> {
    let all = app.audit_log().await.into_iter();
    all.filter(|[name, ..]| name == action)
        .map(|[_, _, reason]| reason)
        .collect()
}

#[tokio::test]
async fn somebody_new_gets_an_account_and_comes_back_to_it() {
    for provider in BOTH {
        let app = app().await;
        let first = returned(&app, provider, "grace", None).await;
        let more = json!({ "role": "mentor", "timezone": "Europe/Berlin" });
        let reply = finish(&app, &first, more).await;

        let id = person(&reply).to_owned();
        let user = &reply.data()["user"];
        assert_eq!(user["email"], "grace@example.com");
        assert_eq!(user["email_verified"], true);
        assert_eq!(user["role"], "mentor");
        assert_eq!(user["first_name"], "Grace");
        assert_eq!(user["last_name"], "Hopper");
        assert_eq!(user["timezone"], "Europe/Berlin");
        let access = reply.data()["access_token"].as_str().unwrap();
        let me = app.call(Method::GET, "/api/users/me").bearer(access);
        assert_eq!(me.send().await.status, StatusCode::OK);
        assert_eq!(reasons(&app, "user_created").await, [provider]);
        assert_eq!(reasons(&app, "authn_identity_linked").await, [provider]);
        assert_eq!(reasons(&app, "authn_login_success").await, [provider]);
        assert!(app.outbox().await.is_empty());

        let again = returned(&app, provider, "grace", None).await;
        let again = finish(&app, &again, json!({})).await;
        assert_eq!(person(&again), id);
    }
}

#[tokio::test]
async fn an_account_of_another_service_has_no_password() {
    let app = app().await;
    person(&sign_in(&app, "github", "grace").await);
    let body = json!({ "email": "grace@example.com", "password": ACCOUNT_PASSWORD });
    let reply = app
        .ask(None, Method::POST, "/api/auth/login", Some(&body))
        .await;
    assert_eq!(reply.code(), "bad_credentials");
}

#[tokio::test]
async fn whoever_is_new_says_what_they_are_with_the_same_code() {
    for provider in BOTH {
        let app = app().await;
        let returned = returned(&app, provider, "grace", None).await;

        let refused = finish(&app, &returned, json!({})).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.problems(), [("role", "role_required")]);
        let admin = finish(&app, &returned, json!({ "role": "admin" })).await;
        assert_eq!(admin.problems(), [("role", "unknown_value")]);
        let guessed = Returned {
            code: "another code".to_owned(),
            ..returned.clone()
        };
        let guessed = finish(&app, &guessed, json!({ "role": "mentee" })).await;
        assert_eq!(guessed.code(), "invalid_state");

        let welcome = finish(&app, &returned, json!({ "role": "mentee" })).await;
        person(&welcome);
        let replayed = finish(&app, &returned, json!({ "role": "mentee" })).await;
        assert_eq!(replayed.status, StatusCode::BAD_REQUEST);
        assert_eq!(replayed.problems(), [("state", "invalid_state")]);
    }
}

#[tokio::test]
async fn a_sign_in_comes_back_in_time_and_to_the_provider_it_was_begun_with() {
    let app = app().await;
    let github = returned(&app, "github", "grace", None).await;
    let elsewhere = Returned {
        provider: "google",
        ..github.clone()
    };
    let mixed_up = finish(&app, &elsewhere, json!({ "role": "mentee" })).await;
    assert_eq!(mixed_up.code(), "invalid_state");
    let invented = Returned {
        state: "x".repeat(43),
        ..github.clone()
    };
    let invented = finish(&app, &invented, json!({ "role": "mentee" })).await;
    assert_eq!(invented.code(), "invalid_state");

    app.at("2026-03-02T08:10:01Z");
    let late = finish(&app, &github, json!({ "role": "mentee" })).await;
    assert_eq!(late.code(), "invalid_state");
}

#[tokio::test]
async fn a_code_of_another_sign_in_is_refused() {
    for provider in BOTH {
        let app = app().await;
        let mine = returned(&app, provider, "grace", None).await;
        let theirs = returned(&app, provider, "eve", None).await;
        let injected = Returned {
            code: theirs.code.clone(),
            ..mine.clone()
        };

        let refused = finish(&app, &injected, json!({ "role": "mentee" })).await;

        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.problems(), [("code", "oauth_refused")]);
        let burnt = finish(&app, &mine, json!({ "role": "mentee" })).await;
        assert_eq!(burnt.code(), "invalid_state");
        let stolen = finish(&app, &theirs, json!({ "role": "mentee" })).await;
        assert_eq!(stolen.code(), "oauth_refused");
    }
}

#[tokio::test]
async fn an_address_that_both_sides_have_proven_links() {
    for provider in BOTH {
        let app = app().await;
        let id = app.given_account("grace@example.com", Role::Mentor).await;

        let reply = sign_in(&app, provider, "grace").await;

        assert_eq!(person(&reply), id.to_string());
        assert_eq!(reply.data()["user"]["role"], "mentor");
        assert_eq!(reasons(&app, "authn_identity_linked").await, [provider]);
        let promised = app.outbox().await;
        assert_eq!(
            promised,
            [json!({ "type": "user.identity_linked", "user_id": id, "provider": provider })]
        );

        app.providers().put(Persona {
            email: "hopper@example.org".to_owned(),
            is_verified: false,
            ..grace()
        });
        let moved = sign_in(&app, provider, "grace").await;
        assert_eq!(person(&moved), id.to_string());
        assert_eq!(app.outbox().await.len(), 1);
    }
}

#[tokio::test]
async fn an_address_that_one_side_has_not_proven_needs_the_password() {
    for provider in BOTH {
        let app = app().await;
        app.given_unproven_account("grace@example.com").await;
        let unproven_here = sign_in(&app, provider, "grace").await;
        assert_eq!(unproven_here.status, StatusCode::CONFLICT);
        assert_eq!(unproven_here.code(), "link_needs_password");

        let mut eve = Persona::new("eve", 8, "Eve", "eve@example.com");
        eve.is_verified = false;
        app.providers().put(eve);
        let nobody = sign_in(&app, provider, "eve").await;
        app.given_account("eve@example.com", Role::Mentee).await;
        let somebody = sign_in(&app, provider, "eve").await;
        assert_eq!(somebody.code(), "link_needs_password");
        assert_eq!(
            (nobody.status, nobody.body),
            (somebody.status, somebody.body)
        );
        assert!(app.outbox().await.is_empty());
    }
}

#[tokio::test]
async fn somebody_who_is_logged_in_links_whatever_address_it_has() {
    for provider in BOTH {
        let app = app().await;
        let mentee = app.given_mentee().await;
        let brought = returned(&app, provider, "grace", Some(mentee)).await;

        let linked = link(&app, mentee, &brought).await;

        assert_eq!(linked.status, StatusCode::NO_CONTENT, "{}", linked.text);
        assert_eq!(app.outbox().await[0]["type"], "user.identity_linked");
        assert_eq!(reasons(&app, "authn_identity_linked").await, [provider]);
        let reply = sign_in(&app, provider, "grace").await;
        assert_eq!(person(&reply), mentee.to_string());

        let again = returned(&app, provider, "grace", Some(mentee)).await;
        let again = link(&app, mentee, &again).await;
        assert_eq!(again.status, StatusCode::NO_CONTENT);
        let second = returned(&app, provider, "eve", Some(mentee)).await;
        let second = link(&app, mentee, &second).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        assert_eq!(second.code(), "already_linked");
        let other = app.given_mentee().await;
        let taken = returned(&app, provider, "grace", Some(other)).await;
        let taken = link(&app, other, &taken).await;
        assert_eq!(taken.code(), "identity_taken");
        assert_eq!(app.outbox().await.len(), 1);
    }
}

#[tokio::test]
async fn nobody_is_linked_by_what_somebody_else_has_begun() {
    let app = app().await;
    let victim = app.given_mentee().await;
    let attacker = app.given_mentee().await;

    for begun_by in [None, Some(attacker)] {
        let theirs = returned(&app, "github", "eve", begun_by).await;
        let refused = link(&app, victim, &theirs).await;
        assert_eq!(refused.code(), "invalid_state");
    }
    let for_linking = returned(&app, "github", "eve", Some(attacker)).await;
    let refused = finish(&app, &for_linking, json!({ "role": "mentee" })).await;
    assert_eq!(refused.code(), "invalid_state");
    let nobody = json!({ "code": "x", "state": "x".repeat(43) });
    let (status, _) = app.post("/api/auth/oauth/github/link", &nobody).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_suspended_person_is_told_what_everybody_is_told() {
    let app = app().await;
    let id = app.given_account("grace@example.com", Role::Mentee).await;
    app.given_suspension(id).await;
    let unlinked = sign_in(&app, "google", "grace").await;
    assert_eq!(unlinked.status, StatusCode::UNAUTHORIZED);
    assert_eq!(unlinked.code(), "bad_credentials");

    let known = person(&sign_in(&app, "google", "eve").await)
        .parse()
        .unwrap();
    app.given_suspension(known).await;
    let linked = sign_in(&app, "google", "eve").await;
    assert_eq!(
        (unlinked.status, &unlinked.body),
        (linked.status, &linked.body)
    );
    assert!(app.outbox().await.is_empty());
}

#[tokio::test]
async fn a_provider_that_is_down_or_talks_nonsense_leaves_the_sign_in_open() {
    for provider in BOTH {
        let app = app().await;
        let brought = returned(&app, provider, "grace", None).await;

        for fault in [Fault::Down, Fault::Garbage] {
            app.providers().fail(Some(fault));
            let reply = finish(&app, &brought, json!({ "role": "mentee" })).await;
            assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{fault:?}");
            assert_eq!(reply.code(), "provider_unavailable");
            assert!(reply.header("retry-after").parse::<u32>().unwrap() >= 1);
        }

        app.providers().fail(None);
        person(&finish(&app, &brought, json!({ "role": "mentee" })).await);
    }
}

#[tokio::test]
async fn a_provider_that_is_slow_is_given_eight_seconds() {
    let app = app().await;
    let brought = returned(&app, "github", "grace", None).await;
    app.providers().fail(Some(Fault::Slow));

    let begun = Instant::now();
    let reply = finish(&app, &brought, json!({ "role": "mentee" })).await;

    assert_eq!(reply.code(), "provider_unavailable");
    assert!((7..10).contains(&begun.elapsed().as_secs()));
}

#[tokio::test]
async fn a_provider_that_fails_five_times_rests() {
    let app = app().await;
    app.providers().fail(Some(Fault::Garbage));
    for _ in 0..5 {
        let reply = ask_to_begin(&app, "google", None).await;
        assert_eq!(reply.code(), "provider_unavailable");
    }
    app.providers().fail(None);

    let resting = ask_to_begin(&app, "google", None).await;
    assert_eq!(resting.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!((20..=30).contains(&resting.header("retry-after").parse::<u32>().unwrap()));
    begin(&app, "github", None).await;
}

#[tokio::test]
async fn an_id_token_that_proves_nothing_is_refused() {
    let app = app().await;
    for fault in [
        Fault::OtherIssuer,
        Fault::OtherAudience,
        Fault::OtherNonce,
        Fault::Expired,
        Fault::NoAlgorithm,
        Fault::OtherKey,
    ] {
        app.providers().fail(Some(fault));
        let reply = sign_in(&app, "google", "grace").await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{fault:?}");
        assert_eq!(reply.code(), "oauth_refused", "{fault:?}");
    }
    app.providers().fail(None);
    person(&sign_in(&app, "google", "grace").await);
}

#[tokio::test]
async fn a_service_that_is_unknown_or_not_configured_is_not_there() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let nothing = Returned {
        provider: "github",
        code: "x".to_owned(),
        state: "x".repeat(43),
    };
    for provider in ["github", "google", "myspace", "GitHub"] {
        let reply = ask_to_begin(&app, provider, None).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{provider}");
        assert_eq!(reply.code(), "unknown_provider");
    }
    let reply = finish(&app, &nothing, json!({})).await;
    assert_eq!(reply.code(), "unknown_provider");
    let reply = link(&app, mentee, &nothing).await;
    assert_eq!(reply.code(), "unknown_provider");
}

#[tokio::test]
async fn what_is_stored_of_a_sign_in_signs_nobody_in() {
    let app = app().await;
    let brought = returned(&app, "google", "grace", None).await;
    finish(&app, &brought, json!({})).await;

    let dump = app.rows_of("oauth_states").await;

    for secret in [&brought.state, &brought.code, "grace", "Hopper", "verifier"] {
        assert!(!dump.contains(secret), "{secret}");
    }
    let begun = returned(&app, "google", "grace", None).await;
    app.at("2026-03-02T09:00:00Z");
    begin(&app, "google", None).await;
    let late = finish(&app, &begun, json!({ "role": "mentee" })).await;
    assert_eq!(late.code(), "invalid_state");
    assert_eq!(app.rows_of("oauth_states").await.lines().count(), 1);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_behind_the_other_service_too() {
    for provider in BOTH {
        let app = app().await;
        let here = app.given_signed_in("grace@example.com", Role::Mentee).await;
        let phone = app.given_authenticator(&here).await;
        app.at("2026-03-02T08:01:00Z");
        let brought = returned(&app, provider, "grace", None).await;

        let missing = finish(&app, &brought, json!({})).await;
        assert_eq!(missing.status, StatusCode::UNAUTHORIZED);
        assert_eq!(missing.code(), "totp_required");
        let wrong = finish(&app, &brought, json!({ "totp": "AAAAA-AAAAA" })).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{}", wrong.text);
        assert!(reasons(&app, "authn_identity_linked").await.is_empty());

        let code = json!({ "totp": phone.code(&app) });
        person(&finish(&app, &brought, code).await);
        assert_eq!(reasons(&app, "authn_identity_linked").await, [provider]);
    }
}
