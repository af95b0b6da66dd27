//! API keys: another system acts for an admin, within its scopes.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::api_key::AREAS;
use shared::domain::id::UserId;
use shared::domain::user::Role;
use shared::http::RequestCost;
use tests::{Reply, Setup, TestApp, api};

const KEYS: &str = "/api/auth/api-keys";

async fn made(app: &TestApp, admin: UserId, body: Value) -> Reply {
    let reply = app.ask(Some(admin), Method::POST, KEYS, Some(&body)).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply
}

/// A key with these scopes.
async fn key(app: &TestApp, admin: UserId, scopes: &[&str]) -> String {
    let reply = made(app, admin, json!({ "name": "Reports", "scopes": scopes })).await;
    reply.data()["key"].as_str().unwrap().to_owned()
}

async fn with_key(app: &TestApp, key: &str, method: Method, path: &str) -> Reply {
    app.call(method, path).bearer(key).send().await
}

#[tokio::test]
async fn an_admin_makes_a_key_that_is_shown_once() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let body = json!({ "name": " Reports ", "scopes": ["users:read", "sessions:read"], "expires_at": "2026-04-01T00:00:00Z" });

    let reply = made(&app, admin, body).await;

    let key = reply.data()["key"].as_str().unwrap().to_owned();
    let id = reply.data()["id"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 46);
    assert_eq!(reply.header("location"), format!("{KEYS}/{id}"));
    assert_eq!(reply.data()["prefix"], key[..11]);
    let (status, shown) = app.get_as(admin, &format!("{KEYS}/{id}")).await;
    assert_eq!(status, StatusCode::OK);
    let expected = json!({
        "id": id, "name": "Reports", "prefix": key[..11], "scopes": ["users:read", "sessions:read"],
        "created_by": admin, "created_at": shown["data"]["created_at"], "expires_at": "2026-04-01T00:00:00Z",
        "last_used_at": null, "revoked_at": null,
    });
    assert_eq!(shown["data"], expected);
    let (_, list) = app.get_as(admin, KEYS).await;
    assert_eq!(list["data"], json!([expected]));
    assert_eq!(app.told().await, [format!("authn_token_created: {id}")]);
}

#[tokio::test]
async fn a_key_acts_as_its_maker_within_its_scopes() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let reader = key(&app, admin, &["users:read"]).await;

    let me = with_key(&app, &reader, Method::GET, "/api/users/me").await;
    assert_eq!(me.status, StatusCode::OK);
    assert_eq!(me.data()["id"], admin.to_string());

    for (method, path) in [
        (Method::PATCH, "/api/users/me"),
        (Method::GET, "/api/sessions"),
        (Method::GET, "/api/mentors"),
        (Method::POST, "/api/matching/match"),
    ] {
        let refused = with_key(&app, &reader, method, path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(refused.code(), "insufficient_scope");
    }
}

#[tokio::test]
async fn no_key_makes_keys_or_logins() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let scopes: Vec<String> = AREAS
        .iter()
        .flat_map(|area| [format!("{area}:read"), format!("{area}:write")])
        .collect();
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let mighty = key(&app, admin, &scopes).await;

    for (method, path) in [
        (Method::GET, KEYS),
        (Method::POST, KEYS),
        (Method::POST, "/api/auth/logout"),
        (Method::POST, "/api/auth/login"),
        (Method::GET, "/api/auth/oauth/github"),
    ] {
        let refused = with_key(&app, &mighty, method, path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(refused.code(), "insufficient_scope");
    }
}

#[tokio::test]
async fn no_key_makes_admins() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let writer = key(&app, admin, &["users:write"]).await;
    let send = async |method, path: &str, body: Value| {
        let call = app.call(method, path).bearer(&writer);
        call.json(&body).send().await
    };

    let role = json!({ "role": "admin", "reason": "a friend" });
    let changed = send(Method::PUT, &format!("/api/users/{mentee}/role"), role).await;
    assert_eq!(changed.code(), "insufficient_scope");

    let mut person = json!({
        "email": "eve@example.com", "role": "admin", "first_name": "Eve", "last_name": "Doe", "timezone": "UTC",
    });
    let made = send(Method::POST, "/api/users", person.clone()).await;
    assert_eq!(made.code(), "insufficient_scope");
    person["role"] = json!("mentee");
    let made = send(Method::POST, "/api/users", person).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
}

