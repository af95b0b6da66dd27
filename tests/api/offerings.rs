//! Offerings: what kind of session a mentor gives, how long, at what price.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

use crate::texts;

fn path(mentor: UserId) -> String {
    format!("/api/mentors/{mentor}/offerings")
}

fn review() -> Value {
    json!({ "topic": "Pricing", "title": "Pricing review", "duration_minutes": 90, "price": 4500, "currency": "EUR" })
}

async fn offer(app: &TestApp, mentor: UserId, body: &Value) -> Reply {
    app.ask(Some(mentor), Method::POST, &path(mentor), Some(body))
        .await
}

#[tokio::test]
async fn a_mentor_offers_changes_and_removes_a_kind_of_session() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;

    let made = offer(&app, mentor, &review()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let one = format!("{}/{}", path(mentor), made.data()["id"].as_str().unwrap());
    assert_eq!(made.header("location"), one);
    insta::assert_json_snapshot!(made.data(), {
        ".id" => "[id]", ".mentor_id" => "[mentor]", ".topic.id" => "[topic]", ".created_at" => "[now]",
        ".updated_at" => "[now]"
    }, @r#"
    {
      "active": true,
      "created_at": "[now]",
      "currency": "EUR",
      "description": null,
      "duration_minutes": 90,
      "id": "[id]",
      "mentor_id": "[mentor]",
      "price": 4500,
      "title": "Pricing review",
      "topic": {
        "id": "[topic]",
        "name": "Pricing"
      },
      "updated_at": "[now]",
      "version": 1
    }
    "#);

    let change = json!({ "topic": "Space law", "description": "Bring your numbers.", "price": 0, "active": false });
    let (status, changed) = app.patch_as(mentor, &one, &change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    let data = &changed["data"];
    assert_eq!(
        (&data["topic"]["name"], &data["version"]),
        (&json!("Space law"), &json!(2))
    );
    assert_eq!(
        (&data["title"], &data["price"]),
        (&json!("Pricing review"), &json!(0))
    );
    let (_, own) = app.get_as(mentor, &path(mentor)).await;
    assert_eq!(own["data"], json!([data]));

    assert_eq!(app.delete_as(mentor, &one).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.delete_as(mentor, &one).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        app.patch_as(mentor, &one, &change).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn everybody_sees_what_can_be_booked_of_mentors_who_appear() {
    let app = TestApp::whole().await;
    let (mentor, admin) = (app.given_mentor().await, app.given_admin().await);
    offer(&app, mentor, &review()).await;
    let mut paused = review();
    paused["active"] = json!(false);
    offer(&app, mentor, &paused).await;
    let mentee = app.given_mentee().await;
    let count = async |actor: Option<UserId>| {
        let reply = app.ask(actor, Method::GET, &path(mentor), None).await;
        reply.data().as_array().unwrap().len()
    };

    assert_eq!(count(None).await, 1);
    assert_eq!(count(Some(mentee)).await, 1);
    assert_eq!(count(Some(mentor)).await, 2);
    assert_eq!(count(Some(admin)).await, 2);

    let hidden = app.given_unapproved_mentor().await;
    assert_eq!(
        offer(&app, hidden, &review()).await.status,
        StatusCode::CREATED
    );
    assert_eq!(app.get(&path(hidden)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get_as(hidden, &path(hidden)).await.0, StatusCode::OK);
    assert_eq!(
        app.get_as(admin, &path(mentee)).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn everything_wrong_with_an_offering_is_named_at_once() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let wrong = json!({
        "topic": "x", "title": "", "duration_minutes": 29, "price": -1, "currency": "euro", "active": 1, "version": 2,
        "mentor_id": mentor, "description": "x".repeat(1001),
    });
    assert_eq!(
        offer(&app, mentor, &wrong).await.problems(),
        [
            ("active", "wrong_type"),
            ("currency", "invalid_currency"),
            ("description", "too_long"),
            ("duration_minutes", "out_of_range"),
            ("mentor_id", "unknown_field"),
            ("price", "out_of_range"),
            ("title", "too_short"),
            ("topic", "too_short"),
            ("version", "unknown_field"),
        ]
    );
    for (field, value, problem) in [
        (
            "duration_minutes",
            json!(181),
            ("duration_minutes", "out_of_range"),
        ),
        (
            "topic_id",
            json!(app.clock.id::<UserId>()),
            ("topic", "topic_named_twice"),
        ),
        ("topic", json!(null), ("topic", "wrong_type")),
    ] {
        let mut body = review();
        body[field] = value;
        assert_eq!(offer(&app, mentor, &body).await.problems(), [problem]);
    }
    let mut nameless = review();
    nameless.as_object_mut().unwrap().remove("topic");
    assert_eq!(
        offer(&app, mentor, &nameless).await.problems(),
        [("topic_id", "missing_field")]
    );
    nameless["topic_id"] = json!(app.clock.id::<UserId>());
    assert_eq!(
        offer(&app, mentor, &nameless).await.problems(),
        [("topic_id", "unknown_topic")]
    );
}

#[tokio::test]
async fn a_mentor_has_at_most_fifty_even_if_two_come_at_once() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    for _ in 0..49 {
        assert_eq!(
            offer(&app, mentor, &review()).await.status,
            StatusCode::CREATED
        );
    }
    let body = review();
    let (one, other) = futures_util::join!(offer(&app, mentor, &body), offer(&app, mentor, &body));
    let mut results = [one.status, other.status];
    results.sort();
    assert_eq!(results, [StatusCode::CREATED, StatusCode::CONFLICT]);
    let (_, own) = app.get_as(mentor, &path(mentor)).await;
    assert_eq!(texts(&own["data"], "id").len(), 50);
    assert_eq!(
        offer(&app, mentor, &body).await.code(),
        "too_many_offerings"
    );
}

#[tokio::test]
async fn offerings_are_their_mentors_own() {
    let app = TestApp::whole().await;
    let (mentor, other) = (app.given_mentor().await, app.given_mentor().await);
    let made = offer(&app, mentor, &review()).await;
    let one = format!("{}/{}", path(mentor), made.data()["id"].as_str().unwrap());
    // Somebody else's offering under one's own name is no way in either.
    let disguised = one.replace(&mentor.to_string(), &other.to_string());
    for (actor, expected) in [
        (other, StatusCode::NOT_FOUND),
        (app.given_mentee().await, StatusCode::FORBIDDEN),
        (app.given_admin().await, StatusCode::FORBIDDEN),
    ] {
        assert_eq!(
            app.post_as(actor, &path(mentor), &review()).await.0,
            expected
        );
        assert_eq!(app.patch_as(actor, &one, &json!({})).await.0, expected);
        assert_eq!(app.delete_as(actor, &one).await.0, expected);
    }
    assert_eq!(
        app.patch_as(other, &disguised, &json!({})).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.delete_as(other, &disguised).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(app.delete(&one).await.0, StatusCode::UNAUTHORIZED);
}
