//! What is different from the batch before.

use serde_json::{Value, json};
use tests::{TestApp, api};

use super::{close, given_mentor, given_staged, given_wish, list, text};

const SALES: &str = "Sell to the first customers of logistics software";
const LAW: &str = "Protect inventions by patents";

/// The mentee, and the reasons of their moves.
fn reasons(change: &Value) -> (String, Vec<String>) {
    let moves = change["moves"].as_array().unwrap();
    let reason = |one: &Value| text(&one["reason"]);
    (
        text(&change["mentee_id"]),
        moves.iter().map(reason).collect(),
    )
}

#[tokio::test]
async fn the_first_batch_is_compared_with_nothing() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    given_mentor(&app, "Sales", 1).await;
    given_wish(&app, SALES).await;

    let (path, run) = given_staged(&app, admin, json!({})).await;

    assert_eq!(run["previous_job_id"], Value::Null);
    assert_eq!(run["figures"]["changes"], 0);
    assert!(list(&app, admin, &path, "changes").await.is_empty());
}

#[tokio::test]
async fn whoever_has_other_mentors_than_before_reads_why() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    let leaver = given_mentor(&app, "Sales of logistics software", 1).await;
    given_mentor(&app, "Patents and inventions", 1).await;
    let (founder, inventor) = (given_wish(&app, SALES).await, given_wish(&app, LAW).await);
    let (path, first) = given_staged(&app, admin, json!({})).await;
    close(&app, admin, &path, "drop").await;

    let paused = json!({ "accepting": false });
    let (status, body) = app.patch_as(leaver, "/api/users/me", &paused).await;
    assert_eq!(status, 200, "{body}");
    let newcomer = given_mentor(&app, "Sales", 1).await;
    let late = given_wish(&app, "Write about patents").await;
    let (path, second) = given_staged(&app, admin, json!({})).await;

    assert_eq!(second["previous_job_id"], first["job_id"]);
    let changes = list(&app, admin, &path, "changes").await;
    assert_eq!(second["figures"]["changes"], changes.len());
    let found: Vec<_> = changes.iter().map(reasons).collect();
    assert!(found.contains(&(
        founder.to_string(),
        vec!["mentor_left".to_owned(), "mentor_joined".to_owned()]
    )));
    assert!(
        !found
            .iter()
            .any(|(mentee, _)| *mentee == inventor.to_string())
    );
    // The newcomer's one place and the lawyer's are taken by those who fit better.
    assert!(!found.iter().any(|(mentee, _)| *mentee == late.to_string()));
    let founders = changes
        .iter()
        .find(|one| one["mentee_id"] == founder.to_string());
    let moves = &founders.unwrap()["moves"];
    assert_eq!(text(&moves[0]["mentor_id"]), leaver.to_string());
    assert!(moves[0]["score_before"].is_number() && moves[0]["score_now"].is_null());
    assert_eq!(text(&moves[1]["mentor_id"]), newcomer.to_string());
}

#[tokio::test]
async fn whoever_was_brought_together_by_the_batch_before_has_lost_nobody() {
    let app = TestApp::new(api()).await;
    let admin = app.given_admin().await;
    given_mentor(&app, "Sales", 2).await;
    given_wish(&app, SALES).await;
    let (path, _) = given_staged(&app, admin, json!({})).await;
    close(&app, admin, &path, "publish").await;
    let late = given_wish(&app, SALES).await;

    let (path, _) = given_staged(&app, admin, json!({})).await;

    let changes = list(&app, admin, &path, "changes").await;
    let found: Vec<_> = changes.iter().map(reasons).collect();
    assert_eq!(
        found,
        [(late.to_string(), vec!["mentee_joined".to_owned()])]
    );
}