#[tokio::test]
async fn a_key_ends_by_time_by_hand_and_with_its_maker() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let other = app.given_admin().await;
    let body =
        json!({ "name": "Short", "scopes": ["users:read"], "expires_at": "2026-03-02T09:00:00Z" });
    let reply = made(&app, other, body).await;
    let short = reply.data()["key"].as_str().unwrap().to_owned();
    let reply = made(
        &app,
        other,
        json!({ "name": "Long", "scopes": ["users:read"] }),
    )
    .await;
    let long = reply.data()["key"].as_str().unwrap().to_owned();
    let id = reply.data()["id"].as_str().unwrap().to_owned();
    let third = key(&app, other, &["users:read"]).await;
    let status = async |key: &str| {
        with_key(&app, key, Method::GET, "/api/users/me")
            .await
            .status
    };
    assert_eq!(status(&short).await, StatusCode::OK);

    app.at("2026-03-02T09:00:00Z");
    assert_eq!(status(&short).await, StatusCode::UNAUTHORIZED);

    assert_eq!(status(&long).await, StatusCode::OK);
    let path = format!("{KEYS}/{id}");
    let (revoked, _) = app.delete_as(admin, &path).await;
    assert_eq!(revoked, StatusCode::NO_CONTENT);
    assert_eq!(status(&long).await, StatusCode::UNAUTHORIZED);
    let (again, _) = app.delete_as(admin, &path).await;
    assert_eq!(again, StatusCode::NOT_FOUND);
    let last = app.told().await.pop().unwrap();
    assert_eq!(last, format!("authn_token_revoked: {id}"));

    assert_eq!(status(&third).await, StatusCode::OK);
    app.given_suspension(other).await;
    assert_eq!(status(&third).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_key_that_died_with_its_maker_stays_dead() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let maker = app.given_admin().await;
    let put = async |what: &str, value: &str| {
        let body = json!({ what: value, "reason": "a test" });
        let path = format!("/api/users/{maker}/{what}");
        let (status, answer) = app.put_as(admin, &path, &body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    };
    let me = async |key: &str| {
        let reply = with_key(&app, key, Method::GET, "/api/users/me").await;
        reply.status
    };

    for (what, away, back) in [
        ("role", "mentee", "admin"),
        ("status", "suspended", "active"),
    ] {
        app.given_login(maker, Role::Admin).await;
        let key = key(&app, maker, &["users:read"]).await;
        assert_eq!(me(&key).await, StatusCode::OK);
        put(what, away).await;
        assert_eq!(me(&key).await, StatusCode::UNAUTHORIZED, "{what}");
        put(what, back).await;
        assert_eq!(me(&key).await, StatusCode::UNAUTHORIZED, "{what}");
    }
}

#[tokio::test]
async fn a_bad_key_names_everything_that_is_wrong() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let refused = async |body: Value| app.ask(Some(admin), Method::POST, KEYS, Some(&body)).await;

    let unknown = refused(json!({ "name": "", "scopes": ["auth:write"] })).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        unknown.problems(),
        [("name", "too_short"), ("scopes[0]", "unknown_value")]
    );
    assert!(unknown.text.contains("sessions:read, sessions:write"));

    let useless =
        refused(json!({ "name": "x", "scopes": [], "expires_at": "2026-03-02T07:59:59Z" })).await;
    assert_eq!(
        useless.problems(),
        [
            ("expires_at", "expiry_in_the_past"),
            ("scopes", "scope_required")
        ]
    );
    let twice = refused(json!({ "name": "x", "scopes": ["users:read", "users:read"] })).await;
    assert_eq!(twice.problems(), [("scopes", "repeated_entry")]);
}

