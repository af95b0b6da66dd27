//! Values that have broken programs before, in every field of every body and query.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use serde_json::{Value, json};
use tests::{Reply, TestApp};

use super::{REGISTER, is_refusal};

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
    let messages = format!("/api/sessions/{session}/messages");
    let session = format!("/api/sessions/{session}");
    let requests = format!("{session}/reschedule-requests");
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
            "action reason notes mentor_notes meeting_link proposed_times",
        ),
        (mentor, Method::POST, &requests, "proposed_times reason"),
        (mentee, Method::POST, &messages, "content message_type"),
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
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let messages = format!("/api/sessions/{session}/messages");
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
        ("/api/messages", "limit cursor"),
        (messages.as_str(), "limit cursor sort"),
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
