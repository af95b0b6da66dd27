//! One click ends a kind of mail (RFC 8058), and looking at the link does not.

use http::{Method, StatusCode};
use mail_parser::MessageParser;
use serde_json::{Value, json};

use super::{PREFERENCES, Stage, stage};

/// A stage with a mail about a message, and the path of its link.
async fn with_link() -> (Stage, String) {
    let stage = stage().await;
    write(&stage).await;
    let raw = stage.post.raw_mail_to(stage.mentee).unwrap();
    let mail = MessageParser::default().parse(&raw).unwrap();
    let header = |name: &str| mail.header_raw(name).map(|value| value.trim().to_owned());
    assert_eq!(
        header("List-Unsubscribe-Post").as_deref(),
        Some("List-Unsubscribe=One-Click")
    );
    let folded: String = header("List-Unsubscribe")
        .unwrap()
        .split_whitespace()
        .collect();
    let url = folded.trim_matches(['<', '>']);
    let path = url.find("/api/").map(|at| url[at..].to_owned());
    (stage, path.unwrap())
}

async fn write(stage: &Stage) {
    let path = format!("/api/sessions/{}/messages", stage.session);
    let words = json!({ "content": "Hello" });
    let (status, body) = stage.app.post_as(stage.mentor, &path, &words).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    stage.tell().await;
}

async fn chosen(stage: &Stage) -> Value {
    let (_, body) = stage.app.get_as(stage.mentee, PREFERENCES).await;
    let mut events = body["data"]["events"].as_array().unwrap().iter();
    let event = events.find(|event| event["event"] == "unread_messages");
    event.unwrap()["email"].clone()
}

#[tokio::test]
async fn a_post_without_a_login_ends_this_kind_of_mail() {
    let (stage, path) = with_link().await;

    for _ in 0..2 {
        let reply = stage.app.ask(None, Method::POST, &path, None).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        assert_eq!(reply.data()["event"], "unread_messages");
        assert_eq!(reply.header("set-cookie"), "");
    }

    assert_eq!(chosen(&stage).await, "off");
    stage.app.at("2026-03-02T12:00:00Z");
    write(&stage).await;
    assert_eq!(stage.mails_to(stage.mentee), 1, "no second one");
}

#[tokio::test]
async fn a_form_of_a_program_for_mail_is_taken() {
    let (stage, path) = with_link().await;

    let call = stage.app.call(Method::POST, &path);
    let form = "application/x-www-form-urlencoded";
    let reply = call.body(form, "List-Unsubscribe=One-Click").send().await;

    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(chosen(&stage).await, "off");
}

#[tokio::test]
async fn whoever_only_looks_ends_nothing() {
    let (stage, path) = with_link().await;

    let reply = stage.app.ask(None, Method::GET, &path, None).await;

    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(
        reply
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert!(
        reply.text.contains("<form method=\"post\">"),
        "{}",
        reply.text
    );
    assert_eq!(chosen(&stage).await, "now");
}

#[tokio::test]
async fn a_bent_link_leads_nowhere() {
    let (stage, path) = with_link().await;
    let (rest, end) = path.split_at(path.len() - 1);
    let other = if end == "A" { "B" } else { "A" };
    for bent in [
        format!("{rest}{other}"),
        path.replace("unread_messages", "mentoring_survey"),
        path.replace("unread_messages", "reset_password"),
        rest.to_owned(),
    ] {
        for method in [Method::GET, Method::POST] {
            let reply = stage.app.ask(None, method, &bent, None).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{bent}");
        }
    }
    assert_eq!(chosen(&stage).await, "now");
}

#[tokio::test]
async fn what_must_arrive_has_no_such_link() {
    let stage = stage().await;
    stage.tell().await;

    let raw = stage.post.raw_mail_to(stage.mentor).unwrap();

    let mail = MessageParser::default().parse(&raw).unwrap();
    assert!(mail.header_raw("List-Unsubscribe").is_none());
    assert!(!String::from_utf8_lossy(&raw).contains("unsubscribe"));
}
