//! What a batch comes to, and that it comes to it once.

use futures_util::future::join_all;
use http::StatusCode;
use serde_json::{Value, json};
use tests::{Setup, TestApp, api};

use super::{
    BATCH, close, get, given_mentor, given_staged, given_wish, list, pairs, post, start, text, told,
};

const SALES: &str = "Sell to the first customers of logistics software";
const LAW: &str = "Protect inventions by patents";

#[tokio::test]
async fn everybody_who_waits_is_matched_published_and_told() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let (seller, lawyer) = (
        given_mentor(&app, "Sales of logistics software", 1).await,
        given_mentor(&app, "Patents and inventions", 1).await,
    );
    let (founder, inventor) = (given_wish(&app, SALES).await, given_wish(&app, LAW).await);

    let started = post(&app, admin, BATCH, json!({ "program": "office_hours" })).await;
    assert_eq!(started.status, StatusCode::ACCEPTED);
    assert_eq!(
        (&started.data()["status"], &started.data()["progress"]),
        (&json!("solving"), &json!(0))
    );
    let path = started.header("location").to_owned();
    app.solve_all().await;

    let run = get(&app, admin, &path).await;
    let figures = &run.data()["figures"];
    assert_eq!(run.data()["status"], "staged");
    assert_eq!(run.data()["progress"], 100);
    assert_eq!(run.data()["allowed_actions"], json!(["publish", "drop"]));
    assert_eq!(
        (&figures["mentees"], &figures["matched"], &figures["places"]),
        (&json!(2), &json!(2), &json!(2))
    );
    assert_eq!(figures["degraded"], false);
    let ids = |mentee: shared::domain::id::UserId, mentor: shared::domain::id::UserId| {
        (mentee.to_string(), mentor.to_string())
    };
    assert_eq!(
        pairs(&app, admin, &path).await,
        [ids(founder, seller), ids(inventor, lawyer)]
    );
    assert!(told(&app).await.is_empty(), "nobody hears of a draft");

    let published = close(&app, admin, &path, "publish").await;

    assert_eq!(published.status, StatusCode::OK, "{}", published.text);
    assert_eq!(published.data()["status"], "published");
    assert_eq!(published.data()["figures"]["lost"], 0);
    assert_eq!(told(&app).await.len(), 4);
    let made = get(&app, founder, super::MATCHES).await;
    let made = &made.body["data"][0];
    assert_eq!(
        (&made["origin"], &made["run_id"], &made["status"]),
        (&json!("assigned"), &run.data()["job_id"], &json!("pending"))
    );
    let wish = get(&app, founder, "/api/matching/requests").await;
    assert_eq!(wish.body["data"][0]["status"], "matched");
    for pair in list(&app, admin, &path, "pairs").await {
        assert!(pair["match_id"].is_string(), "{pair}");
    }
    let log = app.audit_log().await;
    let actions: Vec<_> = log.iter().map(|line| line[0].as_str()).collect();
    assert!(actions.ends_with(&["assignment_started", "assignment_published"]));
}

#[tokio::test]
async fn points_add_up_in_every_pair_and_its_reasons_are_those_of_a_request() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let mentor = given_mentor(&app, "Sales of logistics software", 1).await;
    let mentee = given_wish(&app, SALES).await;

    let order = json!({ "program": "office_hours" });
    let (path, run) = given_staged(&app, admin, order).await;

    let pair = &list(&app, admin, &path, "pairs").await[0];
    let ask = json!({ "mentee_id": mentee, "need": SALES });
    let asked = post(&app, admin, "/api/matching/match", ask).await;
    let found = &asked.body["data"][0];
    assert_eq!(text(&found["mentor"]["id"]), mentor.to_string());
    for same in ["score", "components", "reasoning", "is_weak"] {
        assert_eq!(pair[same], found[same], "{same}");
    }
    let thousandths = |number: &Value| (number.as_f64().unwrap() * 1000.0).round();
    let parts = pair["components"].as_array().unwrap().iter();
    let sum: f64 = parts.map(|part| thousandths(&part["points"])).sum();
    assert!((sum - thousandths(&pair["score"])).abs() < 0.5);
    assert_eq!(run["figures"]["total"], pair["score"]);
}

