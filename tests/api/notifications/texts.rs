//! Text messages: to those who choose them and have named a phone, through a provider that may refuse.

use http::StatusCode;
use serde_json::json;
use shared::domain::id::UserId;
use tests::{Post, TestApp, Texts};

use super::{PREFERENCES, TEN, request};

const PHONE: &str = "+493012345678";

/// A mentor with a phone who wants to hear of requests there, and has one.
async fn asked() -> (TestApp, Texts, Post, UserId) {
    let (app, texts) = TestApp::with_texts().await;
    let post = app.given_mail_service().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let phone = json!({ "phone": PHONE });
    app.patch_as(mentor, "/api/users/me", &phone).await;
    let choice = json!({ "events": [{ "event": "session_requested", "email": "off", "in_app": false, "sms": true }] });
    let (status, body) = app.put_as(mentor, PREFERENCES, &choice).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    request(&app, mentee, mentor, TEN).await;
    (app, texts, post, mentor)
}

/// The status of the message to a person.
async fn status(app: &TestApp, person: UserId) -> String {
    app.texts_of(person).await.remove(0)
}

#[tokio::test]
async fn a_request_reaches_a_phone_in_two_parts_at_most() {
    let (app, texts, post, mentor) = asked().await;

    post.deliver_from(&app, 0).await;
    post.deliver_from(&app, 0).await;

    let sent = texts.sent();
    assert_eq!(sent.len(), 1, "once, however often the queue delivers");
    assert_eq!(
        (sent[0].to.as_str(), sent[0].from.as_str()),
        (PHONE, "+15005550006")
    );
    let says = "New request: session with Ada Lovelace. Wednesday 4 March 2026, 11:00–12:00 (Europe/Berlin) https://app.example.com/sessions/";
    assert!(sent[0].body.starts_with(says), "{}", sent[0].body);
    assert!(sent[0].body.chars().count() <= 306);
    assert!(post.mails_to(mentor).is_empty());
    assert_eq!(status(&app, mentor).await, "sent");
}

#[tokio::test]
async fn what_the_provider_cannot_take_now_comes_again() {
    let (app, texts, post, mentor) = asked().await;
    texts.refuse_next(StatusCode::TOO_MANY_REQUESTS, 20429);
    let record = app.promised_mails().await.remove(0);

    assert!(post.deliver(&record).await.is_err());
    assert_eq!(status(&app, mentor).await, "queued");
    post.deliver(&record).await.unwrap();

    assert_eq!(texts.sent().len(), 1);
}

#[tokio::test]
async fn what_the_provider_never_takes_is_given_up() {
    let (app, texts, post, mentor) = asked().await;
    texts.refuse_next(StatusCode::BAD_REQUEST, 21211);

    post.deliver_from(&app, 0).await;
    post.deliver_from(&app, 0).await;

    assert!(texts.sent().is_empty());
    assert_eq!(status(&app, mentor).await, "failed");
}

#[tokio::test]
async fn of_a_message_that_vanished_nobody_gets_a_second_one() {
    let (app, texts, post, mentor) = asked().await;
    texts.refuse_next(StatusCode::BAD_GATEWAY, 0);
    let record = app.promised_mails().await.remove(0);

    assert!(post.deliver(&record).await.is_err());
    app.given_lapsed_mail_claims().await;
    post.deliver(&record).await.unwrap();

    assert!(texts.sent().is_empty());
    assert_eq!(status(&app, mentor).await, "unknown");
}

#[tokio::test]
async fn without_a_phone_nothing_is_sent() {
    let (app, texts, post, mentor) = asked().await;
    app.patch_as(mentor, "/api/users/me", &json!({ "phone": null }))
        .await;

    post.deliver_from(&app, 0).await;

    assert!(texts.sent().is_empty());
    assert_eq!(status(&app, mentor).await, "dropped");
}

#[tokio::test]
async fn where_there_is_no_provider_nobody_can_choose_them() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let choice = json!({ "events": [{ "event": "session_confirmed", "email": "now", "in_app": true, "sms": true }] });

    let (status, body) = app.put_as(mentee, PREFERENCES, &choice).await;

    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["errors"][0]["code"], "sms_off");
    assert_eq!(body["errors"][0]["field"], "events[0].sms");
}
