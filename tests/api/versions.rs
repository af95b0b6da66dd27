//! Changes of people, topics and offerings that are meant for one version, and what is made only once.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

async fn make(app: &TestApp, actor: UserId, path: &str, body: &Value, key: &str) -> Reply {
    let call = app.call(Method::POST, path).by(actor).await;
    call.header("idempotency-key", key).json(body).send().await
}

async fn change(
    app: &TestApp,
    actor: UserId,
    (method, path): (Method, &str),
    body: &Value,
    version: &str,
) -> Reply {
    let call = app.call(method, path).by(actor).await;
    call.header("if-match", version).json(body).send().await
}

#[tokio::test]
async fn accounts_topics_and_offerings_are_made_once_per_key() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let person = json!({
        "email": "grace@example.com", "role": "mentor", "first_name": "Grace", "last_name": "Hopper", "timezone": "UTC",
    });
    let offering = json!({ "topic": "Hiring", "title": "x", "duration_minutes": 30, "price": 0, "currency": "EUR" });
    let offerings = format!("/api/mentors/{mentor}/offerings");
    for (actor, path, body) in [
        (admin, "/api/users", person),
        (mentor, "/api/topics", json!({ "name": "Space law" })),
        (mentor, offerings.as_str(), offering),
    ] {
        let first = make(&app, actor, path, &body, "once-and-no-more").await;
        let again = make(&app, actor, path, &body, "once-and-no-more").await;

        assert_eq!(first.status, StatusCode::CREATED, "{path}: {}", first.text);
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(again.header("idempotency-replayed"), "true");
    }
    let (_, own) = app.get_as(mentor, &offerings).await;
    assert_eq!(own["data"].as_array().unwrap().len(), 1);
    let invited = app.outbox().await;
    assert_eq!(invited.len(), 1, "one mail: {invited:?}");
}

#[tokio::test]
async fn a_stale_change_changes_nothing() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let offering = json!({ "topic": "Space law", "title": "x", "duration_minutes": 30, "price": 0, "currency": "EUR" });
    let (_, made) = app
        .post_as(
            mentor,
            &format!("/api/mentors/{mentor}/offerings"),
            &offering,
        )
        .await;
    let of = |value: &Value| value.as_str().unwrap().to_owned();
    let one = format!(
        "/api/mentors/{mentor}/offerings/{}",
        of(&made["data"]["id"])
    );
    let topic = format!("/api/topics/{}", of(&made["data"]["topic"]["id"]));
    let person = format!("/api/users/{mentor}");

    for (actor, method, path, body, version) in [
        (
            mentor,
            Method::PATCH,
            one.as_str(),
            json!({ "title": "y" }),
            1,
        ),
        (
            admin,
            Method::PATCH,
            topic.as_str(),
            json!({ "name": "Law of space" }),
            1,
        ),
        (
            admin,
            Method::PATCH,
            person.as_str(),
            json!({ "bio": "Hi" }),
            1,
        ),
        (
            mentor,
            Method::PUT,
            "/api/users/me/privacy",
            json!({ "listed": true }),
            2,
        ),
        (
            mentor,
            Method::PATCH,
            "/api/users/me",
            json!({ "bio": "Ho" }),
            3,
        ),
    ] {
        let tag = format!("\"{version}\"");
        let fresh = change(&app, actor, (method.clone(), path), &body, &tag).await;
        assert_eq!(fresh.status, StatusCode::OK, "{path}: {}", fresh.text);
        assert_eq!(
            fresh.header("etag"),
            format!("\"{}\"", version + 1),
            "{path}"
        );
        let stale = change(&app, actor, (method, path), &body, &tag).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{path}");
        assert_eq!(stale.code(), "stale_version");
    }
    let seen = app.ask(Some(admin), Method::GET, &person, None).await;
    assert_eq!(seen.header("etag"), "\"4\"");
}
