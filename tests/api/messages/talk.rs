//! Writing, listing and reading.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use tests::{Setup, TestApp, api};

use super::{Stage, path, read, say, send, stage, words};
use crate::texts;

#[tokio::test]
async fn the_two_people_write_to_each_other() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;

    let reply = send(&app, mentee, session, " Shall I send the deck? 🦀\n").await;

    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    assert_eq!(reply.header("location"), path(session));
    insta::assert_json_snapshot!(reply.data(), {
        ".id" => "[id]", ".session_id" => "[session]", ".created_at" => "[now]",
        ".sender_id" => "[sender]", ".receiver_id" => "[receiver]",
    }, @r#"
    {
      "content": "Shall I send the deck? 🦀",
      "created_at": "[now]",
      "id": "[id]",
      "is_read": false,
      "message_type": "text",
      "read_at": null,
      "receiver_id": "[receiver]",
      "sender_id": "[sender]",
      "session_id": "[session]"
    }
    "#);
    assert_eq!(reply.data()["session_id"], session.to_string());
    assert_eq!(reply.data()["sender_id"], mentee.to_string());
    assert_eq!(reply.data()["receiver_id"], mentor.to_string());

    say(&app, mentor, session, "Yes, please.").await;
    for actor in [mentor, mentee] {
        assert_eq!(
            words(&app, actor, session).await,
            ["Shall I send the deck? 🦀", "Yes, please."]
        );
        let (_, newest_first) = app.get_as(actor, &path(session)).await;
        assert_eq!(newest_first["data"][0]["content"], "Yes, please.");
    }
}

#[tokio::test]
async fn a_walk_over_all_pages_has_no_gaps_and_no_repeats() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let mut said = Vec::new();
    for n in 0..13 {
        let actor = if n % 3 == 0 { mentor } else { mentee };
        // Some at the same moment: the id decides.
        if n % 2 == 0 {
            app.at("2026-03-02T09:00:00Z");
        }
        said.push(say(&app, actor, session, &n.to_string()).await["id"].clone());
    }
    let mut walks = Vec::new();
    for sort in ["created_at", "-created_at"] {
        let (mut met, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = format!("{}?limit=4&sort={sort}{cursor}", path(session));
            let (status, body) = app.get_as(mentor, &page).await;
            assert_eq!(status, StatusCode::OK, "{body}");
            met.extend(texts(&body["data"], "id"));
            match body["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        walks.push(met);
    }
    walks[1].reverse();
    assert_eq!(walks[0], walks[1]);
    let mut known: Vec<&str> = said.iter().map(|id| id.as_str().unwrap()).collect();
    known.sort_unstable();
    walks[0].sort_unstable();
    assert_eq!(walks[0], known);
}

#[tokio::test]
async fn nobody_else_reads_or_writes() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let message = say(&app, mentee, session, "Hello!").await;
    let (other_mentor, other_mentee) = (app.given_mentor().await, app.given_mentee().await);
    app.given_session(other_mentee, mentor, "2026-03-05T10:00:00Z")
        .await;
    for stranger in [other_mentor, other_mentee] {
        let (listed, _) = app.get_as(stranger, &path(session)).await;
        let written = send(&app, stranger, session, "Hi").await;
        let marked = read(&app, stranger, &message).await;
        assert_eq!(
            [listed, written.status, marked.status],
            [StatusCode::NOT_FOUND; 3]
        );
    }

    let admin = app.given_admin().await;
    let listed = app
        .ask(Some(admin), Method::GET, &path(session), None)
        .await;
    let written = send(&app, admin, session, "Hi").await;
    for refused in [listed, written] {
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::FORBIDDEN, "not_your_conversation")
        );
        assert!(!refused.text.contains("Hello!"));
    }
    assert_eq!(read(&app, admin, &message).await.status, 404);
    assert_eq!(words(&app, mentor, session).await, ["Hello!"]);
}

