//! Digests: one mail in the morning instead of many.

use futures_util::future::join_all;
use serde_json::json;
use shared::worker::run_schedule;

use super::{PREFERENCES, Stage, TEN, choose, request, stage};

/// Eight in the morning.
const MORNING: &str = "2026-03-03T07:00:00Z";

/// A mentor who gathers requests, and has two.
async fn gathered() -> Stage {
    let stage = stage().await;
    choose(&stage.app, stage.mentor, "session_requested", "digest").await;
    let other = stage.app.given_mentee().await;
    let at = TEN.replace("10:", "14:");
    request(&stage.app, other, stage.mentor, &at).await;
    stage.tell().await;
    stage
}

/// The digests among the mails to the mentor.
fn digests(stage: &Stage) -> Vec<String> {
    let mails = stage.post.mails_to(stage.mentor).into_iter();
    mails
        .filter(|mail| {
            mail.lines()
                .next()
                .unwrap()
                .ends_with("new at Office Hours")
        })
        .collect()
}

fn lines(mail: &str) -> usize {
    let text = mail.split("<!doctype html>").next().unwrap();
    text.matches("\n* New request: ").count()
}

#[tokio::test]
async fn what_has_gathered_comes_in_one_mail_in_the_morning() {
    let stage = gathered().await;
    assert_eq!(digests(&stage).len(), 0);

    stage.app.at("2026-03-03T06:59:00Z");
    stage.tell().await;
    assert_eq!(digests(&stage).len(), 0);
    stage.app.at(MORNING);
    stage.tell().await;
    stage.tell().await;
    stage.app.at("2026-03-04T07:00:00Z");
    stage.tell().await;

    let mails = digests(&stage);
    assert_eq!(
        mails.len(),
        1,
        "and none the day after, of which there is nothing to tell"
    );
    assert!(
        mails[0].starts_with("Subject: 2 things are new at Office Hours\n"),
        "{}",
        mails[0]
    );
    assert_eq!(lines(&mails[0]), 2, "{}", mails[0]);
    assert!(mails[0].contains(&format!("/sessions/{}", stage.session)));
}

#[tokio::test]
async fn a_weekly_digest_waits_for_monday() {
    let stage = stage().await;
    choose(&stage.app, stage.mentor, "session_requested", "digest").await;
    let weekly = json!({ "digest": "weekly" });
    stage.app.put_as(stage.mentor, PREFERENCES, &weekly).await;
    // It is nine o'clock on Monday.
    stage.tell().await;

    stage.app.at("2026-03-09T06:59:00Z");
    stage.tell().await;
    assert_eq!(digests(&stage).len(), 0);
    stage.app.at("2026-03-09T07:00:00Z");
    stage.tell().await;

    assert_eq!(digests(&stage).len(), 1);
}

#[tokio::test]
async fn firings_at_once_gather_everything_into_one_mail() {
    let stage = gathered().await;
    stage.app.at(MORNING);

    let firings = (0..4).map(|_| run_schedule(&stage.app.state, reminders_cron::fire));
    join_all(firings).await;
    stage.tell().await;

    let mails = digests(&stage);
    assert_eq!(
        mails.iter().map(String::as_str).map(lines).sum::<usize>(),
        2,
        "{mails:#?}"
    );
    assert_eq!(mails.len(), 1);
}

#[tokio::test]
async fn whoever_ends_digests_gets_none() {
    let stage = gathered().await;
    choose(&stage.app, stage.mentor, "digest", "off").await;

    stage.app.at(MORNING);
    stage.tell().await;

    assert_eq!(digests(&stage).len(), 0);
}
