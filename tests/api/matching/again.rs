//! The same question, asked again: the same matches, as long as nothing has changed that they rest on.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::worker::run_schedule;
use tests::model::Mood;
use tests::{Reply, TestApp};

use super::{find, given_expert, given_founder};
use crate::{book, texts};

fn ids(reply: &Reply) -> Vec<String> {
    texts(reply.data(), "match_id")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn change(app: &TestApp, who: UserId, profile: Value) {
    let (status, body) = app.patch_as(who, "/api/users/me", &profile).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

/// Two mentors, and a mentee who is shown the first of them.
async fn given_people(app: &TestApp) -> [UserId; 3] {
    let expert = given_expert(app, json!({ "expertise_areas": ["B2B pricing"] })).await;
    let other = given_expert(app, json!({ "expertise_areas": ["Enterprise pricing"] })).await;
    [expert, other, given_founder(app).await]
}

fn ask() -> Value {
    json!({ "topic": "pricing", "limit": 1 })
}

#[tokio::test]
async fn whoever_asks_again_gets_the_same_matches_for_less() {
    let app = TestApp::whole().await;
    let [_, _, mentee] = given_people(&app).await;

    let first = find(&app, mentee, ask()).await;
    let second = find(&app, mentee, ask()).await;

    assert_eq!(first.body, second.body);
    assert!(second.cost.statements < first.cost.statements);
    assert!(second.cost.round_trips <= 3, "{:?}", second.cost);
    let shown: UserId = text(&first.data()[0]["mentor"]["id"]).parse().unwrap();
    let path = format!("/api/matching/mentors/{shown}/matches");
    let proposed = app.ask(Some(shown), Method::GET, &path, None).await;
    assert_eq!(
        proposed.data().as_array().unwrap().len(),
        1,
        "one match, not two"
    );
}

#[tokio::test]
async fn another_question_gets_an_answer_of_its_own() {
    let app = TestApp::whole().await;
    let [_, _, mentee] = given_people(&app).await;
    let rival = given_founder(&app).await;
    let first = find(&app, mentee, ask()).await;

    for other in [
        json!({ "topic": "Pricing", "limit": 1 }),
        json!({ "topic": "pricing", "limit": 2 }),
        json!({ "need": "pricing", "limit": 1 }),
        json!({ "topic": "pricing", "limit": 1, "program": "mentorship" }),
        json!({ "topic": "pricing", "limit": 1, "preferences": { "expertise": 100 } }),
    ] {
        let reply = find(&app, mentee, other.clone()).await;
        assert_eq!(reply.status, StatusCode::OK, "{other}");
        assert_ne!(ids(&reply)[0], ids(&first)[0], "{other}");
    }
    assert_ne!(ids(&find(&app, rival, ask()).await), ids(&first));
    assert_eq!(ids(&find(&app, mentee, ask()).await), ids(&first));
}

#[tokio::test]
async fn a_change_on_either_side_makes_matches_anew() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let [expert, other, mentee] = given_people(&app).await;
    let mut before = find(&app, mentee, ask()).await;

    change(&app, mentee, json!({ "goals": "Grow" })).await;
    let by_mentee = find(&app, mentee, ask()).await;
    assert_ne!(ids(&by_mentee), ids(&before));
    before = by_mentee;

    change(&app, other, json!({ "bio": "Pricing, pricing, pricing" })).await;
    let by_mentor = find(&app, mentee, ask()).await;
    assert_ne!(ids(&by_mentor), ids(&before));
    before = by_mentor;

    // A slot that the mentor shows is gone.
    let rival = app.given_mentee().await;
    let taken = text(&before.data()[0]["next_slots"][0]["starts_at"]);
    let shown: UserId = text(&before.data()[0]["mentor"]["id"]).parse().unwrap();
    let booked = book(&app, rival, shown, &taken).await;
    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
    let by_slot = find(&app, mentee, ask()).await;
    assert_ne!(ids(&by_slot), ids(&before));

    let shut_out = json!({ "status": "suspended", "reason": "as agreed" });
    let path = format!("/api/users/{shown}/status");
    app.ask(Some(admin), Method::PUT, &path, Some(&shut_out))
        .await;
    let without = find(&app, mentee, ask()).await;
    let left = if shown == expert { other } else { expert };
    assert_eq!(without.data()[0]["mentor"]["id"], left.to_string());
}

#[tokio::test]
async fn a_mentor_who_opens_hours_comes_in() {
    let app = TestApp::whole().await;
    let [expert, _, mentee] = given_people(&app).await;
    // Without hours the stage alone is not enough.
    let waiting = app.given_mentor().await;
    change(&app, waiting, json!({ "stages": ["seed"] })).await;
    let ask = || json!({ "limit": 1, "preferences": { "stage": 50, "availability": 50 } });
    let before = find(&app, mentee, ask()).await;
    assert_eq!(before.data()[0]["mentor"]["id"], expert.to_string());

    let hours =
        json!({ "day_of_week": 2, "start_time": "08:00", "end_time": "18:00", "timezone": "UTC" });
    let path = format!("/api/mentors/{waiting}/availability");
    let opened = app.post_as(waiting, &path, &hours).await;
    assert_eq!(opened.0, StatusCode::CREATED, "{}", opened.1);

    let after = find(&app, mentee, ask()).await;
    assert_eq!(after.data()[0]["mentor"]["id"], waiting.to_string());
}

#[tokio::test]
async fn another_version_of_the_program_scores_anew() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let [_, _, mentee] = given_people(&app).await;
    let before = find(&app, mentee, ask()).await;

    let path = "/api/matching/programs/office_hours";
    let draft = json!({ "weights": { "expertise": 60, "availability": 40 } });
    let drafted = app
        .ask(Some(admin), Method::PATCH, path, Some(&draft))
        .await;
    assert_eq!(drafted.status, StatusCode::OK, "{}", drafted.text);
    assert_eq!(
        ids(&find(&app, mentee, ask()).await),
        ids(&before),
        "a draft is not in use"
    );
    let activate = format!("{path}/activate");
    app.ask(Some(admin), Method::POST, &activate, None).await;

    assert_ne!(ids(&find(&app, mentee, ask()).await), ids(&before));
}

