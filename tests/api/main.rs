//! The API as its clients meet it: real routes, real walls, a real database, no network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests say what they expect by unwrapping it"
)]

mod access;
mod account;
mod admin;
mod admin_users;
mod airtable;
mod analytics;
mod api_keys;
mod assignment;
mod audit;
mod auth;
mod booking;
mod cost;
mod delivery;
mod development;
mod devices;
mod email_change;
mod enumeration;
mod feedback;
mod first_admin;
mod idempotency;
mod if_match;
mod input;
mod inventory;
mod keys;
mod lambda;
mod limits;
mod matching;
mod meaning;
mod mentoring;
mod mentors;
mod messages;
mod notifications;
mod oauth;
mod offered;
mod offerings;
mod openapi;
mod password;
mod payments;
mod people;
mod phone;
mod privacy;
mod privacy_settings;
mod profile_ranges;
mod questions;
mod refresh;
mod reminders;
mod reports;
mod search;
mod search_plans;
mod search_walks;
mod sessions;
mod similarity;
mod slots;
mod standing;
mod storms;
mod throttling;
mod tokens;
mod topic_merge;
mod topics;
mod totp;
mod users;
mod versions;
mod vetting;
mod walls;
mod worker;

use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

/// What a mentee sends to book an hour.
fn booking(mentor: UserId, at: &str) -> Value {
    json!({ "mentor_id": mentor, "scheduled_at": at })
}

/// Books an hour.
async fn book(app: &TestApp, mentee: UserId, mentor: UserId, at: &str) -> Reply {
    let body = booking(mentor, at);
    app.ask(
        Some(mentee),
        http::Method::POST,
        "/api/sessions",
        Some(&body),
    )
    .await
}

/// The starts of the slots that somebody is shown.
async fn starts(app: &TestApp, actor: Option<UserId>, mentor: UserId, query: &str) -> Vec<String> {
    let path = format!("/api/mentors/{mentor}/slots?{query}");
    let reply = app.ask(actor, http::Method::GET, &path, None).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    texts(reply.data(), "starts_at")
}

/// One field of every entry of a list.
fn texts(list: &Value, field: &str) -> Vec<String> {
    let entries = list.as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry[field].as_str().unwrap().to_owned())
        .collect()
}
