//! What the two write down, and how well it goes.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use tests::TestApp;

use super::{MATCHES, fire, get, post, put, text};

async fn given_pair(app: &TestApp) -> (UserId, UserId, String) {
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let id = app.given_match(mentee, mentor).await;
    (mentor, mentee, format!("{MATCHES}/{id}"))
}

fn meeting(met_at: &str) -> Value {
    json!({
        "met_at": met_at, "minutes": 45, "kind": "video", "notes": "Pricing: start high",
        "action_items": [{ "text": "Call five customers" }],
    })
}

#[tokio::test]
async fn both_read_a_meeting_and_its_author_changes_it() {
    let app = TestApp::whole().await;
    let (mentor, mentee, path) = given_pair(&app).await;
    let list = format!("{path}/meetings");

    let written = post(&app, mentor, &list, meeting("2026-03-01T10:00:00Z")).await;

    assert_eq!(written.status, StatusCode::CREATED, "{}", written.text);
    let seen = get(&app, mentee, &list).await;
    assert_eq!(seen.body["data"][0], *written.data());
    assert_eq!(seen.body["data"][0]["action_items"][0]["is_done"], false);

    let one = written.header("location").to_owned();
    let done = json!({ "action_items": [{ "text": "Call five customers", "is_done": true }], "notes": null });
    let foreign = app
        .ask(Some(mentee), Method::PATCH, &one, Some(&done))
        .await;
    assert_eq!(
        (foreign.status, foreign.code()),
        (StatusCode::FORBIDDEN, "not_the_author")
    );
    let call = app.call(Method::PATCH, &one).by(mentor).await;
    let changed = call.header("if-match", "\"1\"").json(&done).send().await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(changed.data()["action_items"][0]["is_done"], true);
    assert_eq!(changed.data()["notes"], Value::Null);
    let call = app.call(Method::DELETE, &one).by(mentor).await;
    let stale = call.header("if-match", "\"1\"").send().await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let gone = app.ask(Some(mentor), Method::DELETE, &one, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&app, mentee, &list).await.body["data"], json!([]));
    assert_eq!(get(&app, mentee, &path).await.data()["status"], "active");
}

#[tokio::test]
async fn a_meeting_has_taken_place_and_the_match_has_not_ended() {
    let app = TestApp::whole().await;
    let (mentor, mentee, path) = given_pair(&app).await;
    let list = format!("{path}/meetings");
    let early = post(&app, mentor, &list, meeting("2026-03-02T09:00:00Z")).await;
    assert_eq!(early.problems(), [("met_at", "not_met_yet")]);
    let body = json!({ "met_at": "2026-03-01T10:00:00Z", "minutes": 0, "kind": "walk" });
    let wrong = post(&app, mentor, &list, body).await;
    assert_eq!(wrong.problems().len(), 2, "{}", wrong.text);
    let admin = app.given_admin().await;
    let foreign = post(&app, admin, &list, meeting("2026-03-01T10:00:00Z")).await;
    assert_eq!(
        (foreign.status, foreign.code()),
        (StatusCode::FORBIDDEN, "not_your_match")
    );

    put(
        &app,
        mentee,
        &path,
        json!({ "action": "dissolve", "reason": "no time" }),
    )
    .await;
    let late = post(&app, mentor, &list, meeting("2026-03-01T10:00:00Z")).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "match_ended")
    );
}

#[tokio::test]
async fn meetings_come_in_pages_the_last_one_first() {
    let app = TestApp::whole().await;
    let (mentor, _, path) = given_pair(&app).await;
    let list = format!("{path}/meetings");
    for day in 1..=3 {
        let at = format!("2026-02-0{day}T10:00:00Z");
        post(&app, mentor, &list, meeting(&at)).await;
    }
    let first = get(&app, mentor, &format!("{list}?limit=2")).await;
    let cursor = text(&first.body["meta"]["next_cursor"]);
    let rest = get(&app, mentor, &format!("{list}?limit=2&cursor={cursor}")).await;
    assert_eq!(first.body["data"][0]["met_at"], "2026-02-03T10:00:00Z");
    assert_eq!(rest.body["data"][0]["met_at"], "2026-02-01T10:00:00Z");
    assert_eq!(
        get(&app, mentor, &path).await.data()["started_at"],
        "2026-02-01T10:00:00Z"
    );
}

