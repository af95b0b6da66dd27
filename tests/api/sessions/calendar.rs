//! A session as a file for calendars.

use http::{Method, StatusCode};
use serde_json::json;
use tests::Reply;

use super::{Stage, TEN, act, path, stage};

/// The value of a property, unfolded; empty when it is not there.
fn property(ics: &str, name: &str) -> String {
    let unfolded = ics.replace("\r\n ", "");
    let found = unfolded
        .split("\r\n")
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    found.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn both_people_and_nobody_else_download_a_session() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, TEN).await;
    let file = format!("{}/calendar.ics", path(id));
    for actor in [mentor, mentee] {
        let reply = app.ask(Some(actor), Method::GET, &file, None).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        assert_eq!(reply.header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(
            reply.header("content-disposition"),
            "attachment; filename=\"session.ics\""
        );
        assert_eq!(property(&reply.text, "METHOD"), "PUBLISH");
        assert_eq!(property(&reply.text, "DTSTART"), "20260303T100000Z");
        assert_eq!(property(&reply.text, "DTEND"), "20260303T110000Z");
        // Nobody learns an address before the other one has agreed to meet.
        for person in [mentor, mentee] {
            assert!(!reply.text.contains(&person.to_string()), "{}", reply.text);
        }
    }
    let strangers = [
        (Some(app.given_mentee().await), StatusCode::NOT_FOUND),
        (Some(app.given_mentor().await), StatusCode::NOT_FOUND),
        (None, StatusCode::UNAUTHORIZED),
    ];
    for (stranger, status) in strangers {
        let refused = app.ask(stranger, Method::GET, &file, None).await;
        assert_eq!(refused.status, status);
        assert_eq!(refused.body["success"], false);
        assert_eq!(
            refused.header("content-type"),
            "application/json; charset=utf-8"
        );
    }
}

#[tokio::test]
async fn a_calendar_finds_the_session_of_the_mails_again() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let post = app.given_mail_service().await;
    let id = app.given_session(mentee, mentor, TEN).await;
    let file = format!("{}/calendar.ics", path(id));
    let download = async || -> Reply { app.ask(Some(mentee), Method::GET, &file, None).await };
    let asked = download().await.text;
    act(&app, mentor, id, "accept").await;
    let accepted = download().await.text;
    app.ask(
        Some(mentor),
        Method::DELETE,
        &path(id),
        Some(&json!({ "reason": "ill" })),
    )
    .await;
    let cancelled = download().await.text;
    post.deliver_from(&app, 0).await;
    let mails = post.mails_to(mentee);

    let uid = property(&asked, "UID");
    assert_eq!(uid, format!("{id}@example.com"));
    for (ics, status, sequence) in [
        (&asked, "TENTATIVE", "0"),
        (&accepted, "CONFIRMED", "0"),
        (&cancelled, "CANCELLED", "1"),
    ] {
        assert_eq!(property(ics, "UID"), uid);
        assert_eq!(property(ics, "STATUS"), status);
        assert_eq!(property(ics, "SEQUENCE"), sequence);
    }
    // The confirmation was no longer true when its turn came.
    assert_eq!(mails.len(), 1);
    assert_eq!(property(&mails[0], "METHOD"), "CANCEL");
    assert_eq!(property(&mails[0], "UID"), uid);
    assert_eq!(
        property(&mails[0], "SUMMARY"),
        property(&cancelled, "SUMMARY")
    );
    assert!(property(&cancelled, "DTSTAMP") >= property(&asked, "DTSTAMP"));
}

#[tokio::test]
async fn a_calendar_is_asked_for_as_what_it_is() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, TEN).await;
    let file = format!("{}/calendar.ics", path(id));
    let ask = async |accept: &str| {
        let call = app.call(Method::GET, &file).header("accept", accept);
        call.by(mentee).await.send().await
    };
    for good in ["text/calendar", "text/*", "*/*", "text/html, */*;q=0.8"] {
        assert_eq!(ask(good).await.status, StatusCode::OK, "{good}");
    }
    for bad in ["application/json", "text/html", "text/calendar;q=0, */*"] {
        let refused = ask(bad).await;
        assert_eq!(refused.status, StatusCode::NOT_ACCEPTABLE, "{bad}");
        assert_eq!(refused.code(), "not_acceptable", "a refusal is JSON");
    }
}
