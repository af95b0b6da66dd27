//! The inbox: one entry per session, and what is unread.

use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::TestApp;

use super::{Stage, read, say, stage};
use crate::texts;

async fn inbox(app: &TestApp, actor: UserId, query: &str) -> Value {
    let (status, body) = app.get_as(actor, &format!("/api/messages{query}")).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

#[tokio::test]
async fn an_inbox_shows_each_session_with_its_newest_message() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let other = app.given_mentee().await;
    let second = app
        .given_session(other, mentor, "2026-03-05T10:00:00Z")
        .await;
    app.given_session(mentee, mentor, "2026-03-06T10:00:00Z")
        .await;
    say(&app, mentee, session, "one").await;
    say(&app, mentee, session, "two").await;
    say(&app, other, second, "three").await;
    say(&app, mentor, session, "four").await;

    let mentors = inbox(&app, mentor, "").await;

    assert_eq!(
        mentors["meta"],
        json!({ "limit": 20, "next_cursor": null, "unread_count": 3 })
    );
    assert_eq!(
        texts(&mentors["data"], "session_id"),
        [session.to_string(), second.to_string()]
    );
    insta::assert_json_snapshot!(mentors["data"][0], {
        ".session_id" => "[session]", ".with.id" => "[mentee]", ".last_message.id" => "[id]",
        ".last_message.session_id" => "[session]", ".last_message.created_at" => "[now]",
        ".last_message.sender_id" => "[mentor]", ".last_message.receiver_id" => "[mentee]",
    }, @r#"
    {
      "last_message": {
        "content": "four",
        "created_at": "[now]",
        "id": "[id]",
        "is_read": false,
        "message_type": "text",
        "read_at": null,
        "receiver_id": "[mentee]",
        "sender_id": "[mentor]",
        "session_id": "[session]"
      },
      "scheduled_at": "2026-03-04T10:00:00Z",
      "session_id": "[session]",
      "topic": "Pricing",
      "unread_count": 2,
      "with": {
        "first_name": "Ada",
        "id": "[mentee]",
        "last_name": "Lovelace"
      }
    }
    "#);
    assert_eq!(mentors["data"][0]["with"]["id"], mentee.to_string());
    assert_eq!(mentors["data"][1]["with"]["id"], other.to_string());

    let mentees = inbox(&app, mentee, "").await;
    assert_eq!(mentees["data"].as_array().unwrap().len(), 1);
    assert_eq!(mentees["data"][0]["unread_count"], 1);
    assert_eq!(mentees["meta"]["unread_count"], 1);
}

#[tokio::test]
async fn reading_lowers_the_counts() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let first = say(&app, mentee, session, "one").await;
    let second = say(&app, mentee, session, "two").await;
    for (message, left) in [(first, 1), (second, 0)] {
        read(&app, mentor, &message).await;
        let seen = inbox(&app, mentor, "").await;
        assert_eq!(seen["meta"]["unread_count"], left);
        assert_eq!(seen["data"][0]["unread_count"], left);
    }
}

#[tokio::test]
async fn an_inbox_has_pages_and_nobody_elses_sessions() {
    let Stage { app, mentor, .. } = stage().await;
    let mut known = Vec::new();
    for day in 5..12 {
        let mentee = app.given_mentee().await;
        let at = format!("2026-03-{day:02}T10:00:00Z");
        let session = app.given_session(mentee, mentor, &at).await;
        say(&app, mentee, session, "Hello!").await;
        known.push(session.to_string());
    }
    known.reverse();
    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = inbox(&app, mentor, &format!("?limit=3{cursor}")).await;
        assert_eq!(page["meta"]["unread_count"], 7, "of all, on every page");
        met.extend(texts(&page["data"], "session_id"));
        match page["meta"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(met, known);
    for stranger in [app.given_admin().await, app.given_mentee().await] {
        let empty = inbox(&app, stranger, "").await;
        assert_eq!(empty["data"], json!([]));
        assert_eq!(empty["meta"]["unread_count"], 0);
    }
}
