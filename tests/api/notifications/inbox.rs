//! What people read in the app.

use http::{Method, StatusCode};
use serde_json::json;
use shared::worker::run_schedule;

use super::{TEN, request, shown, stage};

#[tokio::test]
async fn a_mentor_reads_in_the_app_what_the_mail_says_too() {
    let stage = stage().await;

    stage.tell().await;
    stage.tell().await;

    let told = shown(&stage.app, stage.mentor).await;
    assert_eq!(told.len(), 1, "once, however often the queue delivers");
    let fields: Vec<_> = told[0].as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "created_at",
            "event",
            "id",
            "path",
            "read_at",
            "session_id",
            "title"
        ]
    );
    assert_eq!(told[0]["event"], "session_requested");
    assert_eq!(told[0]["session_id"], stage.session.to_string());
    assert_eq!(told[0]["path"], format!("/sessions/{}", stage.session));
    let subject = told[0]["title"].as_str().unwrap();
    assert!(stage.post.mails_to(stage.mentor)[0].starts_with(&format!("Subject: {subject}\n")));
    assert!(shown(&stage.app, stage.mentee).await.is_empty());
}

#[tokio::test]
async fn what_was_read_is_counted_no_more() {
    let stage = stage().await;
    let app = &stage.app;
    let other = app.given_mentee().await;
    request(app, other, stage.mentor, &TEN.replace("10:", "14:")).await;
    stage.tell().await;
    let unread = async || {
        let (_, body) = app
            .get_as(stage.mentor, "/api/notifications/unread-count")
            .await;
        body["data"]["unread"].as_i64().unwrap()
    };
    assert_eq!(unread().await, 2);

    let first = shown(app, stage.mentor).await[0]["id"].clone();
    let path = format!("/api/notifications/{}/read", first.as_str().unwrap());
    app.at("2026-03-02T09:00:00Z");
    let read = app.ask(Some(stage.mentor), Method::POST, &path, None).await;
    let read_at = read.data()["read_at"].clone();
    assert!(read_at.as_str().unwrap().starts_with("2026-03-02T09:00"));
    app.at("2026-03-02T10:00:00Z");
    let again = app.ask(Some(stage.mentor), Method::POST, &path, None).await;
    assert_eq!(again.data()["read_at"], read_at, "what was read stays so");
    assert_eq!(unread().await, 1);

    let unread_only = "/api/notifications?status=unread";
    let (_, left) = app.get_as(stage.mentor, unread_only).await;
    assert_eq!(left["data"].as_array().unwrap().len(), 1);
    let all = "/api/notifications/read-all";
    let reply = app.ask(Some(stage.mentor), Method::POST, all, None).await;
    assert_eq!(reply.data()["read"], 1);
    assert_eq!(unread().await, 0);
}

#[tokio::test]
async fn nobody_reads_what_another_one_is_told() {
    let stage = stage().await;
    stage.tell().await;
    let id = shown(&stage.app, stage.mentor).await[0]["id"].clone();

    let path = format!("/api/notifications/{}/read", id.as_str().unwrap());
    let (status, body) = stage.app.post_as(stage.mentee, &path, &json!({})).await;

    assert_eq!(status, StatusCode::NOT_FOUND, "{body}");
    assert_eq!(
        shown(&stage.app, stage.mentor).await[0]["read_at"],
        json!(null)
    );
}

#[tokio::test]
async fn a_list_goes_on_where_its_page_ended() {
    let stage = stage().await;
    for hour in 11..16 {
        let mentee = stage.app.given_mentee().await;
        let at = TEN.replace("10:", &format!("{hour}:"));
        request(&stage.app, mentee, stage.mentor, &at).await;
    }
    stage.tell().await;
    let all = shown(&stage.app, stage.mentor).await;

    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/notifications?limit=4{cursor}");
        let (_, body) = stage.app.get_as(stage.mentor, &path).await;
        pages.extend(body["data"].as_array().unwrap().clone());
        let Some(next) = body["meta"]["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }

    assert_eq!(all.len(), 6);
    assert_eq!(pages, all);
}

#[tokio::test]
async fn whoever_is_erased_is_named_in_nobodys_app() {
    let stage = stage().await;
    stage.tell().await;
    assert_eq!(shown(&stage.app, stage.mentor).await.len(), 1);

    stage.app.given_deletion_due(stage.mentee).await;
    run_schedule(&stage.app.state, upkeep_cron::fire)
        .await
        .unwrap();

    assert!(shown(&stage.app, stage.mentor).await.is_empty());
}
