//! Admins give messages other words.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::stage;

const REQUESTED: &str = "/api/notifications/templates/session_requested";

fn words(subject: &str) -> Value {
    json!({
        "subject": subject,
        "text": "{% extends \"layout.txt\" %}{% block body %}{{ other }} asks.{% endblock %}",
        "html": "{% extends \"layout.html\" %}{% block body %}<p>{{ other }} asks.</p>{% endblock %}",
    })
}

#[tokio::test]
async fn mails_have_the_words_of_the_admins() {
    let stage = stage().await;
    let admin = stage.app.given_admin().await;

    let ours = words("Please answer {{ other }}");
    let (status, body) = stage.app.put_as(admin, REQUESTED, &ours).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(
        (&body["data"]["version"], &body["data"]["is_built_in"]),
        (&json!(1), &json!(false))
    );
    stage.tell().await;

    let mail = &stage.post.mails_to(stage.mentor)[0];
    assert!(
        mail.starts_with("Subject: Please answer Ada Lovelace\n"),
        "{mail}"
    );
    assert!(mail.contains("<p>Ada Lovelace asks.</p>"), "{mail}");
}

#[tokio::test]
async fn the_built_in_words_come_back_and_old_versions_stay_to_be_read() {
    let stage = stage().await;
    let (app, admin) = (&stage.app, stage.app.given_admin().await);
    let (_, before) = app.get_as(admin, REQUESTED).await;
    app.put_as(admin, REQUESTED, &words("One")).await;
    app.put_as(admin, REQUESTED, &words("Two")).await;

    let (status, after) = app.delete_as(admin, REQUESTED).await;

    assert_eq!(status, StatusCode::OK, "{after}");
    assert_eq!(after["data"]["version"], 3);
    assert_eq!(after["data"]["is_built_in"], true);
    assert_eq!(after["data"]["html"], before["data"]["html"]);
    let (_, first) = app.get_as(admin, &format!("{REQUESTED}?version=1")).await;
    assert_eq!(first["data"]["subject"], "One");
    let none = app.get_as(admin, &format!("{REQUESTED}?version=4")).await;
    assert_eq!(none.0, StatusCode::NOT_FOUND);
    let (_, list) = app.get_as(admin, "/api/notifications/templates").await;
    let mut kinds = list["data"].as_array().unwrap().iter();
    let kind = kinds
        .find(|kind| kind["event"] == "session_requested")
        .unwrap();
    assert_eq!(kind["changed_by"], admin.to_string());
}

#[tokio::test]
async fn words_that_cannot_be_are_refused_with_their_line() {
    let stage = stage().await;
    let admin = stage.app.given_admin().await;
    let with = |part: &str, text: &str| {
        let mut words = words("Hello");
        words[part] = json!(text);
        words
    };
    for (change, field, code) in [
        (
            with("subject", "{{ mentor_email }}"),
            "subject",
            "broken_template",
        ),
        (with("text", "{% if %}"), "text", "broken_template"),
        (
            with("html", "{% include \"/etc/passwd\" %}"),
            "html",
            "broken_template",
        ),
        (
            with(
                "html",
                "{% autoescape false %}{{ other }}{% endautoescape %}",
            ),
            "html",
            "unsafe_template",
        ),
        (
            with(
                "text",
                "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            ),
            "text",
            "broken_template",
        ),
    ] {
        for path in [REQUESTED.to_owned(), format!("{REQUESTED}/preview")] {
            let method = if path.ends_with("preview") {
                Method::POST
            } else {
                Method::PUT
            };
            let reply = stage
                .app
                .ask(Some(admin), method, &path, Some(&change))
                .await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text);
            assert_eq!(reply.code(), code, "{}", reply.text);
            assert!(
                reply.text.contains(&format!("\"field\":\"{field}\"")),
                "{}",
                reply.text
            );
        }
    }
    let (_, unchanged) = stage.app.get_as(admin, REQUESTED).await;
    assert_eq!(unchanged["data"]["version"], 0);
}

#[tokio::test]
async fn a_subject_stays_one_line_and_names_no_second_reader() {
    let stage = stage().await;
    let admin = stage.app.given_admin().await;
    let sneaky = words("Hello {{ other }}\nBcc: spy@example.com");

    let (status, body) = stage.app.put_as(admin, REQUESTED, &sneaky).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    stage.tell().await;

    let raw = stage.post.raw_mail_to(stage.mentor).unwrap();
    let mail = mail_parser::MessageParser::default().parse(&raw).unwrap();
    assert_eq!(
        mail.subject(),
        Some("Hello Ada Lovelace Bcc: spy@example.com")
    );
    assert!(mail.bcc().is_none());
}

#[tokio::test]
async fn a_preview_shows_a_sample_and_changes_nothing() {
    let stage = stage().await;
    let admin = stage.app.given_admin().await;
    let path = format!("{REQUESTED}/preview");

    let try_out = json!({ "subject": "From {{ other }}" });
    let (status, body) = stage.app.post_as(admin, &path, &try_out).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["subject"], "From Zoë Lovelace");
    assert!(
        body["data"]["html"]
            .as_str()
            .unwrap()
            .contains("Zoë Lovelace would like to meet you")
    );
    let (_, unchanged) = stage.app.get_as(admin, REQUESTED).await;
    assert_eq!(unchanged["data"]["is_built_in"], true);
}

#[tokio::test]
async fn nobody_but_an_admin_sees_or_changes_words() {
    let stage = stage().await;
    for path in [REQUESTED, "/api/notifications/templates"] {
        assert_eq!(
            stage.app.get_as(stage.mentor, path).await.0,
            StatusCode::FORBIDDEN
        );
    }
    let change = stage.app.put_as(stage.mentor, REQUESTED, &words("x")).await;
    assert_eq!(change.0, StatusCode::FORBIDDEN);
    let admin = stage.app.given_admin().await;
    let unknown = stage
        .app
        .get_as(admin, "/api/notifications/templates/spam")
        .await;
    assert_eq!(unknown.0, StatusCode::NOT_FOUND);
}
