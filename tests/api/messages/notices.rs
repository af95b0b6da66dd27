//! Mails about messages: soon, seldom, without the words, and not once all was read.

use futures_util::future::join_all;
use shared::domain::event::EventRecord;
use shared::worker::run_schedule;
use tests::{Post, TestApp};

use super::{Stage, read, say, send, stage};

async fn fire(app: &TestApp) -> usize {
    run_schedule(&app.state, reminders_cron::fire)
        .await
        .unwrap()
}

/// The promises to tell somebody of messages.
async fn notices(app: &TestApp) -> Vec<EventRecord> {
    let promised = app.promised_mails().await.into_iter();
    promised
        .filter(|record| {
            let event = serde_json::to_value(&record.event).unwrap();
            event["type"] == "messages.waiting"
        })
        .collect()
}

async fn deliver(post: &Post, records: &[EventRecord]) {
    for record in records {
        post.deliver(record).await.unwrap();
    }
}

#[tokio::test]
async fn the_receiver_hears_of_it_at_once_and_of_more_a_quarter_of_an_hour_later() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let post = app.given_mail_service().await;
    app.at("2026-03-02T09:00:00Z");
    say(&app, mentee, session, "A secret about pricing").await;

    deliver(&post, &notices(&app).await).await;

    let mails = post.mails_to(mentor);
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].starts_with("Subject: New message: Pricing with Ada Lovelace\n"),
        "{}",
        mails[0]
    );
    assert!(!mails[0].contains("secret"), "{}", mails[0]);
    assert!(post.mails_to(mentee).is_empty());

    // More of them wait, and none is forgotten.
    app.at("2026-03-02T09:05:00Z");
    say(&app, mentee, session, "Another one").await;
    app.at("2026-03-02T09:14:00Z");
    assert_eq!((notices(&app).await.len(), fire(&app).await), (1, 0));
    app.at("2026-03-02T09:16:00Z");
    assert_eq!(fire(&app).await, 1);
    assert_eq!(fire(&app).await, 0);
    deliver(&post, &notices(&app).await).await;
    let mails = post.mails_to(mentor);
    assert_eq!(mails.len(), 2);
    assert!(mails[1].starts_with("Subject: 2 new messages: Pricing with Ada Lovelace\n"));

    // Nobody is told twice of the same.
    app.at("2026-03-02T12:00:00Z");
    assert_eq!(fire(&app).await, 0);
    say(&app, mentee, session, "Later").await;
    assert_eq!(notices(&app).await.len(), 3, "at once again");
}

#[tokio::test]
async fn nobody_is_told_of_what_they_have_read() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let post = app.given_mail_service().await;
    app.at("2026-03-02T09:00:00Z");
    let first = say(&app, mentee, session, "one").await;
    read(&app, mentor, &first).await;
    deliver(&post, &notices(&app).await).await;
    assert!(post.mails_to(mentor).is_empty());
    assert_eq!(
        app.mails_of(mentor).await,
        [("unread_messages".to_owned(), "dropped".to_owned())]
    );

    app.at("2026-03-02T09:05:00Z");
    let second = say(&app, mentee, session, "two").await;
    read(&app, mentor, &second).await;
    app.at("2026-03-02T09:16:00Z");
    assert_eq!(fire(&app).await, 0, "nothing to tell of");
    // The mail that was not promised holds none back.
    say(&app, mentee, session, "three").await;
    assert_eq!(notices(&app).await.len(), 2);
}

#[tokio::test]
async fn of_mails_that_the_queue_held_back_only_the_newest_leaves() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let post = app.given_mail_service().await;
    for at in ["09:00:00", "09:16:00", "09:32:00"] {
        app.at(&format!("2026-03-02T{at}Z"));
        say(&app, mentee, session, at).await;
    }
    let mut held = notices(&app).await;
    assert_eq!(held.len(), 3);
    held.reverse();
    held.extend(held.clone());

    deliver(&post, &held).await;

    let mails = post.mails_to(mentor);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].starts_with("Subject: 3 new messages"));
}

#[tokio::test]
async fn a_storm_of_messages_is_one_mail_for_each_session_and_side() {
    let Stage {
        app,
        mentor,
        mentee,
        session,
    } = stage().await;
    let post = app.given_mail_service().await;
    let other = app.given_mentee().await;
    let second = app
        .given_session(other, mentor, "2026-03-05T10:00:00Z")
        .await;
    let storm = (0..60).map(|n| match n % 3 {
        0 => send(&app, mentee, session, "to the mentor"),
        1 => send(&app, mentor, session, "to the mentee"),
        _ => send(&app, other, second, "to the mentor, too"),
    });

    let replies = join_all(storm).await;

    assert!(replies.iter().all(|reply| reply.status == 201));
    assert_eq!(app.deadlocks().await, 0);
    let promised = notices(&app).await;
    assert_eq!(promised.len(), 3);
    // Threefold, and at once.
    let deliveries = (0..9).map(|n| post.deliver(&promised[n % 3]));
    join_all(deliveries).await;
    deliver(&post, &promised).await;
    let counts = [mentor, mentee, other].map(|person| post.mails_to(person).len());
    assert_eq!(counts, [2, 1, 0]);
}