#[tokio::test]
async fn what_is_written_is_within_limits() {
    let Stage {
        app,
        mentee,
        session,
        ..
    } = stage().await;
    for (body, problem) in [
        (json!({}), ("content", "missing_field")),
        (json!({ "content": " \n" }), ("content", "too_short")),
        (
            json!({ "content": "🦀".repeat(2001) }),
            ("content", "too_long"),
        ),
        (
            json!({ "content": "a\u{7}b" }),
            ("content", "control_character"),
        ),
        (json!({ "content": 7 }), ("content", "wrong_type")),
        (
            json!({ "content": "a", "message_type": "image" }),
            ("message_type", "unknown_value"),
        ),
        (
            json!({ "content": "a", "sender_id": mentee }),
            ("sender_id", "unknown_field"),
        ),
    ] {
        let reply = app
            .ask(Some(mentee), Method::POST, &path(session), Some(&body))
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(reply.problems(), [problem], "{body}");
    }
    let longest = "🦀".repeat(2000);
    let body = json!({ "content": longest, "message_type": "text" });
    let (status, _) = app.post_as(mentee, &path(session), &body).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(words(&app, mentee, session).await, [longest]);
}

#[tokio::test]
async fn a_message_is_read_with_everything_older_and_nothing_newer() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let first = say(&app, mentee, session, "one").await;
    let own = say(&app, mentor, session, "mine").await;
    let second = say(&app, mentee, session, "two").await;
    let third = say(&app, mentee, session, "three").await;

    app.at("2026-03-02T09:00:00Z");
    let marked = read(&app, mentor, &second).await;

    assert_eq!(marked.status, StatusCode::OK, "{}", marked.text);
    assert_eq!(marked.data()["is_read"], true);
    let (_, seen) = app
        .get_as(mentee, &format!("{}?sort=created_at", path(session)))
        .await;
    let states: Vec<bool> = (0..4)
        .map(|n| seen["data"][n]["is_read"].as_bool().unwrap())
        .collect();
    // The mentor's own is for the mentee to read.
    assert_eq!(states, [true, false, true, false]);
    let read_at = &seen["data"][0]["read_at"];
    assert!(read_at.as_str().unwrap().starts_with("2026-03-02T09:00:"));
    assert_eq!(read_at, &marked.data()["read_at"]);

    app.at("2026-03-02T10:00:00Z");
    for message in [&first, &second] {
        let again = read(&app, mentor, message).await;
        assert_eq!(again.status, StatusCode::OK);
        assert_eq!(&again.data()["read_at"], read_at, "the first time stays");
    }
    assert_eq!(read(&app, mentor, &own).await.status, 404);
    assert_eq!(read(&app, mentee, &third).await.status, 404);
}

#[tokio::test]
async fn two_devices_read_at_once() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let mut said = Vec::new();
    for n in 0..20 {
        said.push(say(&app, mentee, session, &n.to_string()).await);
    }

    let replies = join_all(said.iter().map(|message| read(&app, mentor, message))).await;

    for reply in &replies {
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        assert_eq!(reply.data()["is_read"], true);
    }
    assert_eq!(app.deadlocks().await, 0);
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_written_once() {
    let Stage {
        app,
        mentee,
        session,
        ..
    } = stage().await;
    let post = async || {
        let call = app.call(Method::POST, &path(session)).by(mentee).await;
        let call = call.header("idempotency-key", "\"0d1f-once-only\"");
        call.json(&json!({ "content": "Once" })).send().await
    };

    let (first, again) = (post().await, post().await);

    assert_eq!(
        (first.status, again.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(first.text, again.text);
    assert_eq!(words(&app, mentee, session).await, ["Once"]);
}

#[tokio::test]
async fn a_conversation_stays_open_whatever_becomes_of_its_session() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let (status, _) = app
        .delete_as(mentor, &format!("/api/sessions/{session}"))
        .await;
    assert_eq!(status, StatusCode::OK);

    say(&app, mentor, session, "Sorry, I am ill.").await;
    say(&app, mentee, session, "Get well soon!").await;

    assert_eq!(words(&app, mentor, session).await.len(), 2);
}

#[tokio::test]
async fn thirty_messages_a_minute_are_enough() {
    let setup = Setup {
        rate_limit_scale: 1,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app.given_session(mentee, mentor, super::TEN).await;

    let replies = join_all((0..50).map(|_| send(&app, mentee, session, "spam"))).await;

    let policy = replies[0].header("ratelimit-policy");
    assert!(policy.contains("\"message\";q=30;w=60"), "{policy}");
    let (sent, refused): (Vec<_>, Vec<_>) = replies
        .iter()
        .partition(|reply| reply.status == StatusCode::CREATED);
    assert!((30..40).contains(&sent.len()), "{}", sent.len());
    assert!(refused.iter().all(|reply| reply.code() == "rate_limited"));
    let other = send(&app, mentor, session, "Stop it.").await;
    assert_eq!(other.status, StatusCode::CREATED, "everybody has their own");
}
