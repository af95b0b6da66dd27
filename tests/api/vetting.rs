//! Vetting: an admin looks at a mentor before they appear.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

use crate::{book, texts};

async fn vet(app: &TestApp, actor: UserId, mentor: UserId, body: Value) -> Reply {
    let path = format!("/api/mentors/{mentor}/vetting");
    app.ask(Some(actor), Method::PUT, &path, Some(&body)).await
}

#[tokio::test]
async fn a_mentor_who_is_approved_appears_and_can_be_booked() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let mentor = app.given_unapproved_mentor().await;
    app.given_hours(mentor, tests::Hours::OFFICE).await;
    let (_, waiting) = app.get_as(admin, "/api/users?vetting=pending").await;
    assert_eq!(texts(&waiting["data"], "id"), [mentor.to_string()]);
    let (_, me) = app.get_as(mentor, "/api/users/me").await;
    assert_eq!(me["data"]["vetting"], "pending");
    let at = "2026-03-03T10:00:00Z";
    assert_eq!(
        book(&app, mentee, mentor, at).await.status,
        StatusCode::NOT_FOUND
    );

    let reply = vet(&app, admin, mentor, json!({ "decision": "approved" })).await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.data()["vetting"], "approved");
    assert_eq!(
        app.get(&format!("/api/mentors/{mentor}")).await.0,
        StatusCode::OK
    );
    assert_eq!(
        book(&app, mentee, mentor, at).await.status,
        StatusCode::CREATED
    );
    let event = json!({ "type": "mentor.approved", "user_id": mentor });
    assert_eq!(app.outbox().await[0], event);
    let who = mentor.to_string();
    assert_eq!(app.audit_log().await, [["mentor_vetted", &who, "approved"]]);
}

#[tokio::test]
async fn a_mentor_who_is_rejected_learns_why_and_disappears() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_open_mentor().await);
    let mentee = app.given_mentee().await;
    let why = "Please say more about your experience.";

    let reply = vet(
        &app,
        admin,
        mentor,
        json!({ "decision": "rejected", "reason": why }),
    )
    .await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.data()["reason"], why);
    assert!(reply.data()["decided_at"].is_string());
    let (_, me) = app.get_as(mentor, "/api/users/me").await;
    assert_eq!(me["data"]["vetting"], "rejected");
    assert_eq!(me["data"]["vetting_reason"], why);
    assert_eq!(me["data"]["version"], 2);
    for path in ["", "/slots", "/offerings"] {
        let (status, _) = app.get(&format!("/api/mentors/{mentor}{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let booked = book(&app, mentee, mentor, "2026-03-03T10:00:00Z").await;
    assert_eq!(booked.status, StatusCode::NOT_FOUND);
    let (_, matched) = app.post_as(mentee, "/api/matching/match", &json!({})).await;
    assert_eq!(matched["data"]["matches"].as_array().map_or(0, Vec::len), 0);

    let back = vet(&app, admin, mentor, json!({ "decision": "approved" })).await;
    assert_eq!(back.data()["reason"], json!(null));
    assert_eq!(
        app.get(&format!("/api/mentors/{mentor}")).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_rejection_needs_a_reason_and_nothing_is_decided_twice() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);

    let bare = vet(&app, admin, mentor, json!({ "decision": "rejected" })).await;
    assert_eq!(bare.status, StatusCode::BAD_REQUEST);
    assert_eq!(bare.problems(), [("reason", "missing_field")]);
    let again = vet(&app, admin, mentor, json!({ "decision": "approved" })).await;
    assert_eq!(
        (again.status, again.code()),
        (StatusCode::CONFLICT, "already_vetted")
    );
    let pending = vet(&app, admin, mentor, json!({ "decision": "pending" })).await;
    assert_eq!(pending.problems(), [("decision", "unknown_value")]);
    assert!(app.outbox().await.is_empty() && app.audit_log().await.is_empty());
}

#[tokio::test]
async fn only_admins_decide_and_only_about_mentors() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_unapproved_mentor().await);
    let mentee = app.given_mentee().await;
    let approve = || json!({ "decision": "approved" });

    for actor in [mentor, mentee] {
        let reply = vet(&app, actor, mentor, approve()).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }
    for whom in [mentee, admin, app.clock.id()] {
        let reply = vet(&app, admin, whom, approve()).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_decision_about_a_profile_that_has_changed_since_is_not_taken() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_unapproved_mentor().await);
    app.patch_as(mentor, "/api/users/me", &json!({ "bio": "Another one." }))
        .await;
    let path = format!("/api/mentors/{mentor}/vetting");
    let approve = async |version: &str| {
        let call = app.call(Method::PUT, &path).by(admin).await;
        let call = call.header("if-match", version);
        call.json(&json!({ "decision": "approved" })).send().await
    };

    let stale = approve("\"1\"").await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(stale.body["errors"][0]["details"], json!({ "version": 2 }));
    let fresh = approve("\"2\"").await;
    assert_eq!(fresh.header("etag"), "\"3\"");
    assert_eq!(fresh.data()["version"], 3);
}
