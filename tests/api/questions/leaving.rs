//! People who leave take their words with them.

use serde_json::json;
use tests::TestApp;

use super::{show, told, write};

#[tokio::test]
async fn whoever_leaves_takes_questions_back_and_gives_claims_back() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let (reader, helper) = (app.given_mentee().await, app.given_mentor().await);
    let asked = app.given_answered_question(mentee, helper).await;
    let claimed = app.given_claimed_question(reader, mentor).await;

    for person in [mentee, mentor] {
        app.given_no_password(person).await;
        let (status, body) = app.delete_as(person, "/api/users/me").await;
        assert!(status.is_success(), "{body}");
    }

    assert_eq!(
        app.stored_question(asked).await.status.as_str(),
        "withdrawn"
    );
    assert_eq!(app.stored_question(claimed).await.status.as_str(), "open");
    assert_eq!(told(&app, "passed_on").await, [helper.to_string()]);
    assert_eq!(told(&app, "returned").await, [reader.to_string()]);
}

#[tokio::test]
async fn the_answer_of_a_mentor_who_is_erased_goes_and_the_question_stays() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let id = app.given_answered_question(mentee, mentor).await;
    write(&app, mentee, id, "My own words").await;
    app.given_deletion_due(mentor).await;

    shared::worker::run_schedule(&app.state, upkeep_cron::fire)
        .await
        .unwrap();

    let seen = show(&app, mentee, id).await;
    let words: Vec<_> = seen.data()["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|post| post["content"].clone())
        .collect();
    assert_eq!(words, [json!(""), json!("My own words")]);
}
