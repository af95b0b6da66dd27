//! What becomes of messages when one of the two leaves.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{join, join_all};
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::id::UserId;
use shared::domain::user::Role;
use shared::worker::run_schedule;
use tests::{TestApp, unzipped};

use super::{Stage, path, say, send, stage, words};

async fn erase(app: &TestApp) -> usize {
    run_schedule(&app.state, upkeep_cron::fire).await.unwrap()
}

#[tokio::test]
async fn nobody_writes_to_whoever_leaves_unless_they_come_back() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    app.given_no_password(mentor).await;
    let (status, left) = app.delete_as(mentor, "/api/users/me").await;
    assert_eq!(status, StatusCode::ACCEPTED, "{left}");

    let refused = send(&app, mentee, session, "Are you there?").await;

    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "conversation_over")
    );
    app.given_login(mentor, Role::Mentor).await;
    assert_eq!(send(&app, mentor, session, "No").await.status, 409);
    let (status, _) = app
        .post_as(mentor, "/api/users/me/restore", &json!({}))
        .await;
    assert_eq!(status, StatusCode::OK);
    say(&app, mentee, session, "Welcome back!").await;
}

#[tokio::test]
async fn an_erasure_takes_ones_own_words_and_leaves_the_others() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    app.given_bucket().await;
    say(&app, mentee, session, "my number is 0123").await;
    say(&app, mentor, session, "thank you").await;
    say(&app, mentee, session, "and my street is Elm").await;
    app.given_deletion_due(mentee).await;

    assert_eq!(erase(&app).await, 1);

    assert_eq!(words(&app, mentor, session).await, ["", "thank you", ""]);
    assert_eq!(app.leftovers(&["0123", "Elm"]).await, Vec::<String>::new());
    let (_, inbox) = app.get_as(mentor, "/api/messages").await;
    assert_eq!(inbox["meta"]["unread_count"], 0, "nothing to read is left");
    assert_eq!(
        inbox["data"][0]["with"]["last_name"], "person",
        "the name is gone, too: {inbox}"
    );
    assert_eq!(send(&app, mentor, session, "Hello?").await.status, 409);
    assert_eq!(app.rows_in("messages").await, 3);
}

#[tokio::test]
async fn nothing_is_written_past_an_erasure_that_runs_at_the_same_time() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let admin = app.given_admin().await;
    for day in 4..12 {
        let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
        let at = format!("2026-03-{day:02}T10:00:00Z");
        let session = app.given_session(mentee, mentor, &at).await;
        let is_over = AtomicBool::new(false);
        let write = async |actor: UserId| {
            while !is_over.load(Ordering::Relaxed) {
                send(&app, actor, session, "words of somebody").await;
            }
        };
        let leave = async {
            say(&app, mentee, session, "words of somebody").await;
            let body = json!({ "reason": "asked by letter", "now": true });
            let path = format!("/api/users/{mentee}");
            let gone = app
                .ask(Some(admin), Method::DELETE, &path, Some(&body))
                .await;
            assert_eq!(gone.status, StatusCode::ACCEPTED, "{}", gone.text);
            is_over.store(true, Ordering::Relaxed);
        };

        let writers = join_all([mentee, mentor, mentee, mentee].map(write));
        Box::pin(join(writers, leave)).await;

        let (_, kept) = app
            .get_as(mentor, &format!("{}?limit=100", path(session)))
            .await;
        let kept = kept["data"].as_array().unwrap();
        let of = |person: UserId| {
            kept.iter()
                .filter(move |message| message["sender_id"] == person.to_string())
        };
        assert!(of(mentee).count() > 0);
        assert!(of(mentee).all(|message| message["content"] == ""));
        assert!(of(mentor).all(|message| message["content"] == "words of somebody"));
    }
    assert_eq!(app.deadlocks().await, 0);
}

#[tokio::test]
async fn an_export_holds_both_sides_of_a_conversation() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    app.given_bucket().await;
    say(&app, mentee, session, "Hello!").await;
    say(&app, mentor, session, "Hi!").await;
    let stranger = app.given_mentee().await;
    let other = app
        .given_session(stranger, mentor, "2026-03-05T10:00:00Z")
        .await;
    say(&app, stranger, other, "None of your business").await;
    let asked = app
        .ask(Some(mentee), Method::POST, "/api/users/me/export", None)
        .await;
    app.work_on_export().await.unwrap();
    let (_, job) = app.get_as(mentee, asked.header("location")).await;
    let path = job["data"]["result_path"].as_str().unwrap();
    let (_, download) = app.get_as(mentee, path).await;
    let (_, bytes) = app.fetch(download["data"]["url"].as_str().unwrap()).await;

    let files = unzipped(&bytes);

    let contents = crate::texts(&files["messages.json"], "content");
    assert_eq!(contents, ["Hello!", "Hi!"]);
}
