//! How people want to hear.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tests::TestApp;

use super::{PREFERENCES, choose, shown, stage};

fn event<'a>(body: &'a Value, name: &str) -> &'a Value {
    let mut events = body["data"]["events"].as_array().unwrap().iter();
    events.find(|event| event["event"] == name).unwrap()
}

#[tokio::test]
async fn whoever_has_chosen_nothing_hears_of_everything_by_day() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;

    let (status, body) = app.get_as(mentee, PREFERENCES).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["digest"], "daily");
    assert_eq!(
        body["data"]["quiet_hours"],
        json!({ "starts_at": "22:00", "ends_at": "07:00" })
    );
    assert_eq!(body["data"]["version"], 0);
    assert_eq!(
        event(&body, "session_requested"),
        &json!({ "event": "session_requested", "email": "now", "in_app": true, "sms": false, "is_fixed": false })
    );
    assert_eq!(
        event(&body, "reset_password"),
        &json!({ "event": "reset_password", "email": "now", "in_app": false, "sms": false, "is_fixed": true })
    );
}

#[tokio::test]
async fn what_is_chosen_stays_and_the_rest_with_it() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    choose(&app, mentee, "session_declined", "digest").await;
    let change =
        json!({ "digest": "weekly", "quiet_hours": { "starts_at": "23:30", "ends_at": "06:15" } });

    let (status, body) = app.put_as(mentee, PREFERENCES, &change).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(event(&body, "session_declined")["email"], "digest");
    assert_eq!(event(&body, "session_confirmed")["email"], "now");
    assert_eq!(body["data"]["digest"], "weekly");
    assert_eq!(body["data"]["quiet_hours"]["starts_at"], "23:30");
    assert_eq!(body["data"]["version"], 2);
    let (_, cleared) = app
        .put_as(mentee, PREFERENCES, &json!({ "quiet_hours": null }))
        .await;
    assert_eq!(cleared["data"]["quiet_hours"], json!(null));
    assert_eq!(cleared["data"]["digest"], "weekly");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let one =
        |event: &str| json!({ "event": event, "email": "off", "in_app": false, "sms": false });
    for (change, field, code) in [
        (
            json!({ "events": [one("reset_password")] }),
            "events[0].event",
            "fixed_event",
        ),
        (
            json!({ "events": [one("spam")] }),
            "events[0].event",
            "unknown_value",
        ),
        (
            json!({ "events": [one("session_declined"), { "event": "session_declined", "email": "now", "in_app": false, "sms": false }] }),
            "events[1].event",
            "repeated_entry",
        ),
        (
            json!({ "quiet_hours": { "starts_at": "22:00", "ends_at": "22:00" } }),
            "quiet_hours",
            "invalid_quiet_hours",
        ),
        (
            json!({ "quiet_hours": { "starts_at": "25:00", "ends_at": "07:00" } }),
            "quiet_hours.starts_at",
            "invalid_time_of_day",
        ),
        (json!({ "digest": "hourly" }), "digest", "unknown_value"),
    ] {
        let (status, body) = app.put_as(mentee, PREFERENCES, &change).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        let problem = &body["errors"][0];
        assert_eq!(
            (&problem["field"], &problem["code"]),
            (&json!(field), &json!(code)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn of_two_changes_at_once_the_second_one_is_told() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let weekly = json!({ "digest": "weekly" });

    let change = async || {
        let call = app.call(Method::PUT, PREFERENCES).by(mentee).await;
        let call = call.header("if-match", "\"0\"").json(&weekly);
        call.send().await
    };

    let (first, second) = (change().await, change().await);

    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(second.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(second.code(), "stale_version");
}

#[tokio::test]
async fn who_wants_no_mails_reads_in_the_app() {
    let stage = stage().await;
    choose(&stage.app, stage.mentor, "session_requested", "off").await;

    stage.tell().await;

    assert_eq!(stage.mails_to(stage.mentor), 0);
    assert_eq!(shown(&stage.app, stage.mentor).await.len(), 1);
}
