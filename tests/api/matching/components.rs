//! Components of a score: they add up, name their evidence, and say what a change would add.

use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::TestApp;

use super::{find, given_expert, given_founder, thousandths};

fn component<'a>(found: &'a Value, name: &str) -> &'a Value {
    let components = found["components"].as_array().unwrap();
    components.iter().find(|part| part["name"] == name).unwrap()
}

fn sum(found: &Value) -> i64 {
    let components = found["components"].as_array().unwrap();
    components
        .iter()
        .map(|part| thousandths(&part["points"]))
        .sum()
}

/// One of several words, by number.
fn pick(words: &[&'static str], number: usize) -> &'static str {
    words[number % words.len()]
}

const AREAS: &[&str] = &[
    "B2B pricing",
    "Seed fundraising",
    "Rust",
    "Protein folding",
    "Hiring",
];
const INDUSTRIES: &[&str] = &["Fintech", "Biotech", "Energy"];
const STAGES: &[&str] = &["idea", "seed", "series_a"];
const PLACES: &[&str] = &["Berlin", "Nairobi", "Berlin, Germany"];
const LANGUAGES: &[&str] = &["English", "German", "Kiswahili"];

async fn given_population(app: &TestApp) -> Vec<UserId> {
    for number in 0..12 {
        let mentor = given_expert(
            app,
            json!({
                "expertise_areas": [pick(AREAS, number), pick(AREAS, number + 1)],
                "industries": [pick(INDUSTRIES, number)], "stages": [pick(STAGES, number / 2)],
                "location": pick(PLACES, number), "languages": [pick(LANGUAGES, number / 3)],
                "bio": format!("I led {} teams and like video calls.", pick(INDUSTRIES, number + 1)),
            }),
        )
        .await;
        let stars = i64::try_from(1 + number % 5).unwrap();
        app.given_ratings(mentor, &[stars, stars, 5, 4]).await;
    }
    let mut mentees = Vec::new();
    for number in 0..4 {
        let mentee = app.given_mentee().await;
        let profile = json!({
            "industry_focus": [pick(INDUSTRIES, number)], "startup_stage": pick(STAGES, number),
            "interests": [pick(AREAS, number)], "career_goals": format!("Leading a team in {}", pick(INDUSTRIES, number)),
            "research_interests": [pick(AREAS, number + 3)], "technical_skills": ["Rust"],
            "communication_preferences": ["Video calls"], "location": pick(PLACES, number),
            "languages": [pick(LANGUAGES, number)],
        });
        let (status, body) = app.patch_as(mentee, "/api/users/me", &profile).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        mentees.push(mentee);
    }
    mentees
}

#[tokio::test]
async fn points_add_up_for_every_pair_here_and_in_the_database() {
    let app = TestApp::whole().await;
    let mentees = given_population(&app).await;
    let mut pairs = 0;

    for mentee in mentees {
        for program in ["office_hours", "mentorship"] {
            let reply = find(&app, mentee, json!({ "limit": 20, "program": program })).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
            for found in reply.data().as_array().unwrap() {
                assert_eq!(sum(found), thousandths(&found["score"]), "{found}");
                let path = format!(
                    "/api/matching/explain/{}",
                    found["match_id"].as_str().unwrap()
                );
                let (_, explained) = app.get_as(mentee, &path).await;
                assert_eq!(explained["data"]["components"], found["components"]);
                assert_eq!(explained["data"]["score"], found["score"]);
                assert_eq!(explained["data"]["explanation_source"], "template");
                pairs += 1;
            }
        }
    }

    assert_eq!(pairs, 4 * 2 * 12);
    assert_eq!(app.scores_that_do_not_add_up().await, 0);
}

#[tokio::test]
async fn ratings_count_once_they_are_public() {
    let app = TestApp::whole().await;
    let praised = given_expert(&app, json!({ "expertise_areas": ["Pricing"] })).await;
    let usual = given_expert(&app, json!({ "expertise_areas": ["Pricing"] })).await;
    let new = given_expert(&app, json!({ "expertise_areas": ["Pricing"] })).await;
    app.given_ratings(praised, &[5, 5, 5, 5, 5]).await;
    app.given_ratings(usual, &[3, 3, 3, 3, 3]).await;
    app.given_ratings(new, &[5, 5]).await;
    let mentee = given_founder(&app).await;

    let reply = find(&app, mentee, json!({ "topic": "Pricing" })).await;

    let matches = reply.data().as_array().unwrap();
    let of = |mentor: UserId| {
        let found = matches
            .iter()
            .find(|found| found["mentor"]["id"] == mentor.to_string());
        component(found.unwrap(), "rating").clone()
    };
    // Five ratings one star above the usual 4 count half: 2.5 / 2.
    assert_eq!(of(praised)["points"], 1.25);
    assert_eq!(of(usual)["points"], -1.25);
    assert_eq!(
        of(praised)["evidence"],
        json!([{ "kind": "ratings", "ratings": 5, "mean": 5, "usual": 4 }])
    );
    let unknown = of(new);
    assert_eq!(
        (&unknown["points"], &unknown["evidence"]),
        (&json!(0), &json!([]))
    );
}

#[tokio::test]
async fn a_counterfactual_comes_true() {
    let app = TestApp::whole().await;
    given_expert(
        &app,
        json!({ "expertise_areas": ["B2B pricing"], "industries": ["Energy", "Fintech"], "stages": ["seed"] }),
    )
    .await;
    let mentee = app.given_mentee().await;
    let ask = || json!({ "topic": "Pricing" });
    let before = find(&app, mentee, ask()).await.data()[0].clone();
    let promised = component(&before, "industry")["counterfactual"].clone();
    assert_eq!(
        promised["change"],
        json!({ "kind": "industry", "industry": "Energy" })
    );
    assert_eq!(promised["line"], "with Energy in the industry focus: +30");
    let stage = component(&before, "stage")["counterfactual"].clone();
    assert_eq!(stage["line"], "with the startup at the seed stage: +20");

    let change = json!({ "industry_focus": ["Energy"] });
    app.patch_as(mentee, "/api/users/me", &change).await;

    let after = find(&app, mentee, ask()).await.data()[0].clone();
    let gained = thousandths(&after["score"]) - thousandths(&before["score"]);
    assert_eq!(gained, thousandths(&promised["points"]));
    assert!(
        component(&after, "industry")
            .get("counterfactual")
            .is_none()
    );
}

#[tokio::test]
async fn what_a_mentee_or_mentor_hides_is_no_evidence() {
    let app = TestApp::whole().await;
    let profile = json!({ "location": "Nairobi", "languages": ["Kiswahili"] });
    let mentor = given_expert(&app, profile.clone()).await;
    let mentee = app.given_mentee().await;
    app.patch_as(mentee, "/api/users/me", &profile).await;
    let text = async || {
        let reply = find(&app, mentee, json!({ "program": "mentorship" })).await;
        let components = reply.data()[0]["components"].as_array().unwrap();
        let evidence: String = components
            .iter()
            .map(|part| part["evidence"].to_string())
            .collect();
        evidence + &reply.data()[0]["reasoning"].to_string()
    };
    assert!(text().await.contains("Nairobi"));

    for hidden in [mentor, mentee] {
        for (shows, is_found) in [(false, false), (true, true)] {
            let visibility = json!({
                "location": shows, "languages": shows, "company": true, "profile_picture": true, "phone": false,
            });
            let privacy = json!({ "visibility": visibility });
            let path = "/api/users/me/privacy";
            let reply = app
                .ask(Some(hidden), http::Method::PUT, path, Some(&privacy))
                .await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
            let text = text().await;
            assert_eq!(text.contains("Kiswahili"), is_found, "{text}");
            assert_eq!(text.contains("Nairobi"), is_found, "{text}");
        }
    }
}
