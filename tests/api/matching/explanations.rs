//! Explanations: worded by a model that says nothing but the facts, or by the platform itself.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Habit, TestApp, Writer};

use super::{find, given_expert, given_founder};

const GOOD: &str = "Expertise gives {expertise.points} points, as {mentor} offers {expertise.1.mentor}. The industry adds \
                    {industry.points} points.";

/// A match of two people, and the way to its explanation.
async fn given_match(app: &TestApp) -> (UserId, Value, String) {
    given_expert(
        app,
        json!({ "expertise_areas": ["B2B pricing"], "industries": ["Energy"] }),
    )
    .await;
    let mentee = given_founder(app).await;
    let found = find(app, mentee, json!({ "topic": "Pricing" }))
        .await
        .data()[0]
        .clone();
    let path = format!(
        "/api/matching/explain/{}",
        found["match_id"].as_str().unwrap()
    );
    (mentee, found, path)
}

#[tokio::test]
async fn a_model_words_the_facts_once_and_they_are_kept() {
    let writer = Writer::start(Habit::Says(GOOD)).await;
    let app = TestApp::with_writer(&writer).await;
    let (mentee, found, path) = given_match(&app).await;
    assert!(writer.asked().is_empty(), "a ranking waits for no model");

    let (_, first) = app.get_as(mentee, &path).await;
    let (_, second) = app.get_as(mentee, &path).await;

    let data = &first["data"];
    let points = |place: usize| found["components"][place]["points"].to_string();
    let name = ["first_name", "last_name"].map(|part| found["mentor"][part].as_str().unwrap());
    let expected = format!(
        "Expertise gives {} points, as {} {} offers B2B pricing. The industry adds {} points.",
        points(0),
        name[0],
        name[1],
        points(1)
    );
    assert_eq!(data["reasoning"], expected);
    assert_eq!(data["explanation_source"], "llm");
    assert_eq!(data["components"], found["components"]);
    assert_eq!(second["data"]["reasoning"], expected);
    let asked = writer.asked();
    assert_eq!(asked.len(), 1);
    let message = asked[0]["messages"][0]["content"][0]["text"]
        .as_str()
        .unwrap();
    assert!(message.contains("B2B pricing"), "{message}");
    assert!(!message.contains(name[1]), "no name leaves the platform");
}

#[tokio::test]
async fn a_text_that_says_more_than_the_facts_is_thrown_away_for_good() {
    let text = "Expertise gives {expertise.points} points, as {mentor} offers {expertise.1.mentor} at Google.";
    let writer = Writer::start(Habit::Says(text)).await;
    let app = TestApp::with_writer(&writer).await;
    let (mentee, found, path) = given_match(&app).await;

    for _ in 0..2 {
        let (status, explained) = app.get_as(mentee, &path).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(explained["data"]["reasoning"], found["reasoning"]);
        assert_eq!(explained["data"]["explanation_source"], "template");
    }

    assert_eq!(writer.asked().len(), 1);
    assert_eq!(app.explanations().await, ["refused"]);
}

#[tokio::test]
async fn a_model_that_fails_costs_nobody_an_answer() {
    for habit in [Habit::Throttles, Habit::Babbles, Habit::Fails, Habit::Hangs] {
        let writer = Writer::start(habit.clone()).await;
        let app = TestApp::with_writer(&writer).await;
        let (mentee, found, path) = given_match(&app).await;

        // The second answer does not wait at all: the model rests.
        for _ in 0..2 {
            let answer = tokio::time::timeout(Duration::from_secs(15), app.get_as(mentee, &path));
            let (status, explained) = answer.await.expect("long before the model answers");
            assert_eq!(status, StatusCode::OK, "{habit:?}");
            assert_eq!(explained["data"]["reasoning"], found["reasoning"]);
            assert_eq!(explained["data"]["explanation_source"], "template");
        }

        assert_eq!(writer.asked().len(), 1, "{habit:?}");
        assert_eq!(app.explanations().await, ["failed"], "{habit:?}");
    }
}

#[tokio::test]
async fn without_a_model_the_built_in_sentences_explain() {
    let app = TestApp::whole().await;
    let (mentee, found, path) = given_match(&app).await;

    let (_, explained) = app.get_as(mentee, &path).await;

    assert_eq!(explained["data"]["reasoning"], found["reasoning"]);
    assert_eq!(explained["data"]["explanation_source"], "template");
    assert_eq!(app.explanations().await, ["untried"]);
}
