//! Requests and batches, from the first three mentors to the admin's queue.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::user::Role;
use tests::TestApp;

use super::{
    BATCHES, MATCHES, REQUESTS, ask_for_mentor, fire, get, given_batch, given_mentors, names, pass,
    post, put, select, text, told,
};

const QUEUE: &str = "/api/matching/queue";

fn mentors_of(batch: &Value) -> Vec<String> {
    let proposals = batch["proposals"].as_array().unwrap().iter();
    proposals.map(|one| text(&one["mentor_id"])).collect()
}

#[tokio::test]
async fn the_three_best_mentors_are_asked_and_each_sees_themselves_alone() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 5).await;
    let mentee = app.given_mentee().await;

    let asked = ask_for_mentor(&app, mentee).await;

    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let request = asked.data();
    assert_eq!(request["status"], "open");
    assert_eq!(request["candidates_left"], 2);
    assert_eq!(request["allowed_actions"], json!(["withdraw"]));
    assert_eq!(told(&app, "proposed").await, names(&mentors[..3]));
    assert_eq!(
        get(&app, mentee, asked.header("location")).await.data(),
        request
    );

    let path = format!("{BATCHES}/{}", text(&request["batch_id"]));
    let seen = get(&app, mentee, &path).await;
    assert_eq!(mentors_of(seen.data()), names(&mentors[..3]));
    assert!(text(&seen.data()["respond_by"]).starts_with("2026-03-05T08:00:0"));
    assert_eq!(seen.data()["allowed_actions"], json!([]));
    let own = get(&app, mentors[1], &path).await;
    assert_eq!(mentors_of(own.data()), names(&mentors[1..2]));
    assert_eq!(own.data()["allowed_actions"], json!(["select", "pass"]));
    assert_eq!(own.data()["goals"], "Find the first ten customers");
    let waiting = get(&app, mentors[1], &format!("{BATCHES}?outcome=proposed")).await;
    assert_eq!(waiting.body["data"].as_array().unwrap().len(), 1);

    for stranger in [mentors[3], app.given_mentee().await] {
        assert_eq!(get(&app, stranger, &path).await.status, 404);
        let none = get(&app, stranger, BATCHES).await;
        assert_eq!(none.body["data"], json!([]));
    }
    assert_eq!(
        select(&app, mentors[3], &text(&request["batch_id"]))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_mentor_selects_and_the_two_are_matched() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 3).await;
    let (mentee, batch) = given_batch(&app).await;

    let selected = select(&app, mentors[1], &batch).await;

    assert_eq!(selected.status, StatusCode::OK, "{}", selected.text);
    let made = selected.data();
    assert_eq!(made["status"], "pending");
    assert_eq!(made["origin"], "selected");
    assert_eq!(made["mentor"]["id"], mentors[1].to_string());
    assert_eq!(made["mentee"]["id"], mentee.to_string());
    assert!(made["score"].is_number());
    assert_eq!(told(&app, "match_made").await, names(&[mentors[1], mentee]));
    assert_eq!(
        told(&app, "proposal_closed").await,
        names(&[mentors[0], mentors[2]])
    );
    let requests = get(&app, mentee, REQUESTS).await;
    assert_eq!(requests.body["data"][0]["status"], "matched");
    assert_eq!(requests.body["data"][0]["match_id"], made["id"]);
    let late = select(&app, mentors[0], &batch).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "batch_closed")
    );
    // Whoever was only asked does not learn who it was.
    let seen = get(&app, mentors[0], &format!("{BATCHES}/{batch}")).await;
    assert_eq!(seen.data()["match_id"], Value::Null);
    assert_eq!(seen.data()["status"], "selected");
}

