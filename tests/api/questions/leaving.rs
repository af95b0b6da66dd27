//! People who leave take their words with them.

use http::Method;
use serde_json::json;
use shared::domain::id::UserId;
use shared::store;
use tests::TestApp;

use super::{QUESTIONS, show, step, told, write};

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

/// What an export of a person shows of a table.
async fn exported(app: &TestApp, person: UserId, table: &str) -> String {
    let client = app.state.db.client().await.unwrap();
    let export = store::privacy::export(&client, person).await.unwrap();
    let part = export.into_iter().find(|part| part.entry.table == table);
    json!(part.unwrap().rows).to_string()
}

#[tokio::test]
async fn a_question_that_was_removed_is_exported_to_its_asker_alone() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let admin = app.given_admin().await;
    let id = app.given_answered_question(mentee, mentor).await;
    write(&app, mentee, id, "Words of its asker").await;
    assert!(
        exported(&app, mentor, "questions")
            .await
            .contains(&id.to_string())
    );
    let reason = json!({ "reason": "It advertises." });
    let path = format!("{QUESTIONS}/{id}");
    app.ask(Some(admin), Method::DELETE, &path, Some(&reason))
        .await;

    assert_eq!(exported(&app, mentor, "questions").await, "[]");
    let posts = exported(&app, mentor, "question_posts").await;
    assert!(!posts.contains("Words of its asker"), "{posts}");
    assert!(
        posts.contains("Ask what it saves them."),
        "their own: {posts}"
    );
    assert!(
        exported(&app, mentee, "questions")
            .await
            .contains(&id.to_string())
    );
}

#[tokio::test]
async fn whom_an_asker_turned_away_is_exported_to_the_asker_and_goes_with_an_erasure() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let next = app.given_mentor().await;
    let id = app.given_answered_question(mentee, mentor).await;
    step(&app, mentee, id, "release").await;
    step(&app, next, id, "claim").await;

    assert!(
        exported(&app, mentee, "questions")
            .await
            .contains(&mentor.to_string())
    );
    assert!(
        !exported(&app, next, "questions")
            .await
            .contains(&mentor.to_string())
    );
    app.given_deletion_due(mentor).await;
    shared::worker::run_schedule(&app.state, upkeep_cron::fire)
        .await
        .unwrap();
    assert!(app.stored_question(id).await.declined.is_empty());
}
