//! What texts mean: read by a worker when a profile changes, compared in a request, and done without when it cannot be had.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::model::{Model, Mood};
use tests::{Reply, TestApp};
use tokio::time::timeout;

/// Far more than an answer needs, far less than a model that hangs takes.
const IN_TIME: Duration = Duration::from_secs(15);

async fn given_mentor(app: &TestApp, bio: &str) -> UserId {
    let mentor = app.given_open_mentor().await;
    change(app, mentor, json!({ "bio": bio })).await;
    mentor
}

async fn change(app: &TestApp, person: UserId, profile: Value) {
    let (status, body) = app.patch_as(person, "/api/users/me", &profile).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

async fn find(app: &TestApp, mentee: UserId, body: Value) -> Reply {
    let path = "/api/matching/match";
    let asked = app.ask(Some(mentee), Method::POST, path, Some(&body));
    let reply = timeout(IN_TIME, asked).await.expect("an answer in time");
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    reply
}

fn meta(reply: &Reply) -> Value {
    serde_json::from_str::<Value>(&reply.text).unwrap()["meta"].clone()
}

fn order(reply: &Reply) -> Vec<String> {
    let matches = reply.data().as_array().unwrap().iter();
    matches
        .map(|found| found["mentor"]["id"].as_str().unwrap().to_owned())
        .collect()
}

/// A mentor for the climate, one for weddings, and a mentee whose goal shares no word with either.
async fn given_people(app: &TestApp) -> [UserId; 3] {
    let wedding = given_mentor(app, "Wedding photography").await;
    let climate = given_mentor(app, "Carbon accounting").await;
    let mentee = app.given_mentee().await;
    change(app, mentee, json!({ "goals": "Measure our footprint" })).await;
    [climate, wedding, mentee]
}

#[tokio::test]
async fn a_mentor_is_found_by_what_they_mean() {
    let (app, model) = TestApp::with_model().await;
    let [climate, wedding, mentee] = given_people(&app).await;
    app.read_profiles().await;

    let by_profile = find(&app, mentee, json!({})).await;
    let by_need = find(&app, mentee, json!({ "need": "Pretty portraits" })).await;

    assert_eq!(meta(&by_profile), json!({ "degraded": false }));
    assert_eq!(order(&by_profile)[0], climate.to_string());
    let evidence = &by_profile.data()[0]["components"][0]["evidence"][0];
    assert_eq!(evidence["kind"], "passages");
    assert_eq!(
        evidence["mentee"],
        json!({ "field": "goals", "text": "Measure our footprint" })
    );
    assert_eq!(
        evidence["mentor"],
        json!({ "field": "bio", "text": "Carbon accounting" })
    );
    assert_eq!(meta(&by_need), json!({ "degraded": false }));
    assert_eq!(order(&by_need)[0], wedding.to_string());
    assert!(model.asked().contains(&"Pretty portraits".to_owned()));
}

#[tokio::test]
async fn without_a_model_words_are_compared_and_the_answer_says_so() {
    let app = TestApp::whole().await;
    let [climate, _, mentee] = given_people(&app).await;

    let reply = find(&app, mentee, json!({ "topic": "Carbon" })).await;

    assert_eq!(meta(&reply), json!({ "degraded": true }));
    assert_eq!(order(&reply)[0], climate.to_string());
    assert!(app.profile_events().await.is_empty());
}

#[tokio::test]
async fn a_model_that_is_late_wrong_or_down_is_done_without() {
    let (app, model) = TestApp::with_model().await;
    let [climate, _, mentee] = given_people(&app).await;
    app.read_profiles().await;

    for mood in [
        Mood::Hanging,
        Mood::Throttled,
        Mood::Down,
        Mood::Garbage("<html>"),
        Mood::Garbage("{\"embedding\": \"none\"}"),
        Mood::Numbers(255),
        Mood::Numbers(1024),
    ] {
        model.is(mood);

        let reply = find(&app, mentee, json!({ "topic": "Carbon" })).await;

        assert_eq!(meta(&reply), json!({ "degraded": true }), "{mood:?}");
        assert_eq!(order(&reply)[0], climate.to_string(), "{mood:?}");
    }
    model.is(Mood::Well);
    let reply = find(&app, mentee, json!({ "topic": "Carbon" })).await;
    assert_eq!(meta(&reply), json!({ "degraded": false }));
}

#[tokio::test]
async fn the_worker_comes_again_and_reads_only_what_is_new() {
    let (app, model) = TestApp::with_model().await;
    let mentor = app.given_open_mentor().await;
    let profile = json!({ "bio": "Carbon accounting", "title": "Adviser", "expertise_areas": ["Climate", "Reports"] });
    change(&app, mentor, profile).await;
    let events = app.profile_events().await;
    assert_eq!(events.len(), 1);

    for mood in [
        Mood::Throttled,
        Mood::Down,
        Mood::Garbage(""),
        Mood::Numbers(3),
    ] {
        model.is(mood);
        assert!(app.read_profile(&events[0]).await.is_err(), "{mood:?}");
        assert_eq!(app.vectors().await, 0);
    }
    model.is(Mood::Well);
    model.asked();
    app.read_profile(&events[0]).await.unwrap();
    assert_eq!(
        model.asked(),
        ["Carbon accounting", "Climate, Reports", "Adviser"]
    );
    app.read_profile(&events[0]).await.unwrap();
    assert_eq!(model.asked(), Vec::<String>::new(), "twice is once");

    change(&app, mentor, json!({ "bio": "Climate law", "title": null })).await;
    app.read_profile(&app.profile_events().await[1])
        .await
        .unwrap();
    assert_eq!(model.asked(), ["Climate law"]);
    assert_eq!(app.vectors().await, 2, "the title's vector went with it");
}

#[tokio::test]
async fn what_was_said_before_counts_no_more() {
    let (app, _) = TestApp::with_model().await;
    let [climate, wedding, mentee] = given_people(&app).await;
    app.read_profiles().await;
    assert_eq!(
        order(&find(&app, mentee, json!({})).await)[0],
        climate.to_string()
    );

    change(&app, mentee, json!({ "goals": "Memorable portraits" })).await;
    let not_read_yet = find(&app, mentee, json!({})).await;
    app.read_profiles().await;
    let read = find(&app, mentee, json!({})).await;

    assert_eq!(meta(&not_read_yet), json!({ "degraded": true }));
    assert_eq!(meta(&read), json!({ "degraded": false }));
    assert_eq!(order(&read)[0], wedding.to_string());
}

#[tokio::test]
async fn the_upkeep_counts_the_corpus_once_a_day_and_sends_the_model_back() {
    let (app, model) = TestApp::with_model().await;
    given_people(&app).await;

    app.keep_up().await;
    let promised = app.profile_events().await.len();
    app.read_profiles().await;
    app.keep_up().await;

    assert_eq!(promised, 6, "three of the changes, three of the upkeep");
    assert_eq!(
        app.profile_events().await.len(),
        promised,
        "nothing is left to read"
    );
    assert_eq!(app.corpora().await, ["1 2"]);
    app.at("2026-03-03T08:00:00Z");
    given_mentor(&app, "Carbon markets").await;
    app.keep_up().await;
    assert_eq!(app.corpora().await, ["2 3"]);
    drop(model);
}

#[tokio::test]
async fn the_model_is_told_nothing_of_people_who_are_not_there() {
    let (app, model) = TestApp::with_model().await;
    let mentor = given_mentor(&app, "Carbon accounting").await;
    app.given_suspension(mentor).await;

    app.read_profiles().await;

    assert_eq!(model.asked(), Vec::<String>::new());
    let _: Model = model;
}