#[tokio::test]
async fn one_request_is_open_at_a_time_and_can_be_withdrawn() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 3).await;
    let mentee = app.given_mentee().await;
    let first = ask_for_mentor(&app, mentee).await;

    let second = ask_for_mentor(&app, mentee).await;
    assert_eq!(
        (second.status, second.code()),
        (StatusCode::CONFLICT, "request_open")
    );

    let path = first.header("location").to_owned();
    let other = app.given_mentee().await;
    let foreign = app.ask(Some(other), Method::DELETE, &path, None).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let stale = app.call(Method::DELETE, &path).by(mentee).await;
    let stale = stale.header("if-match", "\"9\"").send().await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let withdrawn = app.ask(Some(mentee), Method::DELETE, &path, None).await;
    assert_eq!(withdrawn.data()["status"], "withdrawn");
    assert_eq!(told(&app, "proposal_closed").await, names(&mentors));
    let again = app.ask(Some(mentee), Method::DELETE, &path, None).await;
    assert_eq!(
        (again.status, again.code()),
        (StatusCode::CONFLICT, "request_closed")
    );
    assert_eq!(
        ask_for_mentor(&app, mentee).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_repeated_request_is_answered_alike() {
    let app = TestApp::whole().await;
    given_mentors(&app, 3).await;
    let mentee = app.given_mentee().await;
    let mut replies = Vec::new();
    for _ in 0..2 {
        let call = app.call(Method::POST, REQUESTS).by(mentee).await;
        let call = call.header("idempotency-key", "one-and-the-same");
        replies.push(call.json(&json!({ "goals": "grow" })).send().await);
    }
    assert_eq!(replies[0].status, StatusCode::CREATED);
    assert_eq!(replies[0].text, replies[1].text);
    assert_eq!(told(&app, "proposed").await.len(), 3);
}

#[tokio::test]
async fn when_all_pass_the_next_are_asked_and_in_the_end_an_admin() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 4).await;
    let (mentee, batch) = given_batch(&app).await;

    for mentor in &mentors[..3] {
        let passed = pass(&app, *mentor, &batch).await;
        assert_eq!(passed.status, StatusCode::OK, "{}", passed.text);
        assert_eq!(passed.data()["allowed_actions"], json!([]));
    }
    let twice = pass(&app, mentors[0], &batch).await;
    assert_eq!(
        (twice.status, twice.code()),
        (StatusCode::CONFLICT, "batch_closed")
    );
    assert_eq!(
        told(&app, "proposed").await.last(),
        Some(&mentors[3].to_string())
    );
    assert_eq!(told(&app, "moved_on").await, names(&[mentee]));

    let waiting = get(&app, mentors[3], &format!("{BATCHES}?status=open")).await;
    let next = text(&waiting.body["data"][0]["id"]);
    let reason = json!({ "reason": "No time before June" });
    let last = post(&app, mentors[3], &format!("{BATCHES}/{next}/pass"), reason).await;
    assert_eq!(last.data()["status"], "passed");
    assert_eq!(told(&app, "nobody_left").await, names(&[mentee]));

    let admin = app.given_admin().await;
    let queue = get(&app, admin, QUEUE).await;
    let queued = &queue.body["data"][0];
    assert_eq!(queued["request"]["mentee_id"], mentee.to_string());
    assert_eq!(queued["candidates"][3]["reason"], "No time before June");
    assert_eq!(get(&app, mentee, QUEUE).await.status, StatusCode::FORBIDDEN);

    let found = json!({ "mentor_id": mentors[0], "mentee_id": mentee, "reason": "Asked by phone" });
    let made = post(&app, admin, MATCHES, found).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(get(&app, admin, QUEUE).await.body["data"], json!([]));
    let requests = get(&app, mentee, REQUESTS).await;
    assert_eq!(requests.body["data"][0]["match_id"], made.data()["id"]);
    assert_eq!(app.torn_requests().await, 0);
}

#[tokio::test]
async fn silence_moves_on_after_72_hours_and_once_only() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 5).await;
    let (mentee, batch) = given_batch(&app).await;
    pass(&app, mentors[0], &batch).await;

    app.at("2026-03-05T07:59:00Z");
    assert_eq!(fire(&app).await, 0);
    app.at("2026-03-05T08:01:00Z");
    app.given_login(mentors[1], Role::Mentor).await;
    let late = select(&app, mentors[1], &batch).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "batch_closed")
    );
    assert_eq!(fire(&app).await, 1);
    assert_eq!(fire(&app).await, 0);

    assert_eq!(told(&app, "proposed").await[3..], names(&mentors[3..]));
    assert_eq!(told(&app, "moved_on").await, names(&[mentee]));
    app.given_login(mentee, Role::Mentee).await;
    let seen = get(&app, mentee, &format!("{BATCHES}/{batch}")).await;
    let outcomes = seen.data()["proposals"].as_array().unwrap().iter();
    let outcomes: Vec<_> = outcomes.map(|one| text(&one["outcome"])).collect();
    assert_eq!(outcomes, ["passed", "lapsed", "lapsed"]);
}