#[tokio::test]
async fn each_gives_one_opinion_that_the_other_does_not_see() {
    let app = TestApp::whole().await;
    let (mentor, mentee, path) = given_pair(&app).await;
    let feedback = format!("{path}/feedback");

    let given = post(
        &app,
        mentee,
        &feedback,
        json!({ "rating": 2, "text": "Hard to reach" }),
    )
    .await;

    assert_eq!(given.status, StatusCode::CREATED, "{}", given.text);
    let twice = post(&app, mentee, &feedback, json!({ "rating": 5 })).await;
    assert_eq!(
        (twice.status, twice.code()),
        (StatusCode::CONFLICT, "feedback_given")
    );
    assert_eq!(get(&app, mentor, &feedback).await.data(), &json!([]));
    let none = put(&app, mentor, &feedback, json!({ "rating": 5 })).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);

    // The figure is as low for the mentor as they know themselves, and not lower.
    let health = async |asker| get(&app, asker, &path).await.data()["health"]["score"].clone();
    let admin = app.given_admin().await;
    assert_eq!(health(mentee).await, 60);
    assert_eq!(health(admin).await, 60);
    assert_eq!(health(mentor).await, 100);
    assert_eq!(
        get(&app, admin, &feedback).await.data()[0]["text"],
        "Hard to reach"
    );
    let at_risk = format!("{MATCHES}?at_risk=true");
    assert_eq!(
        get(&app, admin, &at_risk).await.body["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let better = put(&app, mentee, &feedback, json!({ "rating": 4 })).await;
    assert_eq!(better.data()["version"], 2);
    assert_eq!(get(&app, admin, &at_risk).await.body["data"], json!([]));
}

#[tokio::test]
async fn two_who_do_not_meet_are_found_by_the_schedule() {
    let app = TestApp::whole().await;
    let (mentor, _, path) = given_pair(&app).await;
    let admin = app.given_admin().await;
    let at_risk = format!("{MATCHES}?at_risk=true");

    app.at("2026-03-16T08:01:00Z");
    fire(&app).await;

    for person in [(mentor, Role::Mentor), (admin, Role::Admin)] {
        app.given_login(person.0, person.1).await;
    }
    let found = get(&app, admin, &at_risk).await;
    let one = &found.body["data"][0];
    assert_eq!(one["at_risk"], true);
    assert_eq!(one["health"]["score"], 65);
    assert_eq!(one["health"]["evidence"][0]["kind"], "no_first_meeting");

    post(
        &app,
        mentor,
        &format!("{path}/meetings"),
        meeting("2026-03-16T07:00:00Z"),
    )
    .await;
    assert_eq!(get(&app, admin, &at_risk).await.body["data"], json!([]));
    app.at("2026-04-25T08:01:00Z");
    fire(&app).await;
    app.given_login(admin, Role::Admin).await;
    let gap = get(&app, admin, &at_risk).await;
    assert_eq!(gap.body["data"][0]["health"]["evidence"][0]["kind"], "gap");
}

#[tokio::test]
async fn a_session_counts_as_a_meeting_and_an_unread_message_against_it() {
    let app = TestApp::whole().await;
    let (mentor, mentee, path) = given_pair(&app).await;
    let session = app
        .given_confirmed_session(mentee, mentor, "2026-03-14T10:00:00Z")
        .await;
    let words = json!({ "content": "Are you there?" });
    post(
        &app,
        mentee,
        &format!("/api/sessions/{session}/messages"),
        words,
    )
    .await;
    app.at("2026-03-14T12:00:00Z");
    app.given_login(mentor, Role::Mentor).await;
    put(
        &app,
        mentor,
        &format!("/api/sessions/{session}"),
        json!({ "action": "complete" }),
    )
    .await;

    app.at("2026-03-20T09:00:00Z");
    app.given_login(mentor, Role::Mentor).await;
    let health = get(&app, mentor, &path).await.data()["health"].clone();

    let evidence = health["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), 1, "{health}");
    assert_eq!(evidence[0]["kind"], "unread_messages");
    assert_eq!(evidence[0]["days"], 18);
}
