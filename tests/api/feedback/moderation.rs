//! Admins take feedback out of sight, with reasons, and bring it back.

use http::StatusCode;
use serde_json::json;
use shared::domain::user::Role;
use tests::TestApp;

use super::{
    FEEDBACK, MONDAY, at, get, given, given_guest, given_pair, opinion, put, shown, stats, upkeep,
};

#[tokio::test]
async fn hidden_feedback_is_in_no_list_and_no_figure() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let admin = app.given_admin().await;
    given(&app, mentee, session, &opinion(1, false)).await;
    let path = format!("{FEEDBACK}/{session}");
    let hide = json!({ "author_id": mentee, "action": "hide", "reason": "an insult" });

    let hidden = put(&app, admin, &format!("{path}/moderation"), &hide).await;

    assert_eq!(hidden.status, StatusCode::OK, "{}", hidden.text);
    assert_eq!(hidden.data()["status"], "hidden");
    assert_eq!(shown(&app, mentor).await.len(), 0);
    assert_eq!(get(&app, mentor, &path).await.data(), &json!([]));
    assert_eq!(app.rating_sums(mentor).await, (0, 0));
    let own = get(&app, mentee, &path).await;
    assert_eq!(own.data()[0]["hidden_reason"], "an insult");
    let again = put(&app, admin, &format!("{path}/moderation"), &hide).await;
    assert_eq!(
        (again.status, again.code()),
        (StatusCode::CONFLICT, "feedback_hidden")
    );

    let restore = json!({ "author_id": mentee, "action": "restore", "reason": "it was none" });
    let restored = put(&app, admin, &format!("{path}/moderation"), &restore).await;
    assert_eq!(restored.data()["status"], "published");
    assert_eq!(app.rating_sums(mentor).await, (1, 1));
    let again = put(&app, admin, &format!("{path}/moderation"), &restore).await;
    assert_eq!(
        (again.status, again.code()),
        (StatusCode::CONFLICT, "feedback_not_hidden")
    );
    let told = app.told().await;
    assert_eq!(
        told[told.len() - 2..],
        [
            format!("feedback_hidden: {session}: an insult"),
            format!("feedback_restored: {session}: it was none"),
        ]
    );
}

#[tokio::test]
async fn only_admins_moderate_and_always_say_why() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let admin = app.given_admin().await;
    given(&app, mentee, session, &opinion(1, true)).await;
    let path = format!("{FEEDBACK}/{session}/moderation");
    let hide = json!({ "author_id": mentee, "action": "hide", "reason": "x" });

    for person in [mentor, mentee] {
        assert_eq!(
            put(&app, person, &path, &hide).await.status,
            StatusCode::FORBIDDEN
        );
    }
    let silent = json!({ "author_id": mentee, "action": "hide" });
    let silent = put(&app, admin, &path, &silent).await;
    assert_eq!(silent.problems(), [("reason", "missing_field")]);
    let nobody = json!({ "author_id": mentor, "action": "hide", "reason": "x" });
    assert_eq!(
        put(&app, admin, &path, &nobody).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_was_hidden_while_it_waited_waits_for_the_next_publication() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let admin = app.given_admin().await;
    let mut guests = Vec::new();
    for day in 2..6 {
        let (mentee, session) = given_guest(&app, mentor, day).await;
        given(&app, mentee, session, &opinion(4, true)).await;
        guests.push((mentee, session));
    }
    let (mentee, session) = guests[0];
    let path = format!("{FEEDBACK}/{session}/moderation");
    let step =
        |action: &str| json!({ "author_id": mentee, "action": action, "reason": "a mistake" });
    put(&app, admin, &path, &step("hide")).await;

    at(&app, MONDAY, &[(admin, Role::Admin)]).await;
    upkeep(&app).await;
    put(&app, admin, &path, &step("restore")).await;
    upkeep(&app).await;
    assert_eq!(shown(&app, mentor).await.len(), 3);

    for day in 6..8 {
        let (mentee, session) = given_guest(&app, mentor, day).await;
        given(&app, mentee, session, &opinion(2, true)).await;
    }
    at(&app, "2026-03-16T08:00:00Z", &[]).await;
    upkeep(&app).await;
    assert_eq!(shown(&app, mentor).await.len(), 6);
    assert_eq!(stats(&app, mentor).await["count"], 6);
}

#[tokio::test]
async fn the_topics_of_a_group_stay_when_one_of_it_is_hidden() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let admin = app.given_admin().await;
    let mut guests = Vec::new();
    for day in 2..6 {
        let (mentee, session) = given_guest(&app, mentor, day).await;
        let mut said = opinion(4, true);
        said["topics_covered"] = json!(if day < 5 { ["Pricing"] } else { ["Hiring"] });
        given(&app, mentee, session, &said).await;
        guests.push((mentee, session));
    }
    at(&app, MONDAY, &[(admin, Role::Admin)]).await;
    upkeep(&app).await;
    let topics = json!([{ "topic": "pricing", "count": 3 }]);
    assert_eq!(stats(&app, mentor).await["topics"], topics);

    let (mentee, session) = guests[0];
    let hide = json!({ "author_id": mentee, "action": "hide", "reason": "an insult" });
    put(
        &app,
        admin,
        &format!("{FEEDBACK}/{session}/moderation"),
        &hide,
    )
    .await;

    let after = stats(&app, mentor).await;
    assert_eq!((&after["count"], &after["topics"]), (&json!(3), &topics));
}
