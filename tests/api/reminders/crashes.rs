//! Programs that are killed between any two steps: nobody is reminded twice, and nothing is forgotten that may be
//! repeated.

use std::collections::BTreeMap;

use shared::domain::event::EventRecord;
use shared::domain::id::UserId;
use standalone::ses::Fault;
use tests::{Post, TestApp, kill_once, killed_after};

use super::{TEN, due, fire};

/// More steps than any of these programs takes.
const TOO_MANY: u32 = 2_000;

/// Where a mail can stand when its worker dies, in alphabetical order.
const PHASES: [&str; 5] = ["claimed", "handed over", "not planned", "noted", "planned"];

/// Two people with a session whose first reminders are due.
async fn given_due(app: &TestApp) -> [UserId; 2] {
    app.at("2026-03-02T08:00:00Z");
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    app.given_confirmed_session(mentee, mentor, TEN).await;
    app.at("2026-03-03T10:00:00Z");
    [mentor, mentee]
}

/// Where a mail stood when its worker was killed.
async fn phase(app: &TestApp, post: &Post, person: UserId) -> &'static str {
    let mails = app.mails_of(person).await;
    let is_handed_over = !post.mails_to(person).is_empty();
    match (mails.first().map(|mail| mail.1.as_str()), is_handed_over) {
        (None, _) => "not planned",
        (Some("queued"), _) => "planned",
        (Some("sending"), false) => "claimed",
        (Some("sending"), true) => "handed over",
        (Some("sent"), _) => "noted",
        (Some(other), _) => panic!("{other}"),
    }
}

/// Lets the queue bring an event again and again, as it does until the worker is content.
async fn redeliver(app: &TestApp, post: &Post, record: &EventRecord) {
    for _ in 0..5 {
        if post.deliver(record).await.is_ok() {
            return;
        }
        app.given_lapsed_mail_claims().await;
    }
    panic!("the worker is never content");
}

/// A worker is killed after its first step, another after its second, and so on; returns whose mails those were.
async fn kill_at_each_step(
    app: &TestApp,
    post: &Post,
    phases: &mut BTreeMap<&'static str, u32>,
) -> Vec<(UserId, UserId)> {
    let mut people = Vec::new();
    for steps in 0..TOO_MANY {
        given_due(app).await;
        assert_eq!(fire(app).await, 2);
        let promised = app.promised_mails().await;
        let [one, other] = &promised[promised.len() - 2..] else {
            panic!("two reminders")
        };
        people.push((recipient(one), recipient(other)));
        let worker = email_worker::handle(post.state.clone(), one.clone());
        let ended = killed_after(steps, worker).await;
        if ended.is_none() {
            *phases
                .entry(phase(app, post, recipient(one)).await)
                .or_default() += 1;
        }
        // Another message of the same batch, with the next worker.
        redeliver(app, post, other).await;
        redeliver(app, post, one).await;
        redeliver(app, post, one).await;
        if ended.is_some() {
            break;
        }
    }
    people
}

#[tokio::test]
async fn a_worker_that_is_killed_at_any_step_reminds_nobody_twice() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (mut people, mut phases) = (Vec::new(), BTreeMap::new());
    // Where the steps end differs a little from run to run: until every phase was met.
    for _ in 0..20 {
        people.extend(kill_at_each_step(&app, &post, &mut phases).await);
        if phases.len() == PHASES.len() {
            break;
        }
    }

    assert_eq!(phases.keys().copied().collect::<Vec<_>>(), PHASES);
    for (killed, whole) in people {
        assert_eq!(post.mails_to(whole).len(), 1);
        let (status, count) = (app.mails_of(killed).await, post.mails_to(killed).len());
        assert_eq!(status.len(), 1);
        match status[0].1.as_str() {
            "sent" => assert_eq!(count, 1),
            // Killed between the claim and the note: nobody knows whether it left, and twice is worse than never.
            "unknown" => assert!(count <= 1, "{count}"),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_worker_that_is_killed_while_the_mail_service_is_silent_leaves_one_mail_or_none() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    for (fault, accepted) in [(Fault::HangBeforeAccept, 0), (Fault::AcceptThenHang, 1)] {
        given_due(&app).await;
        fire(&app).await;
        let promised = app.promised_mails().await;
        let record = promised.last().unwrap();
        post.mailbox.set_fault(fault);
        // It hangs where it waits for the mail service.
        let worker = email_worker::handle(post.state.clone(), record.clone());
        let called = post.mailbox.calls();
        kill_once(worker, || post.mailbox.calls() > called).await;
        post.mailbox.set_fault(Fault::None);

        assert!(
            post.deliver(record).await.is_err(),
            "the dead one's claim lasts"
        );
        redeliver(&app, &post, record).await;

        let person = recipient(record);
        assert_eq!(post.mails_to(person).len(), accepted);
        assert_eq!(app.mails_of(person).await[0].1, "unknown");
    }
}

/// Whom a promised reminder is for.
fn recipient(record: &EventRecord) -> UserId {
    let event = serde_json::to_value(&record.event).unwrap();
    event["recipient_id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_schedule_that_is_killed_at_any_step_promises_each_reminder_once() {
    let app = TestApp::whole().await;
    let mut expected = 0;
    for steps in 0..TOO_MANY {
        given_due(&app).await;
        expected += 2;

        let ended = killed_after(steps, reminders_cron::fire(app.state.clone())).await;

        // The next firings; the first may meet rows that the dead one still holds for a moment.
        for _ in 0..50 {
            fire(&app).await;
            if due(&app).await.len() >= expected {
                break;
            }
        }
        assert_eq!(due(&app).await.len(), expected, "killed after {steps}");
        if ended.is_some() {
            assert!(steps > 5, "it took {steps} steps only");
            break;
        }
    }
    assert_eq!(fire(&app).await, 0);
    assert_eq!(due(&app).await.len(), expected);
}
