//! Every kind of report, before our own note that the mail has left and after it, repeated and in any order.

use shared::store::notification::{Outcome, settle};

use super::{Desk, RECORDED, recorded, tag};

/// How far a mail has come after one report: before our own note, and after it.
const COURSE: [(&str, &str, &str); 11] = [
    ("send", "sent", "sent"),
    ("delivery", "delivered", "delivered"),
    ("delivery-delay", "sending", "sent"),
    ("bounce-permanent", "bounced", "bounced"),
    ("bounce-suppressed", "bounced", "bounced"),
    ("bounce-transient", "sending", "sent"),
    ("bounce-undetermined", "sending", "sent"),
    ("complaint", "complained", "complained"),
    ("complaint-not-spam", "sending", "sent"),
    ("reject", "failed", "failed"),
    ("rendering-failure", "failed", "failed"),
];

#[tokio::test]
async fn every_report_counts_after_our_own_note() {
    let desk = Desk::new().await;
    for (name, _, after) in COURSE {
        let (mentee, mail) = desk.given_sent().await;
        assert_eq!(desk.status(mentee).await, "sent");

        desk.hear(&recorded(name, &mail)).await;

        assert_eq!(desk.status(mentee).await, after, "{name}");
        assert_eq!(desk.app.reports_of(mentee).await.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn every_report_counts_before_our_own_note_which_takes_nothing_back() {
    let desk = Desk::new().await;
    for (name, before, after) in COURSE {
        let (mentee, reminder) = desk.given_reminder().await;
        let mail = desk.given_cut_off(&reminder).await;
        assert_eq!(desk.status(mentee).await, "sending");

        desk.hear(&recorded(name, &mail)).await;
        assert_eq!(desk.status(mentee).await, before, "{name}");

        let client = desk.app.state.db.client().await.unwrap();
        let (id, sent) = (tag(&mail).parse().unwrap(), Outcome::Sent(mail.message_id));
        settle(&client, id, &sent).await.unwrap();
        drop(client);
        assert_eq!(desk.status(mentee).await, after, "{name}");
    }
}

#[tokio::test]
async fn neither_order_nor_repetition_changes_what_reports_say() {
    let desk = Desk::new().await;
    let names = ["send", "delivery", "bounce-permanent", "complaint"];
    for order in orders(names.to_vec()) {
        let (mentee, mail) = desk.given_sent().await;
        for name in &order {
            for _ in 0..3 {
                desk.hear(&recorded(name, &mail)).await;
            }
        }
        assert_eq!(desk.status(mentee).await, "complained", "{order:?}");
        assert_eq!(
            desk.app.reports_of(mentee).await,
            ["sent", "delivered", "bounced", "complained"],
            "{order:?}"
        );
    }
    let suppressed = desk.app.suppressed().await;
    assert_eq!(suppressed.len(), 24);
    assert!(suppressed.iter().all(|(_, reason)| reason == "complained"));
}

#[tokio::test]
async fn one_report_at_six_workers_counts_once() {
    let desk = Desk::new().await;
    let (mentee, mail) = desk.given_sent().await;
    let report = recorded("bounce-permanent", &mail);

    futures_util::future::join_all((0..6).map(|_| desk.hear(&report))).await;

    assert_eq!(desk.app.reports_of(mentee).await, ["bounced"]);
}

#[tokio::test]
async fn a_report_resolves_a_mail_of_which_nobody_knew_whether_it_left() {
    let desk = Desk::new().await;
    let (mentee, reminder) = desk.given_reminder().await;
    let mail = desk.given_cut_off(&reminder).await;
    desk.app.given_lapsed_mail_claims().await;
    desk.post.deliver(&reminder).await.unwrap();
    assert_eq!(desk.status(mentee).await, "unknown");

    desk.hear(&recorded("send", &mail)).await;

    assert_eq!(desk.status(mentee).await, "sent");
    assert_eq!(desk.post.mails_to(mentee).len(), 1);
}

#[tokio::test]
async fn a_report_in_time_keeps_a_security_mail_from_being_sent_again() {
    let desk = Desk::new().await;
    let mentee = desk.app.given_mentee().await;
    let reset = desk.resets(mentee);
    let mail = desk.given_cut_off(&reset).await;

    desk.hear(&recorded("send", &mail)).await;
    desk.app.given_lapsed_mail_claims().await;
    desk.post.deliver(&reset).await.unwrap();

    assert_eq!(desk.status(mentee).await, "sent");
    assert_eq!(desk.post.mails_to(mentee).len(), 1);
}

#[tokio::test]
async fn a_mail_without_its_tag_is_known_by_its_message() {
    let desk = Desk::new().await;
    let (mentee, mail) = desk.given_sent().await;
    let untagged = recorded("delivery", &mail).replace("email_id", "another");

    desk.hear(&untagged).await;

    assert_eq!(desk.status(mentee).await, "delivered");
}

#[tokio::test]
async fn a_report_about_a_mail_that_nobody_knows_is_done_with() {
    let desk = Desk::new().await;
    let (mentee, _) = desk.given_sent().await;

    for (_, report) in RECORDED {
        desk.hear(report).await;
    }

    assert_eq!(desk.status(mentee).await, "sent");
    assert_eq!(desk.app.rows_of("delivery_reports").await, "");
    assert_eq!(desk.app.suppressed().await, []);
}

#[tokio::test]
async fn what_cannot_be_read_comes_again_and_nothing_else_does() {
    let desk = Desk::new().await;
    let (mentee, mail) = desk.given_sent().await;
    let good = recorded("delivery", &mail);
    let opened = good.replace("\"Delivery\"", "\"Open\"");

    let failed = desk.post.hear(&["", "{}", &good, &opened, "\u{0}"]).await;

    assert_eq!(failed, [0, 1, 3, 4]);
    assert_eq!(desk.status(mentee).await, "delivered");
}

/// Every order of some things.
fn orders(things: Vec<&'static str>) -> Vec<Vec<&'static str>> {
    if things.len() < 2 {
        return vec![things];
    }
    let first_ones = 0..things.len();
    first_ones
        .flat_map(|at| {
            let mut others = things.clone();
            let first = others.remove(at);
            orders(others)
                .into_iter()
                .map(move |rest| [vec![first], rest].concat())
        })
        .collect()
}
