//! What can be asked of a batch.

use http::StatusCode;
use serde_json::json;
use tests::model::Mood;
use tests::{TestApp, api};

use super::{BATCH, close, get, given_mentor, given_staged, given_wish, pairs, post, start, text};

const SALES: &str = "Sell to the first customers of logistics software";

#[tokio::test]
async fn pinned_pairs_are_made_and_excluded_ones_are_not() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let best = given_mentor(&app, "Sales of logistics software", 2).await;
    let other = given_mentor(&app, "Gardening", 2).await;
    let (pinned, excluded) = (given_wish(&app, SALES).await, given_wish(&app, SALES).await);
    let order = json!({
        "pinned": [{ "mentor_id": other, "mentee_id": pinned }],
        "excluded": [{ "mentor_id": best, "mentee_id": excluded }],
    });

    let (path, run) = given_staged(&app, admin, order).await;

    assert_eq!((&run["pinned"], &run["excluded"]), (&json!(1), &json!(1)));
    let expected = [(pinned, other), (excluded, other)];
    assert_eq!(
        pairs(&app, admin, &path).await,
        expected.map(|(mentee, mentor)| (mentee.to_string(), mentor.to_string()))
    );
    let listed = super::list(&app, admin, &path, "pairs").await;
    let is_pinned: Vec<_> = listed
        .iter()
        .map(|pair| pair["is_pinned"].clone())
        .collect();
    assert_eq!(is_pinned, [json!(true), json!(false)]);
}

#[tokio::test]
async fn a_pinned_pair_that_cannot_be_fails_the_batch_and_says_why() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let mentor = given_mentor(&app, "Sales", 1).await;
    let (one, two) = (given_wish(&app, SALES).await, given_wish(&app, SALES).await);
    let pin = |mentee| json!({ "mentor_id": mentor, "mentee_id": mentee });
    let path = start(&app, admin, json!({ "pinned": [pin(one), pin(two)] })).await;

    app.solve_all().await;

    let run = get(&app, admin, &path).await;
    assert_eq!(run.data()["status"], "failed");
    let error = text(&run.data()["error"]);
    assert!(error.contains(&two.to_string()), "{error}");
    assert!(error.contains("the mentor has no place left"), "{error}");
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let mentor = given_mentor(&app, "Sales", 1).await;
    let mentee = given_wish(&app, SALES).await;
    let pair = json!({ "mentor_id": mentor, "mentee_id": mentee });
    let swapped = json!({ "mentor_id": mentee, "mentee_id": mentor });
    for (order, field) in [
        (json!({ "mode": "greedy" }), "mode"),
        (json!({ "scope": "some" }), "scope"),
        (json!({ "program": "nothing" }), "program"),
        (json!({ "matches_each": 4 }), "matches_each"),
        (json!({ "pinned": [swapped] }), "pinned"),
        (json!({ "pinned": [pair], "excluded": [pair] }), "excluded"),
        (json!({ "excluded": [pair, pair] }), "excluded"),
        (json!({ "now": true }), "now"),
    ] {
        let refused = post(&app, admin, BATCH, order.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{order}");
        let fields: Vec<_> = refused
            .problems()
            .iter()
            .map(|(field, _)| field.to_string())
            .collect();
        assert_eq!(fields.len(), 1, "{order}");
        assert!(fields[0].starts_with(field), "{order}: {}", refused.text);
    }
}

#[tokio::test]
async fn those_who_have_not_asked_take_part_when_all_are_matched() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let mentor = given_mentor(&app, "Sales", 5).await;
    let silent = app.given_mentee().await;
    let served = app.given_mentee().await;
    app.given_match(served, mentor).await;
    let asked = given_wish(&app, SALES).await;

    let (path, _) = given_staged(&app, admin, json!({})).await;
    assert_eq!(pairs(&app, admin, &path).await.len(), 1);
    close(&app, admin, &path, "drop").await;
    let (path, run) = given_staged(&app, admin, json!({ "scope": "all" })).await;

    let expected = [silent, asked].map(|mentee| (mentee.to_string(), mentor.to_string()));
    assert_eq!(pairs(&app, admin, &path).await, expected);
    assert_eq!(run["figures"]["places"], 4);
}

#[tokio::test]
async fn nobody_gets_who_broke_it_off_or_passed() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let mentor = given_mentor(&app, "Sales", 5).await;
    let mentee = given_wish(&app, SALES).await;
    let batches = get(&app, mentor, "/api/matching/batches").await;
    let batch = text(&batches.body["data"][0]["id"]);
    let pass = format!("/api/matching/batches/{batch}/pass");
    let passed = post(&app, mentor, &pass, json!({ "reason": "No time" })).await;
    assert_eq!(passed.status, StatusCode::OK, "{}", passed.text);

    let (path, run) = given_staged(&app, admin, json!({})).await;

    assert_eq!(run["figures"]["matched"], 0);
    let gaps = super::list(&app, admin, &path, "unmatched").await;
    let reason =
        |id: String| gaps.iter().find(|gap| gap["user_id"] == id).unwrap()["reason"].clone();
    assert_eq!(reason(mentee.to_string()), "nobody_allowed");
}

#[tokio::test]
async fn goals_that_a_model_has_read_are_compared_by_their_meaning() {
    let (app, model) = TestApp::with_model().await;
    let admin = app.given_admin().await;
    given_mentor(&app, "Sales", 5).await;
    app.read_profiles().await;
    given_wish(&app, SALES).await;
    let (path, run) = given_staged(&app, admin, json!({})).await;
    assert_eq!(run["figures"]["degraded"], false);
    close(&app, admin, &path, "drop").await;

    model.is(Mood::Down);
    given_wish(&app, SALES).await;
    let (_, run) = given_staged(&app, admin, json!({})).await;

    assert_eq!(run["figures"]["degraded"], true);
    assert_eq!(run["figures"]["matched"], 2);
}