#[tokio::test]
async fn a_model_is_asked_once_and_one_that_was_down_is_asked_again() {
    let (app, model) = TestApp::with_model().await;
    let [_, _, mentee] = given_people(&app).await;
    app.read_profiles().await;
    model.is(Mood::Down);
    let without = find(&app, mentee, ask()).await;
    assert_eq!(without.body["meta"]["degraded"], true);

    model.is(Mood::Well);
    model.asked();
    let with = find(&app, mentee, ask()).await;
    assert_eq!(with.body["meta"]["degraded"], false);
    assert_eq!(model.asked(), ["pricing"]);

    let again = find(&app, mentee, ask()).await;
    assert_eq!(again.body, with.body);
    assert!(model.asked().is_empty());
    // What the profile says is read anew: the same question means the same, its answer need not.
    change(
        &app,
        mentee,
        json!({ "goals": "Measure our carbon footprint" }),
    )
    .await;
    app.read_profiles().await;
    assert_ne!(ids(&find(&app, mentee, ask()).await), ids(&with));
}

#[tokio::test]
async fn answers_are_kept_for_a_day() {
    let app = TestApp::whole().await;
    let [_, _, mentee] = given_people(&app).await;
    find(&app, mentee, ask()).await;
    assert_eq!(app.remembered_answers().await, 1);

    app.at("2026-03-04T09:00:00Z");
    run_schedule(&app.state, upkeep_cron::fire).await.unwrap();

    assert_eq!(app.remembered_answers().await, 0);
}
