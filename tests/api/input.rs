//! Bad input: always refused in the envelope, never a 5xx.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{Reply, TestApp};

const REGISTER: &str = "/api/auth/register";

fn is_refusal(reply: &Reply) -> bool {
    let error = &reply.body["errors"][0];
    reply.body["success"] == false
        && reply.body["data"].is_null()
        && reply.body["message"].is_string()
        && error["code"].is_string()
        && error["message"].is_string()
}

#[tokio::test]
async fn an_unknown_address_is_404_in_the_envelope() {
    let app = TestApp::whole().await;
    for path in [
        "/",
        "/api",
        "/api/",
        "/api/nothing",
        "/api/users/me/",
        "/api//users/me",
        "/%00",
        "/api/users/%ff",
    ] {
        let reply = app.ask(None, Method::GET, path, None).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(is_refusal(&reply), "{path}: {}", reply.text);
        assert_eq!(reply.code(), "unknown_route");
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_and_names_the_right_ones() {
    let app = TestApp::whole().await;
    for (method, path, allow) in [
        (Method::DELETE, "/api/users/me", "GET,HEAD,PATCH"),
        (Method::GET, "/api/auth/login", "POST"),
        (Method::TRACE, "/api/sessions", "GET,HEAD,POST"),
        (Method::PUT, "/api/health", "GET,HEAD"),
    ] {
        let reply = app.ask(None, method, path, None).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(is_refusal(&reply));
        assert_eq!(reply.code(), "method_not_allowed");
        let mut named: Vec<_> = reply.header("allow").split(',').map(str::trim).collect();
        named.sort_unstable();
        assert_eq!(named.join(","), allow, "{path}");
    }
}

#[tokio::test]
async fn a_body_larger_than_a_mebibyte_is_413() {
    let app = TestApp::whole().await;
    let send = async |length: usize| {
        let body = format!("{{\"email\": \"{}\"}}", "x".repeat(length));
        app.call(Method::POST, REGISTER)
            .body("application/json", body)
            .send()
            .await
    };
    let fits = send(1024 * 1024 - 13).await;
    assert_eq!(fits.status, StatusCode::BAD_REQUEST);
    let too_large = send(1024 * 1024 - 12).await;
    assert_eq!(too_large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(is_refusal(&too_large));
    assert_eq!(too_large.code(), "body_too_large");
}

#[tokio::test]
async fn a_body_that_is_not_sent_as_json_is_415() {
    let app = TestApp::whole().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "multipart/form-data; boundary=x",
        "",
    ] {
        let reply = app
            .call(Method::POST, REGISTER)
            .body(kind, "{}")
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        assert!(is_refusal(&reply));
        assert_eq!(reply.code(), "unsupported_media_type");
    }
    let reply = app.call(Method::POST, REGISTER).send().await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let reply = app
        .call(Method::POST, REGISTER)
        .body("Application/JSON; charset=utf-8", "{}")
        .send()
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn json_that_is_not_good_json_is_refused() {
    let app = TestApp::whole().await;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let long = format!("{{\"a\": [{}1]}}", "1,".repeat(600));
    for body in [
        &b""[..],
        b"{",
        b"nonsense",
        b"{} {}",
        b"{\"a\":1,\"a\":2}",
        b"\"\\u0000\"",
        b"\"\\ud800\"",
        b"\xff\xfe",
        b"{\"a\":1e999}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
        long.as_bytes(),
    ] {
        let reply = app
            .call(Method::POST, REGISTER)
            .body("application/json", body)
            .send()
            .await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{shown}");
        assert!(is_refusal(&reply));
        assert_eq!(reply.code(), "malformed_json", "{shown}");
    }
    for body in ["null", "[]", "1", "\"x\"", "true"] {
        let reply = app
            .call(Method::POST, REGISTER)
            .body("application/json", body)
            .send()
            .await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::BAD_REQUEST, "wrong_type"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_400() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    for path in [
        "/api/sessions/1",
        "/api/mentors/me/slots",
        "/api/matching/explain/%F0%9F%98%80",
        "/api/sessions/%00",
    ] {
        let reply = app.ask(Some(mentee), Method::GET, path, None).await;
        assert_eq!(
            reply.status,
            StatusCode::BAD_REQUEST,
            "{path}: {}",
            reply.text
        );
        assert_eq!(reply.code(), "invalid_id");
    }
}

/// Values that have broken programs before.
fn extremes() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("\u{1}"),
        json!("\u{202e}abc"),
        json!("👩‍🚀".repeat(300)),
        json!("x".repeat(20_000)),
        json!("' OR 1=1 --"),
        json!("{{7*7}}"),
        json!("0001-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("2026-03-03T10:00:60Z"),
        json!("2199-12-31T00:00:00Z"),
        json!("1970-01-01T00:00:00Z"),
        json!("9999-12-31"),
        json!("-9999-01-01"),
        json!("24:00"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("ffffffff-ffff-ffff-ffff-ffffffffffff"),
        json!([]),
        json!([null]),
        json!([[]]),
        json!(["a", "a"]),
        json!({}),
        json!({ "every_n_weeks": -1 }),
        json!({ "$gt": "" }),
    ]
}

/// Strange values in every field of every body.
#[tokio::test]
async fn nothing_makes_the_platform_stumble() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let hours = format!("/api/mentors/{mentor}/availability");
    let session = format!("/api/sessions/{session}");
    let bodies = [
        (
            mentor,
            Method::PATCH,
            "/api/users/me",
            "first_name bio stages industries languages years_experience accepting hourly_rate timezone profile_picture_url",
        ),
        (
            mentor,
            Method::POST,
            &hours,
            "kind day_of_week start_time end_time timezone is_recurring recurrence valid_from valid_until",
        ),
        (
            mentee,
            Method::POST,
            "/api/sessions",
            "mentor_id scheduled_at duration_minutes topic mentee_notes match_id",
        ),
        (
            mentor,
            Method::PUT,
            &session,
            "action reason notes mentor_notes meeting_link",
        ),
        (
            mentee,
            Method::POST,
            "/api/matching/match",
            "mentee_id topic need limit program",
        ),
        (mentee, Method::POST, "/api/auth/login", "email password"),
        (mentee, Method::POST, "/api/auth/refresh", "refresh_token"),
        (mentee, Method::POST, "/api/auth/email/verify", "token"),
        (
            mentee,
            Method::POST,
            REGISTER,
            "email password role first_name last_name timezone",
        ),
    ];
    let whole = [
        json!({ "mentor_id": mentor, "scheduled_at": "2026-03-04T10:00:00Z" }),
        json!({ "timezone": "UTC", "day_of_week": 1, "start_time": "09:00", "end_time": "10:00" }),
        json!({ "email": "a@example.com", "password": "Demo-Passw0rd!" }),
    ];
    for (actor, method, path, fields) in bodies {
        for field in fields.split(' ') {
            for value in &extremes() {
                for base in std::iter::once(&json!({})).chain(&whole) {
                    let mut body = base.clone();
                    body.as_object_mut()
                        .unwrap()
                        .insert(field.to_owned(), value.clone());
                    let known: Vec<&str> = fields.split(' ').collect();
                    let fits = body
                        .as_object()
                        .unwrap()
                        .keys()
                        .all(|key| known.contains(&key.as_str()));
                    if !fits {
                        continue;
                    }
                    let reply = app
                        .ask(Some(actor), method.clone(), path, Some(&body))
                        .await;
                    assert_sane(&reply, path, &body);
                }
            }
        }
    }
}

#[tokio::test]
async fn no_query_makes_the_platform_stumble() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let slots = format!("/api/mentors/{mentor}/slots");
    let cursor = |micros: i64| {
        let mut bytes = micros.to_be_bytes().to_vec();
        bytes.extend([0xff; 16]);
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let year = 31_556_952_000_000_i64;
    let cursors = [
        i64::MIN,
        i64::MAX,
        0,
        -year * 9000,
        -year * 6800,
        year * 7900,
        year * 8200,
    ]
    .map(cursor);
    let values = [
        "",
        "%00",
        "%ff",
        "-1",
        "0",
        "1e3",
        "99999999999999999999",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "2199-12-31T23:59:59Z",
        "2026-03-03T10:00:00%2B01:00",
        "2026-03-03T10:00:00.123456789Z",
        "00000000-0000-0000-0000-000000000000",
        "UTC",
        "'%3B%20DROP%20TABLE%20users",
        "%F0%9F%98%80",
    ];
    for (path, fields) in [
        (slots.as_str(), "from to duration_minutes timezone"),
        (
            "/api/sessions",
            "status from to role mentor_id mentee_id limit cursor sort",
        ),
        ("/api/mentors", "limit cursor"),
    ] {
        for field in fields.split(' ') {
            for value in values.into_iter().chain(cursors.iter().map(String::as_str)) {
                let path = format!("{path}?{field}={value}");
                let reply = app.ask(Some(mentee), Method::GET, &path, None).await;
                assert_sane(&reply, &path, &Value::Null);
            }
        }
    }
}

fn assert_sane(reply: &Reply, path: &str, body: &Value) {
    assert!(reply.status.as_u16() < 500, "{path} {body}: {}", reply.text);
    assert!(
        reply.status.is_success() || is_refusal(reply),
        "{path} {body}: {}",
        reply.text
    );
}
