//! Which addresses have an account is told nobody: not by status, body or headers, nor by the work behind them.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, Reply, TestApp};

/// An answer and the hashes it took.
struct Seen {
    reply: Reply,
    hashes: u64,
}

async fn see(app: &TestApp, path: &str, body: &Value) -> Seen {
    let before = app.hashes_done().await;
    let reply = app.ask(None, Method::POST, path, Some(body)).await;
    Seen {
        hashes: app.hashes_done().await - before,
        reply,
    }
}

fn assert_alike(one: &Seen, other: &Seen, what: &str) {
    assert_eq!(one.reply.status, other.reply.status, "{what}");
    assert_eq!(one.reply.text, other.reply.text, "{what}");
    assert_eq!(one.reply.cost, other.reply.cost, "{what}");
    assert_eq!(one.hashes, other.hashes, "{what}");
    let headers = |seen: &Seen| {
        let all = seen.reply.headers.iter();
        // What says how often one may still ask counts down with every request.
        let fixed = all.filter(|(name, _)| *name != "x-request-id" && *name != "ratelimit");
        let mut fixed: Vec<_> = fixed
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        fixed.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        fixed
    };
    assert_eq!(headers(one), headers(other), "{what}");
    assert_eq!(
        one.reply.headers.contains_key("ratelimit"),
        other.reply.headers.contains_key("ratelimit")
    );
}

#[tokio::test]
async fn a_sign_in_that_fails_looks_the_same_for_every_reason() {
    let app = TestApp::whole().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    app.given_account_without_password("oauth@example.com")
        .await;
    let shut_out = app.given_account("eve@example.com", Role::Mentee).await;
    app.given_suspension(shut_out).await;
    let log_in = async |email: &str, password: &str| {
        see(
            &app,
            "/api/auth/login",
            &json!({ "email": email, "password": password }),
        )
        .await
    };

    let wrong = log_in("ada@example.com", "Wrong-Passw0rd!").await;

    assert_eq!(
        (wrong.reply.status, wrong.reply.code()),
        (StatusCode::UNAUTHORIZED, "bad_credentials")
    );
    assert_eq!(wrong.hashes, 1);
    for (email, password) in [
        ("nobody@example.com", ACCOUNT_PASSWORD),
        ("oauth@example.com", ACCOUNT_PASSWORD),
        ("eve@example.com", "Wrong-Passw0rd!"),
        ("eve@example.com", ACCOUNT_PASSWORD),
    ] {
        assert_alike(&wrong, &log_in(email, password).await, email);
    }
    let audited = app.told().await;
    assert_eq!(
        audited,
        [
            "wrong_password",
            "unknown_address",
            "no_password",
            "wrong_password",
            "suspended"
        ]
        .map(|reason| format!("authn_login_fail: {reason}"))
    );
}

#[tokio::test]
async fn the_tenth_failure_looks_the_same_too() {
    let app = TestApp::whole().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    let mut tenth = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        let body = json!({ "email": email, "password": "Wrong-Passw0rd!" });
        for _ in 0..9 {
            see(&app, "/api/auth/login", &body).await;
        }
        tenth.push(see(&app, "/api/auth/login", &body).await);
    }
    assert_alike(&tenth[0], &tenth[1], "the tenth");
    let promised = app.outbox().await;
    assert_eq!(promised[0]["type"], "user.sign_ins_failed");
    assert_eq!(
        promised[1],
        json!({ "type": "user.sign_ins_failed", "user_id": null })
    );
}

#[tokio::test]
async fn a_registration_looks_the_same_for_known_and_unknown_addresses() {
    let app = TestApp::whole().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    for role in ["mentor", "mentee"] {
        let register = async |email: &str| {
            let body = json!({
                "email": email, "password": "Quite-An0ther-One!", "role": role,
                "first_name": "Grace", "last_name": "Hopper", "timezone": "UTC",
            });
            see(&app, "/api/auth/register", &body).await
        };
        let known = register("ada@example.com").await;
        let unknown = register(&format!("{role}@example.com")).await;
        assert_eq!(
            (known.reply.status, known.hashes),
            (StatusCode::ACCEPTED, 1)
        );
        assert_alike(&known, &unknown, role);
    }
}

#[tokio::test]
async fn a_forgotten_password_looks_the_same_for_known_and_unknown_addresses() {
    let app = TestApp::whole().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    let forgot = async |email: &str| {
        see(
            &app,
            "/api/auth/password/forgot",
            &json!({ "email": email }),
        )
        .await
    };

    let known = forgot("ada@example.com").await;
    let unknown = forgot("nobody@example.com").await;

    assert_eq!(
        (known.reply.status, known.hashes),
        (StatusCode::ACCEPTED, 0)
    );
    assert_alike(&known, &unknown, "forgot");
    let promised = app.outbox().await;
    assert_eq!(promised.len(), 2, "both leave an event");
    assert_eq!(
        promised[1],
        json!({ "type": "user.password_reset_requested", "user_id": null })
    );
}
