//! Admins take feedback out of sight, with reasons, and bring it back.

use futures_util::future::join;
use http::{Method, StatusCode};
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

#[tokio::test]
async fn a_stale_moderation_changes_nothing() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let admin = app.given_admin().await;
    given(&app, mentee, session, &opinion(1, false)).await;
    put(
        &app,
        mentee,
        &format!("{FEEDBACK}/{session}"),
        &opinion(4, false),
    )
    .await;
    let hide = json!({ "author_id": mentee, "action": "hide", "reason": "an insult" });
    let moderate = async |version: &str| {
        let path = format!("{FEEDBACK}/{session}/moderation");
        let call = app.call(Method::PUT, &path).by(admin).await;
        call.header("if-match", version).json(&hide).send().await
    };

    let stale = moderate("\"1\"").await;

    assert_eq!(
        (stale.status, stale.code()),
        (StatusCode::PRECONDITION_FAILED, "stale_version")
    );
    assert_eq!(shown(&app, mentor).await.len(), 1);
    assert_eq!(moderate("\"2\"").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_was_said_before_was_said_when_it_was_given_though_it_was_hidden_since() {
    let app = TestApp::whole().await;
    let (_, mentee, session) = given_pair(&app).await;
    let admin = app.given_admin().await;
    let path = format!("{FEEDBACK}/{session}");
    app.at("2026-03-02T15:00:00Z");
    given(&app, mentee, session, &opinion(1, false)).await;
    app.at("2026-03-02T15:10:00Z");
    let hide = json!({ "author_id": mentee, "action": "hide", "reason": "an insult" });
    put(&app, admin, &format!("{path}/moderation"), &hide).await;
    app.at("2026-03-02T15:20:00Z");
    put(&app, mentee, &path, &opinion(4, false)).await;
    app.at("2026-03-02T15:30:00Z");
    put(&app, mentee, &path, &opinion(5, false)).await;

    let earlier = get(&app, mentee, &format!("{path}/history")).await;

    let said = crate::texts(earlier.data(), "said_at");
    let minutes: Vec<&str> = said.iter().map(|at| &at[..16]).collect();
    assert_eq!(minutes, ["2026-03-02T15:00", "2026-03-02T15:20"]);
}

/// The audit log and the revision of the mentors are rows that everybody waits for: all take them in one order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moderating_and_vetting_at_once_ends() {
    let app = TestApp::whole().await;
    let (_, mentee, session) = given_pair(&app).await;
    let (admin, mentor) = (app.given_admin().await, app.given_unapproved_mentor().await);
    given(&app, mentee, session, &opinion(1, false)).await;
    for (action, decision) in [
        ("hide", "approved"),
        ("restore", "rejected"),
        ("hide", "approved"),
    ] {
        let moderation = json!({ "author_id": mentee, "action": action, "reason": "a look" });
        let verdict = json!({ "decision": decision, "reason": "a look" });
        let held = app.given_locked_audit().await;

        let path = format!("{FEEDBACK}/{session}/moderation");
        let moderating = put(&app, admin, &path, &moderation);
        let vetting = async {
            app.until_waiting(1).await;
            let path = format!("/api/mentors/{mentor}/vetting");
            put(&app, admin, &path, &verdict).await
        };
        let releasing = async {
            app.until_waiting(2).await;
            held.release().await;
        };
        let both = join(Box::pin(moderating), Box::pin(vetting));
        let ((moderated, vetted), ()) = join(both, Box::pin(releasing)).await;

        assert_eq!(moderated.status, StatusCode::OK, "{}", moderated.text);
        assert_eq!(vetted.status, StatusCode::OK, "{}", vetted.text);
    }
    assert_eq!(app.deadlocks().await, 0);
}
