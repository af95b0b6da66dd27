//! Addresses that are dead, or whose owners complained: what still goes there, and how they come back.

use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::link::LinkPurpose;
use tests::TestApp;

use super::{Desk, recorded};

#[tokio::test]
async fn a_dead_address_gets_no_reminder_and_still_a_link_to_reset_the_password() {
    let desk = Desk::new().await;
    for name in ["bounce-permanent", "bounce-suppressed", "complaint"] {
        let (mentee, mail) = desk.given_sent().await;
        desk.hear(&recorded(name, &mail)).await;
        let again = desk.reminder_of(mentee).await;

        desk.post.deliver(&again).await.unwrap();
        desk.post.deliver(&desk.resets(mentee)).await.unwrap();

        let statuses = desk.app.mails_of(mentee).await;
        assert_eq!(statuses[1].1, "dropped", "{name}: {statuses:?}");
        assert_eq!(
            statuses[2],
            ("reset_password".to_owned(), "sent".to_owned()),
            "{name}"
        );
        assert_eq!(desk.post.mails_to(mentee).len(), 2, "{name}");
    }
}

#[tokio::test]
async fn what_may_pass_suppresses_nobody() {
    let desk = Desk::new().await;
    for name in [
        "send",
        "delivery",
        "delivery-delay",
        "bounce-transient",
        "bounce-undetermined",
        "complaint-not-spam",
        "reject",
        "rendering-failure",
    ] {
        let (_, mail) = desk.given_sent().await;
        desk.hear(&recorded(name, &mail)).await;
        assert_eq!(desk.app.suppressed().await, [], "{name}");
    }
}

#[tokio::test]
async fn a_bounce_of_another_address_suppresses_nobody() {
    let desk = Desk::new().await;
    let (mentee, mail) = desk.given_sent().await;
    let listed = format!("\"emailAddress\": \"{}\"", mail.to[0]);
    let report = recorded("bounce-permanent", &mail);
    let forwarded = report.replace(&listed, "\"emailAddress\": \"elsewhere@example.org\"");
    assert_ne!(report, forwarded);

    desk.hear(&forwarded).await;

    assert_eq!(desk.status(mentee).await, "bounced");
    assert_eq!(desk.app.suppressed().await, []);
}

#[tokio::test]
async fn who_opens_a_link_at_an_address_gets_mail_there_again_unless_they_complained() {
    for (name, left) in [("bounce-permanent", 0), ("complaint", 1)] {
        let desk = Desk::new().await;
        let (mentee, mail) = desk.given_sent().await;
        desk.hear(&recorded(name, &mail)).await;
        assert_eq!(desk.app.suppressed().await.len(), 1);

        let link = desk.app.given_link(mentee, LinkPurpose::VerifyEmail).await;
        open(&desk.app, &link).await;

        assert_eq!(desk.app.suppressed().await.len(), left, "{name}");
    }
}

#[tokio::test]
async fn a_new_address_that_bounced_once_is_good_when_its_link_is_opened() {
    let desk = Desk::new().await;
    let (mentee, mail) = desk.given_sent().await;
    let new = "ada@example.org";
    let bounced = recorded("bounce-permanent", &mail).replace(&mail.to[0], new);
    desk.hear(&bounced).await;
    assert_eq!(desk.app.suppressed().await[0].0, new);

    let link = desk
        .app
        .given_link_about(mentee, LinkPurpose::ChangeEmail, Some(new))
        .await;
    open(&desk.app, &link).await;

    assert_eq!(desk.app.suppressed().await, []);
}

#[tokio::test]
async fn the_simulated_addresses_do_what_they_are_called() {
    let desk = Desk::new().await;
    for (email, status) in [
        ("ada@example.com", "delivered"),
        ("bounce+ada@example.com", "bounced"),
        ("complaint+ada@example.com", "complained"),
        ("suppressionlist+ada@example.com", "bounced"),
    ] {
        let person = desk.app.given_unproven_account(email).await;
        desk.post.deliver(&desk.resets(person)).await.unwrap();

        let reports = desk.post.reports();
        assert!(desk.post.hear(&reports).await.is_empty());

        assert_eq!(desk.status(person).await, status, "{email}");
    }
}

/// Opens the link of a mail.
async fn open(app: &TestApp, token: &str) {
    let body = json!({ "token": token });
    let reply = app
        .ask(None, Method::POST, "/api/auth/email/verify", Some(&body))
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
}
