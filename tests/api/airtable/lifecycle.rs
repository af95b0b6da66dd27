//! The webhook: made, kept alive, made anew; and everybody compared when its log was lost.

use airtable_stand_in::Fault;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::TestApp;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn wake(app: &TestApp) {
    app.wake_sync().await;
    app.settle_airtable().await;
}

#[tokio::test]
async fn a_webhook_lives_on_while_it_is_told_to() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    wake(&app).await;
    for _ in 0..9 {
        app.pass(DAY);
        wake(&app).await;
    }
    assert_eq!(app.airtable().hooks(), 1);

    app.edit_there(mentor, "Bio", &json!("After nine days"));
    app.settle_airtable().await;
    assert_eq!(app.here(mentor, "bio").await, "After nine days");
}

#[tokio::test]
async fn what_was_changed_while_no_webhook_listened_is_found_by_comparing() {
    let app = TestApp::with_airtable().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    wake(&app).await;
    // Nobody looks for ten days, and the webhook ends meanwhile.
    app.edit_there(mentor, "Bio", &json!("Told before it ended"));
    app.pass(DAY * 10);
    app.edit_there(mentee, "Goals", &json!("Told to nobody"));
    app.edit_here(mentee, "bio", &json!("Said here")).await;
    drop(app.airtable().take_pings());
    wake(&app).await;

    assert_eq!(app.here(mentor, "bio").await, "Told before it ended");
    assert_eq!(app.here(mentee, "goals").await, "Told to nobody");
    assert_eq!(app.cell(mentee, "Bio"), "Said here");
    assert_eq!(app.airtable().hooks(), 1);
}

#[tokio::test]
async fn a_lost_webhook_is_made_anew() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    wake(&app).await;
    app.airtable().lose_hooks();
    app.edit_there(mentor, "Bio", &json!("In between"));

    app.pass(SignedDuration::from_mins(10));
    wake(&app).await;

    assert_eq!(app.airtable().hooks(), 1);
    assert_eq!(app.here(mentor, "bio").await, "In between");
    app.edit_there(mentor, "Bio", &json!("And on"));
    app.settle_airtable().await;
    assert_eq!(app.here(mentor, "bio").await, "And on");
}

#[tokio::test]
async fn an_admin_has_everybody_compared_and_sees_when_it_is_done() {
    let app = TestApp::with_airtable().await;
    let admin = app.given_admin().await;
    let mut people = Vec::new();
    for _ in 0..3 {
        people.push(app.given_mentee().await);
    }
    wake(&app).await;
    app.edit_there(people[0], "Bio", &json!("Changed there"));
    drop(app.airtable().take_pings());
    app.airtable().forget_log();

    let (status, body) = app.post_as(admin, "/api/sync/airtable", &json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    let path = format!("/api/sync/jobs/{}", body["data"]["id"].as_str().unwrap());
    let (status, again) = app.post_as(admin, "/api/sync/airtable", &json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(again["data"]["id"], body["data"]["id"]);
    app.settle_airtable().await;

    let (_, job) = app.get_as(admin, &path).await;
    assert_eq!(job["data"]["status"], "done");
    assert_eq!(app.here(people[0], "bio").await, "Changed there");
}

#[tokio::test]
async fn a_record_that_is_gone_is_noticed_by_comparing() {
    let app = TestApp::with_airtable().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    wake(&app).await;
    let (record, _) = app.there(mentee).unwrap();
    app.airtable().destroy(&record);
    drop(app.airtable().take_pings());
    app.airtable().forget_log();

    app.post_as(admin, "/api/sync/airtable", &json!({})).await;
    app.settle_airtable().await;

    assert_eq!(app.sync_status(mentee).await["problem"], "deleted_there");
}

#[tokio::test]
async fn more_people_than_a_page_holds_are_compared() {
    let app = TestApp::with_airtable().await;
    let mut last = None;
    for number in 0..230 {
        let cells = json!({ "First Name": format!("Nobody {number}") });
        last = Some(app.airtable().create("People", &cells));
    }
    let mentor = app.given_mentor().await;
    let id = json!(mentor.to_string());
    app.airtable()
        .edit(last.as_deref().unwrap(), "Platform ID", &id);
    app.airtable()
        .edit(last.as_deref().unwrap(), "Bio", &json!("There before"));
    drop(app.airtable().take_pings());
    app.airtable().lose_hooks();
    app.pass(SignedDuration::from_mins(10));
    wake(&app).await;

    assert_eq!(app.here(mentor, "bio").await, "There before");
    assert_eq!(
        app.sync_status(mentor).await["airtable_record_id"],
        last.unwrap()
    );
}

#[tokio::test]
async fn a_comparison_that_is_called_off_stops_and_the_next_one_goes_to_its_end() {
    let app = TestApp::with_airtable().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    wake(&app).await;
    let job = order_comparison(&app, admin).await;
    // It is under way when Airtable wants to be left alone.
    app.airtable().fail(Fault::Busy);
    app.settle_airtable().await;
    app.airtable().fail(Fault::None);
    assert_eq!(status_of(&app, admin, &job).await, "running");

    let cancel = format!("/api/admin/jobs/{job}/cancel");
    let (status, body) = app
        .post_as(admin, &cancel, &json!({ "reason": "by mistake" }))
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    app.pass(SignedDuration::from_secs(31));
    app.edit_there(mentor, "Bio", &json!("Told by the log"));
    wake(&app).await;

    assert_eq!(status_of(&app, admin, &job).await, "cancelled");
    assert_eq!(app.here(mentor, "bio").await, "Told by the log");
    let next = order_comparison(&app, admin).await;
    assert_ne!(next, job);
    wake(&app).await;
    assert_eq!(status_of(&app, admin, &next).await, "done");
}

async fn order_comparison(app: &TestApp, admin: UserId) -> String {
    let (status, body) = app.post_as(admin, "/api/sync/airtable", &json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    body["data"]["id"].as_str().unwrap().to_owned()
}

async fn status_of(app: &TestApp, admin: UserId, job: &str) -> Value {
    let (status, body) = app.get_as(admin, &format!("/api/sync/jobs/{job}")).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body["data"]["status"].clone()
}