#[tokio::test]
async fn only_admins_see_make_and_revoke_keys() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let reply = made(
        &app,
        admin,
        json!({ "name": "x", "scopes": ["users:read"] }),
    )
    .await;
    let path = format!("{KEYS}/{}", reply.data()["id"].as_str().unwrap());
    let mentor = app.given_mentor().await;

    for (method, path) in [
        (Method::GET, KEYS),
        (Method::POST, KEYS),
        (Method::GET, path.as_str()),
        (Method::DELETE, path.as_str()),
    ] {
        let body = json!({ "name": "x", "scopes": ["users:read"] });
        let body = (method == Method::POST).then_some(&body);
        let stranger = app.ask(None, method.clone(), path, body).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        let refused = app.ask(Some(mentor), method.clone(), path, body).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    let missing = format!("{KEYS}/{}", uuid::Uuid::nil());
    for method in [Method::GET, Method::DELETE] {
        let reply = app.ask(Some(admin), method, &missing, None).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_last_use_is_noted_once_a_minute_in_the_statement_that_reads_the_key() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let reply = made(
        &app,
        admin,
        json!({ "name": "x", "scopes": ["users:read"] }),
    )
    .await;
    let path = format!("{KEYS}/{}", reply.data()["id"].as_str().unwrap());
    let key = reply.data()["key"].as_str().unwrap().to_owned();
    let last_used = async || {
        let (_, shown) = app.get_as(admin, &path).await;
        shown["data"]["last_used_at"].as_str().unwrap_or_default()[..16].to_owned()
    };
    let used = async || {
        let reply = with_key(&app, &key, Method::GET, "/api/users/me").await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(
            reply.cost,
            RequestCost {
                statements: 2,
                round_trips: 2
            }
        );
    };

    used().await;
    assert_eq!(last_used().await, "2026-03-02T08:00");
    app.at("2026-03-02T08:00:30Z");
    used().await;
    assert_eq!(last_used().await, "2026-03-02T08:00");
    app.at("2026-03-02T08:01:30Z");
    used().await;
    assert_eq!(last_used().await, "2026-03-02T08:01");
}

#[tokio::test]
async fn a_key_is_counted_by_itself_and_invented_ones_by_their_address() {
    let setup = Setup {
        rate_limit_scale: 1,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let admin = app.given_admin().await;
    let first = key(&app, admin, &["users:read"]).await;
    let second = key(&app, admin, &["users:read"]).await;
    let left = |reply: &Reply| {
        let state = reply.header("ratelimit").to_owned();
        let (_, rest) = state.split_once("r=").unwrap();
        rest.split(';').next().unwrap().parse::<u32>().unwrap()
    };
    let me = async |key: &str| with_key(&app, key, Method::GET, "/api/users/me").await;

    let one = left(&me(&first).await);
    assert_eq!(left(&me(&first).await), one - 1);
    assert_eq!(left(&me(&second).await), one);

    let invented = left(&me("oh_invented").await);
    let other = me("oh_invented_as_well").await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
    assert_eq!(left(&other), invented - 1);
}

#[tokio::test]
async fn keys_are_listed_page_by_page_the_newest_first() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    for minute in 0..5 {
        app.at(&format!("2026-03-02T08:0{minute}:00Z"));
        made(
            &app,
            admin,
            json!({ "name": format!("{minute}"), "scopes": ["users:read"] }),
        )
        .await;
    }
    let mut names = Vec::new();
    let mut path = format!("{KEYS}?limit=2");
    loop {
        let (_, page) = app.get_as(admin, &path).await;
        names.extend(crate::texts(&page["data"], "name"));
        let Some(next) = page["meta"]["next_cursor"].as_str() else {
            break;
        };
        path = format!("{KEYS}?limit=2&cursor={next}");
    }
    assert_eq!(names, ["4", "3", "2", "1", "0"]);
}

#[tokio::test]
async fn who_knocks_at_a_closed_door_is_noted_once_a_minute() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let admin = app.given_admin().await;
    let reader = key(&app, admin, &["users:read"]).await;

    for _ in 0..3 {
        let knock = app.ask(Some(mentor), Method::GET, KEYS, None).await;
        assert_eq!(knock.status, StatusCode::FORBIDDEN);
        assert_eq!(
            knock.cost,
            RequestCost {
                statements: 1,
                round_trips: 1
            }
        );
        with_key(&app, &reader, Method::GET, "/api/sessions").await;
    }
    app.call(Method::GET, KEYS)
        .bearer("forged.token.here")
        .send()
        .await;

    let denied: Vec<_> = app
        .audit_log()
        .await
        .into_iter()
        .filter(|[action, ..]| action == "authz_fail")
        .map(|[_, _, reason]| reason)
        .collect();
    assert_eq!(denied, ["GET /api/auth/api-keys", "GET /api/sessions"]);
}

#[test]
fn scopes_cover_exactly_the_areas_of_the_contract() {
    let document = api().split_for_parts().1;
    let mut areas: BTreeSet<&str> = document
        .paths
        .paths
        .keys()
        .map(|path| path.split('/').nth(2).unwrap())
        .collect();
    // A key acts for an admin, and no admin is one of the two who write to each other. What calls us by itself is signed.
    for not_for_keys in [
        "auth",
        "messages",
        "webhooks",
        "health",
        "docs",
        "openapi.json",
    ] {
        areas.remove(not_for_keys);
    }
    assert_eq!(areas, AREAS.iter().copied().collect());
}
