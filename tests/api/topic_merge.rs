//! Merging topics: what hangs on one moves to the other.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::{TopicId, UserId};
use tests::{Reply, TestApp};

use crate::texts;

const ME: &str = "/api/users/me";

async fn topic(app: &TestApp, mentor: UserId, name: &str) -> String {
    let (_, body) = app
        .post_as(mentor, "/api/topics", &json!({ "name": name }))
        .await;
    body["data"]["id"].as_str().unwrap().to_owned()
}

async fn merge(app: &TestApp, actor: UserId, from: &str, into: &str) -> Reply {
    let path = format!("/api/topics/{from}/merge");
    app.ask(
        Some(actor),
        Method::POST,
        &path,
        Some(&json!({ "into": into })),
    )
    .await
}

async fn expertise(app: &TestApp, mentor: UserId) -> Value {
    let (_, body) = app.get_as(mentor, ME).await;
    body["data"]["expertise_areas"].clone()
}

#[tokio::test]
async fn offerings_expertise_and_names_move_to_the_topic_that_stays() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let (from, into) = (
        topic(&app, mentor, "Raising money").await,
        topic(&app, mentor, "Fundraising").await,
    );
    let offerings = format!("/api/mentors/{mentor}/offerings");
    let offering = json!({ "topic_id": from, "title": "Ask me", "duration_minutes": 30, "price": 0, "currency": "EUR" });
    app.post_as(mentor, &offerings, &offering).await;
    let areas = json!(["Hiring", "raising MONEY", "Pitch", "fundraising"]);
    app.patch_as(mentor, ME, &json!({ "expertise_areas": areas }))
        .await;
    let untouched = app.given_mentor().await;
    app.patch_as(
        untouched,
        ME,
        &json!({ "expertise_areas": ["fundraising"] }),
    )
    .await;

    let merged = merge(&app, admin, &from, &into).await;

    assert_eq!(merged.status, StatusCode::OK, "{}", merged.text);
    assert_eq!(
        (&merged.data()["id"], &merged.data()["version"]),
        (&json!(into), &json!(2))
    );
    assert_eq!(
        expertise(&app, mentor).await,
        json!(["Hiring", "Fundraising", "Pitch"])
    );
    assert_eq!(expertise(&app, untouched).await, json!(["fundraising"]));
    let (_, me) = app.get_as(mentor, ME).await;
    assert_eq!(me["data"]["version"], 3);
    let (_, offered) = app.get(&offerings).await;
    assert_eq!(
        offered["data"][0]["topic"],
        json!({ "id": into, "name": "Fundraising" })
    );
    assert_eq!(offered["data"][0]["version"], 2);
    assert_eq!(
        topic(&app, mentor, "RaisingMoney").await,
        into,
        "the old name finds the survivor"
    );
    let (_, listed) = app.get("/api/topics?limit=100").await;
    assert!(!texts(&listed["data"], "id").contains(&from));
    let why = format!("{from} into {into}");
    assert_eq!(app.audit_log().await, [["topics_merged", "", &why]]);
}

#[tokio::test]
async fn what_was_merged_once_is_found_after_the_next_merge_too() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let first = topic(&app, mentor, "Raising money").await;
    let second = topic(&app, mentor, "Finding money").await;
    let third = topic(&app, mentor, "Fundraising").await;

    merge(&app, admin, &first, &second).await;
    app.patch_as(mentor, ME, &json!({ "expertise_areas": ["raising money"] }))
        .await;
    merge(&app, admin, &second, &third).await;

    assert_eq!(topic(&app, mentor, "raising money").await, third);
    assert_eq!(expertise(&app, mentor).await, json!(["Fundraising"]));
}

#[tokio::test]
async fn only_admins_merge_and_only_two_topics_that_are_there() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let (one, other) = (
        topic(&app, mentor, "Hiring").await,
        topic(&app, mentor, "Pricing").await,
    );
    let nothing = app.clock.id::<TopicId>().to_string();

    for actor in [mentor, app.given_mentee().await] {
        assert_eq!(
            merge(&app, actor, &one, &other).await.status,
            StatusCode::FORBIDDEN
        );
    }
    assert_eq!(
        merge(&app, admin, &one, &nothing).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        merge(&app, admin, &nothing, &one).await.status,
        StatusCode::NOT_FOUND
    );
    let own = merge(&app, admin, &one, &one).await;
    assert_eq!(
        (own.status, own.code()),
        (StatusCode::BAD_REQUEST, "merged_into_itself")
    );
    let log = app.audited().await;
    assert_eq!(
        log,
        ["authz_fail", "authz_fail"],
        "two were refused by their role, nothing was merged"
    );
}
