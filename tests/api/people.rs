//! Who sees whom, and how much of them.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use tests::TestApp;

const ME: &str = "/api/users/me";

async fn see(app: &TestApp, asker: UserId, whom: UserId) -> (StatusCode, Value) {
    app.get_as(asker, &format!("/api/users/{whom}")).await
}

fn fields(body: &Value) -> Vec<&str> {
    let data = body["data"].as_object().unwrap();
    data.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_person_and_admins_see_everything() {
    let app = TestApp::whole().await;
    let (mentee, admin) = (app.given_mentee().await, app.given_admin().await);
    let (_, me) = app.get_as(mentee, ME).await;

    for asker in [mentee, admin] {
        let (status, body) = see(&app, asker, mentee).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body["data"], me["data"]);
    }
}

#[tokio::test]
async fn strangers_are_not_there() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let hidden = [
        app.given_mentee().await,
        app.given_admin().await,
        app.given_unapproved_mentor().await,
        app.given_unverified(Role::Mentor).await,
        app.clock.id(),
    ];
    for whom in hidden {
        let (status, body) = see(&app, mentee, whom).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{body}");
        assert_eq!(body["errors"][0]["code"], "not_found");
    }
    let whom = format!("/api/users/{}", hidden[0]);
    assert_eq!(app.get(&whom).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn everybody_sees_the_card_of_a_mentor_who_appears() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);

    let (status, body) = see(&app, mentee, mentor).await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        fields(&body),
        [
            "accepting",
            "bio",
            "company",
            "expertise_areas",
            "first_name",
            "hourly_rate",
            "hourly_rate_currency",
            "id",
            "industries",
            "languages",
            "last_name",
            "location",
            "phone",
            "profile_picture_url",
            "role",
            "stages",
            "timezone",
            "title",
            "username",
            "years_experience",
        ]
    );
}

#[tokio::test]
async fn the_two_people_of_a_session_see_what_the_other_shows() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (
        app.given_unapproved_mentor().await,
        app.given_mentee().await,
    );
    let profile =
        json!({ "bio": "Hi", "location": "Oslo", "startup_name": "Engines", "goals": "Sell" });
    app.patch_as(mentee, ME, &profile).await;
    assert_eq!(see(&app, mentor, mentee).await.0, StatusCode::NOT_FOUND);
    assert_eq!(see(&app, mentee, mentor).await.0, StatusCode::NOT_FOUND);

    app.given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;

    let (status, body) = see(&app, mentor, mentee).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        fields(&body),
        [
            "bio",
            "current_role",
            "experience_level",
            "first_name",
            "goals",
            "id",
            "industry_focus",
            "interests",
            "languages",
            "last_name",
            "location",
            "phone",
            "profile_picture_url",
            "role",
            "startup_name",
            "startup_stage",
            "timezone",
            "username",
        ]
    );
    assert_eq!(body["data"]["startup_name"], "Engines");
    assert_eq!(body["data"]["location"], "Oslo");
    assert_eq!(see(&app, mentee, mentor).await.0, StatusCode::OK);
    let other = app.given_mentor().await;
    assert_eq!(see(&app, other, mentee).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_that_came_to_nothing_ties_nobody() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    assert_eq!(see(&app, mentor, mentee).await.0, StatusCode::OK);

    let path = format!("/api/sessions/{session}");
    app.put_as(mentor, &path, &json!({ "action": "decline" }))
        .await;

    assert_eq!(see(&app, mentor, mentee).await.0, StatusCode::NOT_FOUND);
}

/// What only the platform or an admin decides, and every way to write about a person.
#[tokio::test]
async fn nobody_writes_what_is_not_theirs_to_write() {
    let app = TestApp::whole().await;
    let (mentor, admin) = (app.given_mentor().await, app.given_admin().await);
    let privileged = json!({
        "id": app.clock.id::<UserId>(), "email": "eve@example.com", "email_verified": true, "role": "admin",
        "vetting": "approved", "vetting_reason": null, "listed": true, "version": 9, "created_at": "2026-03-02T15:00:00Z",
        "updated_at": "2026-03-02T15:00:00Z", "last_login_at": null, "airtable_sync_status": "synced",
        "password_hash": "x", "user_id": mentor, "permissions": [],
    });
    let count = privileged.as_object().unwrap().len();
    let named = |reply: &tests::Reply| {
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text);
        let problems = reply.problems();
        assert!(problems.iter().all(|(_, code)| *code == "unknown_field"));
        problems.len()
    };

    let own = app
        .ask(Some(mentor), Method::PATCH, ME, Some(&privileged))
        .await;
    assert_eq!(named(&own), count);
    let theirs = format!("/api/users/{mentor}");
    let by_admin = app
        .ask(Some(admin), Method::PATCH, &theirs, Some(&privileged))
        .await;
    assert_eq!(named(&by_admin), count);
    let status = json!({ "status": "active" });
    let by_admin = app
        .ask(Some(admin), Method::PATCH, &theirs, Some(&status))
        .await;
    assert_eq!(named(&by_admin), 1, "an admin gives a reason with a status");
    let (_, after) = app.get_as(mentor, ME).await;
    assert_eq!(after["data"]["version"], 1);
}
