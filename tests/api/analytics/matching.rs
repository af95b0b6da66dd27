//! How proposals of mentors are taken, told by rank, by score and by batch.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::TestApp;

use super::{count, figures};

/// A mentee's open batch, and its mentors, the best first.
async fn given_batch(app: &TestApp, admin: UserId) -> (String, Vec<UserId>) {
    let mentee = app.given_mentee().await;
    let body = json!({ "goals": "Find the first ten customers" });
    let (status, asked) = app.post_as(mentee, "/api/matching/requests", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{asked}");
    let batch = asked["data"]["batch_id"].as_str().unwrap().to_owned();
    let path = format!("/api/matching/batches/{batch}");
    let (_, shown) = app.get_as(admin, &path).await;
    let ids = crate::texts(&shown["data"]["proposals"], "mentor_id");
    (batch, ids.iter().map(|id| id.parse().unwrap()).collect())
}

async fn act(app: &TestApp, mentor: UserId, batch: &str, action: &str) {
    let path = format!("/api/matching/batches/{batch}/{action}");
    let body = (action == "pass").then(|| json!({ "reason": "No time" }));
    let reply = app
        .ask(Some(mentor), Method::POST, &path, body.as_ref())
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
}

fn sum(classes: &Value, key: &str) -> i64 {
    let classes = classes.as_array().unwrap().iter();
    classes
        .map(|class| class["figures"][key].as_i64().unwrap())
        .sum()
}

#[tokio::test]
async fn proposals_are_told_by_rank_score_and_batch() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    for _ in 0..3 {
        app.given_mentor().await;
    }
    let (taken, mentors) = given_batch(&app, admin).await;
    count(&app).await;
    let counted = figures(&app, admin, "/matching").await;
    assert_eq!(counted["data"]["batches"]["open"], 1);
    act(&app, mentors[1], &taken, "pass").await;
    act(&app, mentors[0], &taken, "select").await;
    let (refused, mentors) = given_batch(&app, admin).await;
    for mentor in &mentors {
        act(&app, *mentor, &refused, "pass").await;
    }
    given_batch(&app, admin).await;
    count(&app).await;

    let body = figures(&app, admin, "/matching").await;

    let data = &body["data"];
    assert!(data["as_of"].is_string(), "{data}");
    let first = json!({
        "proposed": 3, "selected": 1, "passed": 1, "lapsed": 0, "closed": 0, "acceptance_rate": 0.5,
    });
    assert_eq!(data["by_rank"][0], json!({ "rank": 1, "figures": first }));
    assert_eq!(data["by_rank"].as_array().unwrap().len(), 3);
    for classes in [&data["by_rank"], &data["by_score"]] {
        let sums =
            ["proposed", "selected", "passed", "lapsed", "closed"].map(|key| sum(classes, key));
        assert_eq!(sums, [9, 1, 4, 0, 1]);
    }
    for band in data["by_score"].as_array().unwrap() {
        let (from, to) = (band["from"].as_i64().unwrap(), band["to"].as_i64().unwrap());
        assert_eq!((from % 10, to), (0, from + 10));
    }
    let batches = json!({
        "open": 1, "selected": 1, "passed": 1, "lapsed": 0, "closed": 0, "median_minutes": 0,
    });
    assert_eq!(data["batches"], batches);
    let matches = json!({ "made": 1, "active": 1, "at_risk": 0, "requests_queued": 1 });
    assert_eq!(data["matches"], matches);
    let other = figures(&app, admin, "/matching?program=office_hours").await;
    assert_eq!(other["data"]["by_rank"], json!([]));
    let before = figures(&app, admin, "/matching?to=2026-03-01").await;
    assert_eq!(before["data"]["batches"]["open"], 0);
    // A match is at risk when nobody has met in two weeks.
    assert_eq!(before["data"]["matches"]["active"], 1);
}

#[tokio::test]
async fn ratings_of_matches_belong_to_the_day_on_which_they_were_given() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let matched = app.given_match(mentee, mentor).await;
    let path = format!("/api/matching/matches/{matched}/feedback");
    for (person, rating) in [(mentee, 4), (mentor, 1)] {
        let body = json!({ "rating": rating });
        let (status, body) = app.post_as(person, &path, &body).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
    }

    let today = figures(&app, admin, "").await;
    let before = figures(&app, admin, "?to=2026-03-01").await;

    // What mentors think of their mentees is no figure of the mentors.
    let ratings = |body: &Value| body["data"]["match_ratings"].clone();
    assert_eq!(ratings(&today), json!({ "count": 1, "average": 4 }));
    assert_eq!(ratings(&before), json!({ "count": 0, "average": null }));
}
