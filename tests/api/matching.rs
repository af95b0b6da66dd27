//! Matches: ranked, explained to the point, and bookable.

mod again;
mod components;
mod explanations;
mod programs;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use tests::{Reply, TestApp};

use crate::{book, texts};

const MATCH: &str = "/api/matching/match";

async fn given_expert(app: &TestApp, profile: Value) -> UserId {
    let mentor = app.given_open_mentor().await;
    let (status, body) = app.patch_as(mentor, "/api/users/me", &profile).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    mentor
}

async fn given_founder(app: &TestApp) -> UserId {
    let mentee = app.given_mentee().await;
    let profile = json!({
        "startup_name": "Solaris", "industry_focus": ["Energy"], "startup_stage": "seed",
        "interests": ["B2B pricing"], "goals": "Find the right price for our first enterprise customers",
    });
    app.patch_as(mentee, "/api/users/me", &profile).await;
    mentee
}

async fn find(app: &TestApp, actor: UserId, body: Value) -> Reply {
    app.ask(Some(actor), Method::POST, MATCH, Some(&body)).await
}

fn thousandths(value: &Value) -> i64 {
    let text = value.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{rest:0<3}").parse().unwrap()
}

#[tokio::test]
async fn the_best_mentor_comes_first_and_every_point_is_explained() {
    let app = TestApp::whole().await;
    let cook = given_expert(
        &app,
        json!({ "expertise_areas": ["Menu design"], "industries": ["Food"] }),
    )
    .await;
    let expert = given_expert(
        &app,
        json!({ "expertise_areas": ["B2B pricing", "Enterprise sales"], "industries": ["Energy"], "stages": ["seed"] }),
    )
    .await;
    let mentee = given_founder(&app).await;

    let reply = find(&app, mentee, json!({ "topic": "pricing" })).await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let matches = reply.data().as_array().unwrap();
    let mentors: Vec<_> = matches
        .iter()
        .map(|found| found["mentor"]["id"].clone())
        .collect();
    assert_eq!(mentors, [json!(expert), json!(cook)]);
    assert!(matches[0]["mentor"].get("email").is_none());
    for found in matches {
        let components = found["components"].as_array().unwrap();
        let points: i64 = components
            .iter()
            .map(|part| thousandths(&part["points"]))
            .sum();
        assert_eq!(points, thousandths(&found["score"]));
        assert!((0..=100_000).contains(&points));
        let weights: i64 = components
            .iter()
            .map(|part| part["weight"].as_i64().unwrap())
            .sum();
        assert_eq!(weights, 100);
        for part in components {
            let has_points = thousandths(&part["points"]) != 0;
            let has_evidence = !part["evidence"].as_array().unwrap().is_empty();
            assert!(has_evidence || !has_points, "{part}");
        }
        assert_eq!(found["is_weak"], thousandths(&found["score"]) < 70_000);
        assert!(!found["reasoning"].as_str().unwrap().is_empty());
    }
    assert!(thousandths(&matches[0]["score"]) > thousandths(&matches[1]["score"]));
}

#[tokio::test]
async fn next_slots_can_be_booked_and_the_session_keeps_the_score() {
    let app = TestApp::whole().await;
    let mentor = given_expert(&app, json!({ "expertise_areas": ["B2B pricing"] })).await;
    let mentee = given_founder(&app).await;
    let reply = find(&app, mentee, json!({ "topic": "pricing" })).await;
    let found = &reply.data()[0];
    let slots = texts(&found["next_slots"], "starts_at");
    assert_eq!(slots.len(), 3);

    let body =
        json!({ "mentor_id": mentor, "scheduled_at": slots[0], "match_id": found["match_id"] });
    let booked = app
        .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await;

    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
    assert_eq!(booked.data()["match_score"], found["score"]);
    for slot in &slots[1..] {
        assert_eq!(book(&app, mentee, mentor, slot).await.status, 201);
    }
    let again = find(&app, mentee, json!({ "topic": "pricing" })).await;
    let next = texts(&again.data()[0]["next_slots"], "starts_at");
    assert!(slots.iter().all(|slot| !next.contains(slot)));
}

#[tokio::test]
async fn a_match_of_another_mentee_does_not_book() {
    let app = TestApp::whole().await;
    let mentor = given_expert(&app, json!({ "expertise_areas": ["B2B pricing"] })).await;
    let (mentee, other) = (given_founder(&app).await, app.given_mentee().await);
    let reply = find(&app, mentee, json!({})).await;
    let found = &reply.data()[0];
    let body = json!({
        "mentor_id": mentor, "scheduled_at": found["next_slots"][0]["starts_at"], "match_id": found["match_id"],
    });
    let refused = app
        .ask(Some(other), Method::POST, "/api/sessions", Some(&body))
        .await;
    assert_eq!(refused.problems(), [("match_id", "unknown_match")]);
}

