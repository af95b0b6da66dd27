//! How a batch ends, and who else wants the same places meanwhile.

use futures_util::future::join;
use http::{Method, StatusCode};
use serde_json::json;
use tests::{Setup, TestApp, api};

use super::{
    BATCH, MATCHES, close, get, given_mentor, given_staged, given_wish, list, post, start, text,
    told,
};

const SALES: &str = "Sell to the first customers of logistics software";

#[tokio::test]
async fn one_batch_is_open_at_a_time() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let path = start(&app, admin, json!({})).await;

    let second = post(&app, admin, BATCH, json!({})).await;

    assert_eq!(
        (second.status, second.code()),
        (StatusCode::CONFLICT, "assignment_open")
    );
    let open = text(&second.body["errors"][0]["details"]["job_id"]);
    assert!(path.ends_with(&open));
    close(&app, admin, &path, "drop").await;
    let next = start(&app, admin, json!({})).await;
    let listed = get(&app, admin, BATCH).await;
    let ids: Vec<_> = listed.body["data"].as_array().unwrap().iter().collect();
    assert_eq!(ids.len(), 2);
    assert!(next.ends_with(&text(&ids[0]["job_id"])), "the newest first");
}

#[tokio::test]
async fn what_is_closed_or_not_solved_cannot_be_published() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let path = start(&app, admin, json!({})).await;

    let early = close(&app, admin, &path, "publish").await;
    assert_eq!(early.code(), "assignment_not_staged");
    app.solve_all().await;
    assert_eq!(
        close(&app, admin, &path, "publish").await.status,
        StatusCode::OK
    );
    for how in ["publish", "drop"] {
        let again = close(&app, admin, &path, how).await;
        assert_eq!(
            (again.status, again.code()),
            (StatusCode::CONFLICT, "assignment_closed")
        );
    }
}

#[tokio::test]
async fn a_batch_that_somebody_else_has_changed_is_looked_at_again_first() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let (path, _) = given_staged(&app, admin, json!({})).await;

    let call = app
        .call(Method::POST, &format!("{path}/publish"))
        .by(admin)
        .await;
    let stale = call.header("if-match", "\"1\"").send().await;

    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(get(&app, admin, &path).await.data()["status"], "staged");
}

#[tokio::test]
async fn a_batch_that_is_dropped_while_it_is_solved_leaves_nothing() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    given_mentor(&app, "Sales", 1).await;
    given_wish(&app, SALES).await;
    let path = start(&app, admin, json!({})).await;

    assert_eq!(
        close(&app, admin, &path, "drop").await.status,
        StatusCode::OK
    );
    app.solve_all().await;

    let run = get(&app, admin, &path).await;
    assert_eq!(
        (&run.data()["status"], &run.data()["figures"]),
        (&json!("dropped"), &json!(null))
    );
    assert!(list(&app, admin, &path, "pairs").await.is_empty());
}

#[tokio::test]
async fn whoever_cannot_be_matched_any_more_is_left_out_and_named() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let mentor = given_mentor(&app, "Sales", 1).await;
    let (one, two) = (given_wish(&app, SALES).await, app.given_mentee().await);
    let (path, _) = given_staged(&app, admin, json!({})).await;
    let pair = json!({ "mentor_id": mentor, "mentee_id": two, "reason": "as agreed" });
    let made = post(&app, admin, MATCHES, pair).await;
    assert_eq!(made.status, StatusCode::CREATED);

    let published = close(&app, admin, &path, "publish").await;

    assert_eq!(published.data()["figures"]["lost"], 1);
    let pair = &list(&app, admin, &path, "pairs").await[0];
    assert_eq!(
        (&pair["lost"], &pair["match_id"]),
        (&json!("mentor_full"), &json!(null))
    );
    let wish = get(&app, one, "/api/matching/requests").await;
    assert_eq!(wish.body["data"][0]["status"], "open", "they go on waiting");
}

/// An admin publishes, and another one brings the same mentor together with somebody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishing_and_a_manual_match_never_oversell_a_mentor() {
    let setup = Setup {
        connections: 12,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let admin = app.given_admin().await;
    for round in 0..6 {
        let mentor = given_mentor(&app, "Sales of logistics software", 1).await;
        let waiting = given_wish(&app, SALES).await;
        let rival = app.given_mentee().await;
        let (path, run) = given_staged(&app, admin, json!({})).await;
        assert_eq!(run["figures"]["pairs"], 1);
        let pair = json!({ "mentor_id": mentor, "mentee_id": rival, "reason": "as agreed" });
        let publishing = Box::pin(close(&app, admin, &path, "publish"));
        let matching = Box::pin(post(&app, admin, MATCHES, pair));

        let (published, matched) = if round % 2 == 0 {
            join(publishing, matching).await
        } else {
            let (matched, published) = join(matching, publishing).await;
            (published, matched)
        };

        assert_eq!(published.status, StatusCode::OK, "{}", published.text);
        let is_lost = published.data()["figures"]["lost"] == 1;
        assert_eq!(matched.status == StatusCode::CREATED, is_lost);
        assert_eq!(app.places_taken(mentor).await, 1);
        if is_lost {
            // Whoever still waits would take part in the next round.
            let wishes = "/api/matching/requests";
            let wish = get(&app, waiting, wishes).await;
            let wish = format!("{wishes}/{}", text(&wish.body["data"][0]["id"]));
            app.ask(Some(waiting), Method::DELETE, &wish, None).await;
        }
    }
    assert_eq!(told(&app).await.len(), 12);
    assert_eq!((app.torn_requests().await, app.deadlocks().await), (0, 0));
}
