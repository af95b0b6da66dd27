//! Both are asked how it was, once; the author has it confirmed; the mentor hears of what they can read.

use http::StatusCode;
use serde_json::json;
use shared::domain::user::Role;
use tests::TestApp;

use super::{MONDAY, at, given, given_guest, given_pair, opinion, put, upkeep};

fn subjects(mails: &[String]) -> Vec<String> {
    let lines = mails.iter().filter_map(|mail| mail.lines().next());
    lines
        .map(|line| line.trim_start_matches("Subject: ").to_owned())
        .collect()
}

#[tokio::test]
async fn both_are_asked_once_a_session_took_place() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_confirmed_session(mentee, mentor, "2026-03-02T10:00:00Z")
        .await;
    at(&app, "2026-03-02T11:00:00Z", &[]).await;
    let complete = json!({ "action": "complete" });
    let path = format!("/api/sessions/{session}");
    assert_eq!(
        put(&app, mentor, &path, &complete).await.status,
        StatusCode::OK
    );

    post.deliver_from(&app, 0).await;
    post.deliver_from(&app, 0).await;

    let wanted = ["How was your session with Ada Lovelace?"];
    for person in [mentor, mentee] {
        let mails = post.mails_to(person);
        assert_eq!(subjects(&mails), wanted);
        assert!(
            mails[0].contains(&format!("/sessions/{session}/feedback")),
            "{}",
            mails[0]
        );
        assert!(mails[0].contains("List-Unsubscribe") || mails[0].contains("unsubscribe"));
    }
}

#[tokio::test]
async fn who_has_said_it_is_not_asked() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_confirmed_session(mentee, mentor, "2026-03-02T10:00:00Z")
        .await;
    at(&app, "2026-03-02T11:00:00Z", &[]).await;
    let complete = json!({ "action": "complete" });
    put(&app, mentor, &format!("/api/sessions/{session}"), &complete).await;
    given(&app, mentee, session, &opinion(4, true)).await;

    post.deliver_from(&app, 0).await;

    assert_eq!(
        subjects(&post.mails_to(mentee)),
        ["Your feedback on the session with Ada Lovelace"]
    );
    assert_eq!(
        subjects(&post.mails_to(mentor)),
        ["How was your session with Ada Lovelace?"],
        "and nothing of what the mentee said"
    );
}

#[tokio::test]
async fn a_mentor_hears_of_a_name_at_once_and_of_what_has_none_when_it_is_published() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    given(&app, mentee, session, &opinion(4, false)).await;
    for day in 2..5 {
        let (guest, theirs) = given_guest(&app, mentor, day).await;
        given(&app, guest, theirs, &opinion(2, true)).await;
    }
    upkeep(&app).await;
    let from = post.deliver_from(&app, 0).await;
    let named = "Ada Lovelace gave feedback on your session";
    assert_eq!(subjects(&post.mails_to(mentor)), [named]);

    at(&app, MONDAY, &[(mentor, Role::Mentor)]).await;
    upkeep(&app).await;
    post.deliver_from(&app, from).await;

    let mails = post.mails_to(mentor);
    assert_eq!(subjects(&mails), [named, "New feedback for you"]);
    assert!(!mails[1].contains(&mentee.to_string()) && !mails[1].contains("Lovelace"));
}