#[tokio::test]
async fn a_match_is_explained_to_its_two_people_and_admins_only() {
    let app = TestApp::whole().await;
    let mentor = given_expert(&app, json!({ "expertise_areas": ["B2B pricing"] })).await;
    let mentee = given_founder(&app).await;
    let reply = find(
        &app,
        mentee,
        json!({ "need": "How do we price for enterprises?" }),
    )
    .await;
    let found = &reply.data()[0];
    let path = format!(
        "/api/matching/explain/{}",
        found["match_id"].as_str().unwrap()
    );

    for actor in [mentee, mentor, app.given_admin().await] {
        let (status, body) = app.get_as(actor, &path).await;
        assert_eq!(status, StatusCode::OK);
        for field in ["match_id", "score", "components", "reasoning", "is_weak"] {
            assert_eq!(body["data"][field], found[field], "{field}");
        }
        assert_eq!(body["data"]["program"], "office_hours");
    }
    for stranger in [app.given_mentee().await, app.given_mentor().await] {
        assert_eq!(app.get_as(stranger, &path).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.get(&path).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_changed_mentor_is_seen_by_the_next_match_in_every_environment() {
    let app = TestApp::whole().await;
    let mentor = given_expert(&app, json!({ "expertise_areas": ["Menu design"] })).await;
    let mentee = given_founder(&app).await;
    let another = app.another_router(matching::router());
    let areas = async || {
        let call = app
            .call(Method::POST, MATCH)
            .by(mentee)
            .await
            .json(&json!({}));
        let there = call.on(&another).send().await;
        let here = find(&app, mentee, json!({})).await;
        let of = |reply: &Reply| {
            reply
                .data()
                .as_array()
                .unwrap()
                .iter()
                .map(|found| found["mentor"]["expertise_areas"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&here), of(&there));
        of(&here)
    };
    assert_eq!(areas().await, [json!(["Menu design"])]);

    app.patch_as(
        mentor,
        "/api/users/me",
        &json!({ "expertise_areas": ["B2B pricing"] }),
    )
    .await;
    assert_eq!(areas().await, [json!(["B2B pricing"])]);

    app.patch_as(mentor, "/api/users/me", &json!({ "accepting": false }))
        .await;
    assert!(areas().await.is_empty());

    let newcomer = app.given_unverified(Role::Mentor).await;
    assert!(areas().await.is_empty());
    let token = app.given_verification_token(newcomer).await;
    app.post("/api/auth/email/verify", &json!({ "token": token }))
        .await;
    assert_eq!(areas().await.len(), 1);
}

#[tokio::test]
async fn mentees_ask_for_themselves_and_admins_for_anybody() {
    let app = TestApp::whole().await;
    let mentor = given_expert(&app, json!({ "expertise_areas": ["B2B pricing"] })).await;
    let (mentee, admin) = (given_founder(&app).await, app.given_admin().await);
    let unverified = app.given_unverified(Role::Mentee).await;

    assert_eq!(
        find(&app, mentee, json!({ "mentee_id": mentee }))
            .await
            .status,
        200
    );
    assert_eq!(
        find(&app, admin, json!({ "mentee_id": mentee }))
            .await
            .status,
        200
    );
    for (actor, body, status, code) in [
        (mentee, json!({ "mentee_id": admin }), 403, "forbidden"),
        (mentor, json!({}), 403, "forbidden"),
        (admin, json!({}), 400, "missing_field"),
        (admin, json!({ "mentee_id": mentor }), 404, "not_found"),
        (admin, json!({ "mentee_id": unverified }), 404, "not_found"),
        (unverified, json!({}), 403, "email_not_verified"),
        (mentee, json!({ "limit": 21 }), 400, "out_of_range"),
        (
            mentee,
            json!({ "program": "charity" }),
            400,
            "unknown_value",
        ),
    ] {
        let reply = find(&app, actor, body.clone()).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code()),
            (status, code),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_list_is_as_long_as_asked_and_the_same_each_time() {
    let app = TestApp::whole().await;
    for _ in 0..8 {
        given_expert(&app, json!({ "expertise_areas": ["Pricing"] })).await;
    }
    let mentee = given_founder(&app).await;
    let ids = async |limit| {
        let reply = find(&app, mentee, json!({ "limit": limit })).await;
        reply
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["mentor"]["id"].clone())
            .collect::<Vec<_>>()
    };
    let all = ids(20).await;
    assert_eq!(all.len(), 8);
    assert_eq!(ids(3).await, all[..3]);
    assert_eq!(ids(20).await, all);
}