#[tokio::test]
async fn whoever_is_left_over_reads_why() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let mentor = given_mentor(&app, "Sales of logistics software", 1).await;
    let spare = given_mentor(&app, "Gardening", 3).await;
    let founder = given_wish(&app, SALES).await;
    let rival = given_wish(&app, SALES).await;
    let order = json!({
        "program": "office_hours",
        "excluded": [{ "mentor_id": spare, "mentee_id": rival }, { "mentor_id": spare, "mentee_id": founder }],
    });

    let (path, run) = given_staged(&app, admin, order).await;

    assert_eq!(run["figures"]["unmatched"], 2);
    let gaps = list(&app, admin, &path, "unmatched").await;
    let of = |id: &dyn std::fmt::Display| {
        let id = id.to_string();
        gaps.iter().find(|gap| gap["user_id"] == id)
    };
    // Both fit alike, so the one who came first has the place.
    assert!(of(&founder).is_none());
    let lacking = of(&rival).unwrap();
    assert_eq!(
        (
            &lacking["role"],
            &lacking["reason"],
            &lacking["missing"],
            &lacking["options"]
        ),
        (
            &json!("mentee"),
            &json!("places_taken"),
            &json!(1),
            &json!(1)
        )
    );
    assert_eq!(text(&lacking["best_id"]), mentor.to_string());
    let unneeded = of(&spare).unwrap();
    assert_eq!(
        (&unneeded["role"], &unneeded["reason"], &unneeded["missing"]),
        (&json!("mentor"), &json!("nobody_allowed"), &json!(3))
    );
}

#[tokio::test]
async fn the_same_people_are_matched_alike_every_time() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    for (expertise, places) in [("Sales", 2), ("Patents", 1), ("Sales and patents", 2)] {
        given_mentor(&app, expertise, places).await;
    }
    for goals in [SALES, LAW, SALES, LAW, "Find out what to do"] {
        given_wish(&app, goals).await;
    }
    let mut seen = Vec::new();
    for _ in 0..3 {
        let order = json!({ "matches_each": 2 });
        let (path, run) = given_staged(&app, admin, order).await;
        seen.push((
            pairs(&app, admin, &path).await,
            run["figures"]["total"].clone(),
        ));
        assert_eq!(run["figures"]["changes"], 0);
        close(&app, admin, &path, "drop").await;
    }
    assert_eq!(seen[0].0.len(), 5);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[1], seen[2]);
}

#[tokio::test]
async fn a_stable_batch_blocks_nobody() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    given_mentor(&app, "Sales of logistics software", 1).await;
    given_mentor(&app, "Sales", 1).await;
    for goals in [SALES, "Learn about sales"] {
        given_wish(&app, goals).await;
    }

    let (_, run) = given_staged(&app, admin, json!({ "mode": "stable" })).await;

    assert_eq!(run["figures"]["pairs"], 2);
    assert_eq!(run["figures"]["blocking_pairs"], 0);
    assert_eq!(run["figures"]["floors"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_comes_many_times_solves_once() {
    let setup = Setup {
        connections: 8,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let admin = app.given_admin().await;
    given_mentor(&app, "Sales", 1).await;
    given_wish(&app, SALES).await;
    let path = start(&app, admin, json!({})).await;
    let event = app.assignment_events().await.remove(0);

    let at_once = join_all((0..4).map(|_| app.solve(&event))).await;

    // Whoever finds another worker at it is told to come again.
    assert!(at_once.iter().any(Result::is_ok));
    let before = get(&app, admin, &path).await;
    assert_eq!(before.data()["attempts"], 1);
    assert_eq!(before.data()["status"], "staged");
    for _ in 0..3 {
        app.solve(&event).await.unwrap();
    }
    assert_eq!(get(&app, admin, &path).await.body, before.body);
    assert_eq!(pairs(&app, admin, &path).await.len(), 1);
}

#[tokio::test]
async fn a_batch_whose_worker_was_killed_is_taken_up_by_the_next() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    given_mentor(&app, "Sales", 1).await;
    given_wish(&app, SALES).await;
    let path = start(&app, admin, json!({})).await;
    let event = app.assignment_events().await.remove(0);

    app.given_busy_job_worker().await;
    assert!(app.solve(&event).await.is_err(), "another one is at it");
    app.given_killed_job_worker().await;
    app.solve(&event).await.unwrap();

    let run = get(&app, admin, &path).await;
    assert_eq!(
        (&run.data()["status"], &run.data()["attempts"]),
        (&json!("staged"), &json!(3))
    );
}

#[tokio::test]
async fn a_batch_that_kills_every_worker_fails_and_makes_room_for_the_next() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let path = start(&app, admin, json!({})).await;
    let event = app.assignment_events().await.remove(0);
    for _ in 0..5 {
        app.given_killed_job_worker().await;
    }

    app.solve(&event).await.unwrap();

    let run = get(&app, admin, &path).await;
    assert_eq!(run.data()["status"], "failed");
    assert_eq!(run.data()["error"], "it was tried too often");
    assert_eq!(run.data()["allowed_actions"], json!([]));
    start(&app, admin, json!({})).await;
}
