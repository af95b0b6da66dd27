//! Programs: drafted, previewed, put to use, and remembered by every match.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::matching::Program;
use shared::store;
use tests::{Reply, TestApp};

use super::{MATCH, find, given_expert, given_founder, thousandths};

const PROGRAMS: &str = "/api/matching/programs";

fn research() -> Value {
    json!({
        "key": "research_year", "name": "Research year", "good_score": 50,
        "weights": { "research_interests": 60, "technical_skills": 40 },
    })
}

async fn given_program(app: &TestApp, admin: UserId, body: &Value) -> Reply {
    let reply = app
        .ask(Some(admin), Method::POST, PROGRAMS, Some(body))
        .await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply
}

async fn activate(app: &TestApp, admin: UserId, key: &str) -> Reply {
    let path = format!("{PROGRAMS}/{key}/activate");
    app.ask(Some(admin), Method::POST, &path, None).await
}

fn weights(found: &Value) -> Vec<(String, i64)> {
    let components = found["components"].as_array().unwrap();
    components
        .iter()
        .map(|part| {
            (
                part["name"].as_str().unwrap().to_owned(),
                part["weight"].as_i64().unwrap(),
            )
        })
        .filter(|(_, weight)| *weight > 0)
        .collect()
}

#[tokio::test]
async fn the_built_in_programs_are_there_as_the_product_has_them() {
    let app = TestApp::whole().await;
    let client = app.state.db.client().await.unwrap();

    for built_in in [Program::office_hours(), Program::mentorship()] {
        let stored = store::program::find_active(&client, built_in.key())
            .await
            .unwrap();
        assert_eq!(stored, Some(built_in));
    }
}

#[tokio::test]
async fn a_program_is_defined_and_put_to_use() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    given_expert(&app, json!({ "expertise_areas": ["Protein folding"] })).await;
    let mentee = given_founder(&app).await;
    let ask = || json!({ "program": "research_year" });

    let created = given_program(&app, admin, &research()).await;
    assert_eq!(
        created.header("location"),
        "/api/matching/programs/research_year"
    );
    assert_eq!(created.data()["active"], Value::Null);
    assert_eq!(created.data()["draft"]["weights"], research()["weights"]);
    let unknown = find(&app, mentee, ask()).await;
    assert_eq!(unknown.problems(), [("program", "unknown_value")]);

    let activated = activate(&app, admin, "research_year").await;
    assert_eq!(activated.status, StatusCode::OK, "{}", activated.text);
    assert_eq!(activated.data()["active"]["number"], 1);
    assert_eq!(activated.data()["draft"], Value::Null);
    let found = find(&app, mentee, ask()).await;
    let expected = [
        ("research_interests".to_owned(), 60),
        ("technical_skills".to_owned(), 40),
    ];
    assert_eq!(weights(&found.data()[0]), expected);
    let log = app.audit_log().await;
    let why = ["research_year version 1"; 2].map(str::to_owned);
    assert_eq!([&log[0][2], &log[1][2]], [&why[0], &why[1]]);
    assert_eq!(
        [&log[0][0], &log[1][0]],
        ["program_created", "program_activated"]
    );
}

#[tokio::test]
async fn a_change_is_a_draft_and_matches_keep_the_version_they_were_made_with() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    given_expert(&app, json!({ "expertise_areas": ["Pricing"] })).await;
    let mentee = given_founder(&app).await;
    let path = format!("{PROGRAMS}/office_hours");
    let version = async || {
        let found = find(&app, mentee, json!({})).await.data()[0].clone();
        let explain = format!(
            "/api/matching/explain/{}",
            found["match_id"].as_str().unwrap()
        );
        let (_, explained) = app.get_as(mentee, &explain).await;
        (
            explained["data"]["program_version"].as_i64().unwrap(),
            explain,
        )
    };
    let (first, explain) = version().await;
    assert_eq!(first, 1);
    let change = json!({ "weights": { "expertise": 100 } });

    let call = app.call(Method::PATCH, &path).by(admin).await.json(&change);
    let drafted = call.header("if-match", "\"1\"").send().await;

    assert_eq!(drafted.status, StatusCode::OK, "{}", drafted.text);
    assert_eq!(drafted.header("etag"), "\"2\"");
    assert_eq!(drafted.data()["active"]["number"], 1);
    assert_eq!(drafted.data()["draft"]["number"], 2);
    assert_eq!(version().await.0, 1);
    let call = app
        .call(Method::PATCH, &path)
        .by(admin)
        .await
        .json(&json!({ "name": "X" }));
    let stale = call.header("if-match", "\"1\"").send().await;
    assert_eq!(
        (stale.status.as_u16(), stale.code()),
        (412, "stale_version")
    );
    let same = app.patch_as(admin, &path, &change).await.1;
    assert_eq!(same["data"]["draft"]["number"], 2, "nothing is otherwise");

    activate(&app, admin, "office_hours").await;

    assert_eq!(version().await.0, 2);
    let (_, explained) = app.get_as(mentee, &explain).await;
    assert_eq!(explained["data"]["program_version"], 1);
    let (_, shown) = app.get_as(admin, &path).await;
    let versions = shown["data"]["versions"].as_array().unwrap();
    let numbers: Vec<_> = versions
        .iter()
        .map(|version| version["number"].as_i64())
        .collect();
    assert_eq!(numbers, [Some(2), Some(1)]);
    assert_eq!(
        versions[1]["weights"],
        json!({ "expertise": 40, "industry": 30, "stage": 20, "availability": 10 })
    );
    let again = activate(&app, admin, "office_hours").await;
    assert_eq!(
        (again.status.as_u16(), again.code()),
        (409, "no_program_draft")
    );
    let refusal = app
        .refusal_of("UPDATE program_versions SET name = 'x'")
        .await;
    assert!(refusal.unwrap().contains("never changed"));
}