#[tokio::test]
async fn only_who_can_take_a_mentee_on_is_asked() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 4).await;
    let (other, mentee) = (app.given_mentee().await, app.given_mentee().await);
    let full = json!({ "max_mentees": 1 });
    app.patch_as(mentors[0], "/api/users/me", &full).await;
    app.given_match(other, mentors[0]).await;
    let known = app.given_match(mentee, mentors[1]).await;
    let reason = json!({ "action": "dissolve", "reason": "It did not work out" });
    put(&app, mentee, &format!("{MATCHES}/{known}"), reason).await;

    ask_for_mentor(&app, mentee).await;

    assert_eq!(told(&app, "proposed").await, names(&mentors[2..]));
}

#[tokio::test]
async fn a_mentor_who_filled_up_meanwhile_is_passed_over() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 5).await;
    let (_, batch) = given_batch(&app).await;
    let full = json!({ "max_mentees": 1 });
    app.patch_as(mentors[3], "/api/users/me", &full).await;
    app.given_match(app.given_mentee().await, mentors[3]).await;

    for mentor in &mentors[..3] {
        pass(&app, *mentor, &batch).await;
    }

    assert_eq!(told(&app, "proposed").await[3..], names(&mentors[4..]));
}

#[tokio::test]
async fn nobody_asks_without_a_proven_address_or_as_somebody_else() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 1).await;
    let unproven = app.given_unverified(Role::Mentee).await;

    let refused = ask_for_mentor(&app, unproven).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::FORBIDDEN, "email_not_verified")
    );
    assert_eq!(
        ask_for_mentor(&app, mentors[0]).await.status,
        StatusCode::FORBIDDEN
    );
    let empty = post(
        &app,
        app.given_mentee().await,
        REQUESTS,
        json!({ "goals": " " }),
    )
    .await;
    assert_eq!(empty.problems(), [("goals", "too_short")]);
}

#[tokio::test]
async fn without_any_mentor_the_request_waits_for_an_admin() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;

    let asked = ask_for_mentor(&app, mentee).await;

    assert_eq!(asked.data()["status"], "queued");
    assert_eq!(asked.data()["batch_id"], Value::Null);
    assert_eq!(told(&app, "nobody_left").await, names(&[mentee]));
}

#[tokio::test]
async fn a_list_of_requests_comes_in_pages() {
    let app = TestApp::whole().await;
    for _ in 0..3 {
        ask_for_mentor(&app, app.given_mentee().await).await;
    }
    let admin = app.given_admin().await;
    for path in [REQUESTS, QUEUE] {
        let first = get(&app, admin, &format!("{path}?limit=2")).await;
        assert_eq!(first.body["data"].as_array().unwrap().len(), 2);
        let cursor = text(&first.body["meta"]["next_cursor"]);
        let rest = get(&app, admin, &format!("{path}?limit=2&cursor={cursor}")).await;
        assert_eq!(rest.body["data"].as_array().unwrap().len(), 1);
        assert_eq!(rest.body["meta"]["next_cursor"], Value::Null);
    }
}

#[tokio::test]
async fn while_a_mentee_pauses_their_request_waits() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 4).await;
    let (mentee, batch) = given_batch(&app).await;
    let pause = |status: &str| json!({ "status": status });
    let (status, body) = app
        .patch_as(mentee, "/api/users/me", &pause("inactive"))
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");

    let refused = select(&app, mentors[0], &batch).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "mentee_unavailable")
    );
    app.at("2026-03-06T08:00:00Z");
    assert_eq!(fire(&app).await, 0);
    app.given_login(mentee, Role::Mentee).await;
    app.patch_as(mentee, "/api/users/me", &pause("active"))
        .await;

    assert_eq!(fire(&app).await, 1);
    assert_eq!(told(&app, "proposed").await[3..], names(&mentors[3..]));
}
