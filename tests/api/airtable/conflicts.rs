//! Both sides have changed one field.

use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::TestApp;

async fn both_changed(app: &TestApp) -> (UserId, UserId, Value) {
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    app.edit_here(mentor, "bio", &json!("Agreed")).await;
    app.wake_sync().await;
    app.settle_airtable().await;
    app.edit_there(mentor, "Bio", &json!("Theirs"));
    app.edit_here(mentor, "bio", &json!("Ours")).await;
    app.settle_airtable().await;
    let (status, body) = app.get_as(admin, "/api/sync/conflicts?status=open").await;
    assert_eq!(status, StatusCode::OK);
    (admin, mentor, body["data"].clone())
}

#[tokio::test]
async fn what_came_in_last_counts_and_the_other_value_is_kept() {
    let app = TestApp::with_airtable().await;
    let (_, mentor, conflicts) = both_changed(&app).await;

    assert_eq!(conflicts.as_array().unwrap().len(), 1, "{conflicts}");
    let conflict = &conflicts[0];
    assert_eq!(conflict["field"], "bio");
    assert_eq!(conflict["kind"], "both_changed");
    assert_eq!(
        (&conflict["ours"], &conflict["theirs"]),
        (&json!("Ours"), &json!("Theirs"))
    );
    assert_eq!(app.here(mentor, "bio").await, "Theirs");
    assert_eq!(app.cell(mentor, "Bio"), "Theirs");
    assert_eq!(app.sync_status(mentor).await["open_conflicts"], 1);
}

#[tokio::test]
async fn an_admin_says_whose_value_counts_and_says_it_once() {
    let app = TestApp::with_airtable().await;
    let (admin, mentor, conflicts) = both_changed(&app).await;
    let path = format!(
        "/api/sync/conflicts/{}",
        conflicts[0]["id"].as_str().unwrap()
    );

    let (status, body) = app
        .put_as(admin, &path, &json!({ "resolution": "ours" }))
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    app.settle_airtable().await;

    assert_eq!(app.here(mentor, "bio").await, "Ours");
    assert_eq!(app.cell(mentor, "Bio"), "Ours");
    let (status, body) = app
        .put_as(admin, &path, &json!({ "resolution": "theirs" }))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(body["errors"][0]["code"], "conflict_resolved");
    let (_, resolved) = app
        .get_as(admin, "/api/sync/conflicts?status=resolved")
        .await;
    assert_eq!(resolved["data"][0]["resolution"], "ours");
}

#[tokio::test]
async fn what_cannot_be_said_here_is_put_right_there_and_kept() {
    let app = TestApp::with_airtable().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    app.wake_sync().await;
    app.settle_airtable().await;
    let name = app.here(mentor, "first_name").await;
    for (field, value) in [
        ("First Name", json!("")),
        ("Timezone", json!("Mars/Olympus")),
    ] {
        app.edit_there(mentor, field, &value);
    }
    app.settle_airtable().await;

    assert_eq!(app.here(mentor, "first_name").await, name);
    assert_eq!(app.cell(mentor, "First Name"), name);
    let (_, body) = app.get_as(admin, "/api/sync/conflicts").await;
    let kinds: Vec<&Value> = body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(kinds, ["refused", "refused"]);
    let theirs = body["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["field"] == "timezone");
    let path = format!(
        "/api/sync/conflicts/{}",
        theirs.unwrap()["id"].as_str().unwrap()
    );
    let (status, body) = app
        .put_as(admin, &path, &json!({ "resolution": "theirs" }))
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(body["errors"][0]["code"], "unacceptable_value");
}