#[tokio::test]
async fn what_is_no_program_is_refused() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let with = |field: &str, value: Value| {
        let mut body = research();
        body[field] = value;
        body
    };
    for (body, field, code) in [
        (
            with("weights", json!({ "stage": 99 })),
            "weights",
            "weights_wrong_sum",
        ),
        (with("weights", json!({})), "weights", "weights_wrong_sum"),
        (
            with("weights", json!({ "stage": 101 })),
            "weights.stage",
            "out_of_range",
        ),
        (
            with("weights", json!({ "stage": 95, "rating": 5 })),
            "weights.rating",
            "unknown_field",
        ),
        (with("key", json!("Research")), "key", "invalid_program_key"),
        (with("good_score", json!(101)), "good_score", "out_of_range"),
        (with("name", json!(" ")), "name", "too_short"),
    ] {
        let reply = app
            .ask(Some(admin), Method::POST, PROGRAMS, Some(&body))
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(reply.problems(), [(field, code)], "{body}");
    }
    let taken = with("key", json!("mentorship"));
    let reply = app
        .ask(Some(admin), Method::POST, PROGRAMS, Some(&taken))
        .await;
    assert_eq!(
        (reply.status.as_u16(), reply.problems()),
        (409, vec![("key", "program_key_taken")])
    );
    let change = json!({ "weights": { "stage": 99 } });
    let (status, _) = app
        .patch_as(admin, &format!("{PROGRAMS}/mentorship"), &change)
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn drafts_are_for_admins() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    given_program(&app, admin, &research()).await;
    let keys = async |actor| {
        let (status, body) = app.get_as(actor, &format!("{PROGRAMS}?limit=2")).await;
        assert_eq!(status, StatusCode::OK);
        let next = body["meta"]["next_cursor"].clone();
        let keys: Vec<_> = body["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|program| program["key"].clone())
            .collect();
        (keys, next)
    };

    assert_eq!(
        keys(mentee).await,
        (
            vec![json!("office_hours"), json!("mentorship")],
            Value::Null
        )
    );
    let (_, next) = keys(admin).await;
    let rest = format!("{PROGRAMS}?limit=2&cursor={}", next.as_str().unwrap());
    let (_, rest) = app.get_as(admin, &rest).await;
    assert_eq!(rest["data"][0]["key"], "research_year");

    app.patch_as(
        admin,
        &format!("{PROGRAMS}/mentorship"),
        &json!({ "name": "Other" }),
    )
    .await;
    let (_, shown) = app.get_as(mentee, &format!("{PROGRAMS}/mentorship")).await;
    assert_eq!(
        (&shown["data"]["draft"], shown["data"].get("versions")),
        (&Value::Null, None)
    );
}

#[tokio::test]
async fn a_request_may_prefer_other_weights() {
    let app = TestApp::whole().await;
    given_expert(
        &app,
        json!({ "expertise_areas": ["Pricing"], "stages": ["seed"] }),
    )
    .await;
    let mentee = given_founder(&app).await;

    let ask = json!({ "preferences": { "stage": 90, "location": 10 } });
    let found = find(&app, mentee, ask).await.data()[0].clone();

    assert_eq!(
        weights(&found),
        [("stage".to_owned(), 90), ("location".to_owned(), 10)]
    );
    assert!(thousandths(&found["score"]) >= 90_000);
    let wrong = json!({ "preferences": { "stage": 90 } });
    let reply = find(&app, mentee, wrong).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.problems(), [("preferences", "weights_wrong_sum")]);
}

