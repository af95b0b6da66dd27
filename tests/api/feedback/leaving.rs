//! Whoever leaves betrays nothing of what they said without their name.

use serde_json::{Value, json};
use tests::TestApp;

use super::{MONDAY, at, given, given_guest, opinion, shown, stats, upkeep};

/// What everybody sees of a mentor, and what it counts.
async fn public(
    app: &TestApp,
    mentor: shared::domain::id::UserId,
) -> (Vec<Value>, Value, (i64, i64)) {
    (
        shown(app, mentor).await,
        stats(app, mentor).await,
        app.rating_sums(mentor).await,
    )
}

#[tokio::test]
async fn published_anonymous_feedback_stays_when_its_author_leaves() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let mut guests = Vec::new();
    for day in 2..5 {
        let (mentee, session) = given_guest(&app, mentor, day).await;
        let mut said = opinion(i64::from(day), true);
        said["written_feedback"] = json!(format!("Words of day {day}."));
        said["topics_covered"] = json!(["Pricing"]);
        given(&app, mentee, session, &said).await;
        guests.push(mentee);
    }
    at(&app, MONDAY, &[]).await;
    upkeep(&app).await;
    let before = public(&app, mentor).await;
    assert_eq!(before.0.len(), 3);

    app.given_deletion_due(guests[1]).await;
    upkeep(&app).await;

    assert_eq!(public(&app, mentor).await, before);
}

#[tokio::test]
async fn what_waits_goes_with_its_author() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let mut guests = Vec::new();
    for day in 2..5 {
        let (mentee, session) = given_guest(&app, mentor, day).await;
        given(&app, mentee, session, &opinion(4, true)).await;
        guests.push(mentee);
    }
    app.given_deletion_due(guests[0]).await;
    upkeep(&app).await;

    at(&app, MONDAY, &[]).await;
    upkeep(&app).await;

    assert_eq!(shown(&app, mentor).await.len(), 0, "two are left");
    assert_eq!(app.kept_feedback().await.len(), 2);
}

#[tokio::test]
async fn a_name_goes_with_its_person_and_the_stars_stay() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let (mentee, session) = given_guest(&app, mentor, 2).await;
    let mut said = opinion(4, false);
    said["written_feedback"] = json!("Straight to the point.");
    given(&app, mentee, session, &said).await;
    app.given_deletion_due(mentee).await;

    upkeep(&app).await;

    let list = shown(&app, mentor).await;
    assert_eq!(
        (&list[0]["author"], &list[0]["written_feedback"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(app.rating_sums(mentor).await, (1, 4));
}

#[tokio::test]
async fn whoever_pauses_or_is_shut_out_is_not_named() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let (mentee, session) = given_guest(&app, mentor, 2).await;
    given(&app, mentee, session, &opinion(5, false)).await;
    let author = async || shown(&app, mentor).await[0]["author"]["id"].clone();
    assert_eq!(author().await, mentee.to_string());

    for (status, seen) in [("inactive", Value::Null), ("active", json!(mentee))] {
        app.patch_as(mentee, "/api/users/me", &json!({ "status": status }))
            .await;
        assert_eq!(author().await, seen, "{status}");
    }
    app.given_suspension(mentee).await;
    assert_eq!(author().await, Value::Null);
    assert_eq!(
        shown(&app, mentor).await[0]["rating"],
        5,
        "what they said stays"
    );
}
