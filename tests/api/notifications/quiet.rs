//! The night: what can wait waits, and nothing is lost or comes twice.

use futures_util::future::join_all;
use http::StatusCode;
use serde_json::json;
use shared::worker::run_schedule;

use super::{PREFERENCES, Stage, choose, shown, stage};

/// Half past eleven at night, and seven in the morning.
const NIGHT: &str = "2026-03-02T22:30:00Z";
const MORNING: &str = "2026-03-03T06:00:00Z";

/// Writes a message to the mentee at night.
async fn write_at_night() -> Stage {
    let stage = stage().await;
    stage.app.at(NIGHT);
    let path = format!("/api/sessions/{}/messages", stage.session);
    let words = json!({ "content": "Shall we talk about pricing first?" });
    let (status, body) = stage.app.post_as(stage.mentor, &path, &words).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    stage.tell().await;
    stage
}

#[tokio::test]
async fn a_mail_that_can_wait_waits_for_the_morning() {
    let stage = write_at_night().await;
    assert_eq!(stage.mails_to(stage.mentee), 0);
    assert_eq!(
        shown(&stage.app, stage.mentee).await.len(),
        1,
        "a line in the app wakes nobody"
    );
    assert_eq!(
        stage.app.mails_of(stage.mentee).await,
        [("unread_messages".to_owned(), "queued".to_owned())]
    );

    stage.app.at("2026-03-03T05:59:00Z");
    stage.tell().await;
    assert_eq!(stage.mails_to(stage.mentee), 0);
    stage.app.at(MORNING);
    stage.tell().await;
    stage.tell().await;

    assert_eq!(stage.mails_to(stage.mentee), 1);
}

#[tokio::test]
async fn schedules_that_overlap_wake_a_mail_once() {
    let stage = write_at_night().await;
    stage.app.at(MORNING);
    let fire = || run_schedule(&stage.app.state, reminders_cron::fire);

    let fired = join_all((0..4).map(|_| fire())).await;

    let woken: usize = fired.into_iter().map(Result::unwrap).sum();
    assert_eq!(woken, 1);
    let records = stage.app.woken_mails().await;
    assert_eq!(records.len(), 1);
    for _ in 0..3 {
        stage.post.deliver(&records[0]).await.unwrap();
    }
    assert_eq!(stage.mails_to(stage.mentee), 1);
}

#[tokio::test]
async fn what_was_read_at_night_comes_no_more_in_the_morning() {
    let stage = write_at_night().await;
    let messages = format!("/api/sessions/{}/messages", stage.session);
    let (_, listed) = stage.app.get_as(stage.mentee, &messages).await;
    let id = listed["data"][0]["id"].as_str().unwrap();
    let read = format!("/api/messages/{id}/read");
    stage.app.post_as(stage.mentee, &read, &json!({})).await;

    stage.app.at(MORNING);
    stage.tell().await;

    assert_eq!(stage.mails_to(stage.mentee), 0);
    assert_eq!(stage.app.mails_of(stage.mentee).await[0].1, "dropped");
}

#[tokio::test]
async fn whoever_opts_out_at_night_gets_nothing_in_the_morning() {
    let stage = write_at_night().await;
    choose(&stage.app, stage.mentee, "unread_messages", "off").await;

    stage.app.at(MORNING);
    stage.tell().await;

    assert_eq!(stage.mails_to(stage.mentee), 0);
    assert_eq!(stage.app.mails_of(stage.mentee).await[0].1, "dropped");
}

#[tokio::test]
async fn whoever_wants_no_quiet_hours_hears_at_once() {
    let stage = stage().await;
    let loud = json!({ "quiet_hours": null });
    stage.app.put_as(stage.mentee, PREFERENCES, &loud).await;
    stage.app.at(NIGHT);
    let path = format!("/api/sessions/{}/messages", stage.session);
    let words = json!({ "content": "Are you up?" });
    stage.app.post_as(stage.mentor, &path, &words).await;

    stage.tell().await;

    assert_eq!(stage.mails_to(stage.mentee), 1);
}

#[tokio::test]
async fn at_night_the_news_of_a_session_comes_at_once() {
    let stage = stage().await;
    stage.app.at(NIGHT);

    let decline = json!({ "action": "decline", "reason": "No time" });
    let session = format!("/api/sessions/{}", stage.session);
    let (status, body) = stage.app.put_as(stage.mentor, &session, &decline).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    stage.tell().await;

    assert_eq!(stage.mails_to(stage.mentee), 1);
}