#[tokio::test]
async fn a_preview_shows_who_would_move_and_changes_nothing() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let expert = given_expert(&app, json!({ "expertise_areas": ["B2B pricing"] })).await;
    let local = given_expert(
        &app,
        json!({ "stages": ["seed"], "industries": ["Energy"], "location": "Nairobi" }),
    )
    .await;
    let mentee = given_founder(&app).await;
    app.patch_as(mentee, "/api/users/me", &json!({ "location": "Nairobi" }))
        .await;
    let before = find(&app, mentee, json!({ "topic": "B2B pricing" }))
        .await
        .data()
        .clone();
    assert_eq!(before[0]["mentor"]["id"], local.to_string());
    let preview = format!("{PROGRAMS}/office_hours/preview");
    let none = app.ask(Some(admin), Method::POST, &preview, None).await;
    assert_eq!(
        (none.status.as_u16(), none.code()),
        (409, "no_program_draft")
    );

    let change = json!({ "weights": { "expertise": 90, "location": 10 } });
    app.patch_as(admin, &format!("{PROGRAMS}/office_hours"), &change)
        .await;
    let shown = app.ask(Some(admin), Method::POST, &preview, None).await;

    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let data = shown.data();
    assert_eq!(
        (&data["active_version"], &data["draft_version"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(
        (&data["requests"], &data["matches"], &data["skipped"]),
        (&json!(1), &json!(2), &json!(0))
    );
    assert_eq!(
        (&data["first_changes"], &data["moved"]),
        (&json!(1), &json!(2))
    );
    let moves = data["moves"].as_array().unwrap();
    let of = |mentor: UserId| {
        moves
            .iter()
            .find(|found| found["mentor_id"] == mentor.to_string())
            .unwrap()
    };
    for (place, mentor) in [(1, expert), (0, local)] {
        let found = of(mentor);
        assert_eq!(found["score_before"], before[place]["score"]);
        let change = thousandths(&found["score_after"]) - thousandths(&found["score_before"]);
        assert_eq!(thousandths(&found["change"]), change);
        assert_eq!(
            (found["rank_before"].as_u64(), found["rank_after"].as_u64()),
            (Some(place as u64 + 1), Some(2 - place as u64))
        );
    }
    // What the draft promises is what it does.
    activate(&app, admin, "office_hours").await;
    let after = find(&app, mentee, json!({ "topic": "B2B pricing" }))
        .await
        .data()
        .clone();
    assert_eq!(after[0]["mentor"]["id"], expert.to_string());
    assert_eq!(after[0]["score"], of(expert)["score_after"]);
    assert_eq!(after[1]["score"], of(local)["score_after"]);
}

#[tokio::test]
async fn mentors_see_the_matches_in_which_they_were_proposed() {
    let app = TestApp::whole().await;
    let mentor = given_expert(&app, json!({ "expertise_areas": ["Pricing"] })).await;
    let other = given_expert(&app, json!({ "expertise_areas": ["Hiring"] })).await;
    let (mentee, admin) = (given_founder(&app).await, app.given_admin().await);
    let mut made = Vec::new();
    for topic in ["Pricing", "Prices", "What to ask for"] {
        let ask = json!({ "topic": topic });
        let reply = app.ask(Some(mentee), Method::POST, MATCH, Some(&ask)).await;
        let found = reply.data().as_array().unwrap().clone();
        let own = found
            .iter()
            .find(|found| found["mentor"]["id"] == mentor.to_string());
        made.insert(0, own.unwrap()["match_id"].clone());
    }
    let path = format!("/api/matching/mentors/{mentor}/matches");

    let (_, first) = app.get_as(mentor, &format!("{path}?limit=2")).await;
    let cursor = first["meta"]["next_cursor"].as_str().unwrap();
    let (_, rest) = app
        .get_as(admin, &format!("{path}?limit=2&cursor={cursor}"))
        .await;

    let ids = |page: &Value| -> Vec<Value> {
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["match_id"].clone())
            .collect()
    };
    assert_eq!([ids(&first), ids(&rest)].concat(), made);
    assert_eq!(rest["meta"]["next_cursor"], Value::Null);
    assert_eq!(first["data"][0]["mentee_id"], mentee.to_string());
    for stranger in [mentee, other] {
        assert_eq!(app.get_as(stranger, &path).await.0, StatusCode::NOT_FOUND);
    }
    let nobody = format!("/api/matching/mentors/{mentee}/matches");
    assert_eq!(app.get_as(admin, &nobody).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_two_admins_who_put_one_draft_to_use_one_is_told_that_it_is() {
    let app = TestApp::whole().await;
    let (one, other) = (app.given_admin().await, app.given_admin().await);
    given_program(&app, one, &research()).await;

    let replies = futures_util::join!(
        activate(&app, one, "research_year"),
        activate(&app, other, "research_year")
    );

    let mut statuses = [replies.0.status.as_u16(), replies.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}
