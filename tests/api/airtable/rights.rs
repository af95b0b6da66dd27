//! Who may see and do what; and a platform without Airtable.

use http::StatusCode;
use serde_json::json;
use tests::TestApp;

#[tokio::test]
async fn everybody_sees_their_own_and_admins_anybodys() {
    let app = TestApp::with_airtable().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let mentee = app.given_mentee().await;
    let path = format!("/api/sync/status/{mentor}");
    for (who, status) in [
        (mentor, StatusCode::OK),
        (admin, StatusCode::OK),
        (mentee, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(app.get_as(who, &path).await.0, status);
    }
    for path in ["/api/sync/conflicts", "/api/sync/fields"] {
        assert_eq!(app.get_as(mentor, path).await.0, StatusCode::FORBIDDEN);
    }
    let full = app.post_as(mentor, "/api/sync/airtable", &json!({})).await;
    assert_eq!(full.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_map_of_fields_keeps_its_rules() {
    let app = TestApp::with_airtable().await;
    let admin = app.given_admin().await;
    let rule = |field: &str, name: &str, owner: &str| json!({ "fields": [{ "field": field, "airtable_field": name, "owner": owner, "is_synced": true }] });
    for (change, code) in [
        (rule("role", "Role", "shared"), "field_of_the_platform"),
        (rule("email", "Email", "airtable"), "field_of_the_platform"),
        (rule("bio", "Goals", "shared"), "airtable_name_taken"),
        (rule("bio", "Platform ID", "shared"), "airtable_name_taken"),
        (
            rule("password_hash", "Password", "platform"),
            "unknown_value",
        ),
        (rule("bio", "Bio", "nobody"), "unknown_value"),
    ] {
        let (status, body) = app.put_as(admin, "/api/sync/fields", &change).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{change}");
        assert_eq!(body["errors"][0]["code"], code);
    }
}

#[tokio::test]
async fn without_airtable_nothing_is_promised_to_it() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    app.edit_here(mentor, "bio", &json!("Here only")).await;
    app.wake_sync().await;

    assert!(app.sync_events().await.is_empty());
    for (who, path) in [
        (admin, "/api/sync/airtable".to_owned()),
        (mentor, format!("/api/sync/airtable/{mentor}")),
    ] {
        let (status, body) = app.post_as(who, &path, &json!({})).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(body["errors"][0]["code"], "sync_off");
    }
}
