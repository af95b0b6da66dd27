//! What can befall mails on their way, and how many arrive: a reminder never twice, a security mail always.

use std::collections::BTreeSet;
use std::fmt::Write;

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::event::EventRecord;
use shared::domain::id::UserId;
use standalone::ses::Fault;
use tests::{Dice, Post, TestApp, kill_once, killed_after};

/// How many mails of each kind go through each thing.
const MAILS: usize = 6;

/// How often the queue brings each message, whatever comes of it.
const DELIVERIES: usize = 3;

/// More steps than a worker takes with one mail.
const STEPS: u32 = 60;

/// What each thing does to the mails of one kind.
const TABLE: &str = "\
what befalls it first                   mail         sent for   arrived   twice   never
nothing                                 reminder            6         6       0       0
nothing                                 security            6         6       0       0
the service refuses once                reminder            6         6       0       0
the service refuses once                security            6         6       0       0
the service is down once                reminder            6         6       0       0
the service is down once                security            6         6       0       0
killed while the service hangs          reminder            6         0       0       6
killed while the service hangs          security            6         6       0       0
killed after the service took it        reminder            6         6       0       0
killed after the service took it        security            6        12       6       0
no answer after the service took it     reminder            6         6       0       0
no answer after the service took it     security            6        12       6       0
";

/// What befalls the first delivery of a mail.
#[derive(Clone, Copy)]
enum Mishap {
    None,
    Refused(Fault),
    Killed(Fault),
    NoAnswer,
}

const MISHAPS: [(&str, Mishap); 6] = [
    ("nothing", Mishap::None),
    ("the service refuses once", Mishap::Refused(Fault::Throttle)),
    (
        "the service is down once",
        Mishap::Refused(Fault::Unavailable),
    ),
    (
        "killed while the service hangs",
        Mishap::Killed(Fault::HangBeforeAccept),
    ),
    (
        "killed after the service took it",
        Mishap::Killed(Fault::AcceptThenHang),
    ),
    ("no answer after the service took it", Mishap::NoAnswer),
];

/// A mail that is promised to somebody who gets no other.
struct Promised {
    to: UserId,
    record: EventRecord,
}

#[derive(Clone, Copy)]
enum Mail {
    Reminder,
    Security,
}

impl Mail {
    const fn name(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Security => "security",
        }
    }

    async fn given(self, app: &TestApp, count: usize) -> Vec<Promised> {
        let mut promised = Vec::new();
        while promised.len() < count {
            promised.extend(match self {
                Self::Reminder => given_reminders(app).await,
                Self::Security => vec![given_reset(app).await],
            });
        }
        promised
    }
}

/// Two people with a session whose first reminders are due.
async fn given_reminders(app: &TestApp) -> Vec<Promised> {
    app.at("2026-03-02T08:00:00Z");
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    app.given_confirmed_session(mentee, mentor, "2026-03-04T10:00:00Z")
        .await;
    app.at("2026-03-03T10:00:00Z");
    reminders_cron::fire(app.state.clone()).await.unwrap();
    let mut records = app.promised_mails().await;
    let due = records.split_off(records.len() - 2);
    due.into_iter()
        .map(|record| {
            let event = serde_json::to_value(&record.event).unwrap();
            assert_eq!(event["type"], "reminder.due");
            let to = event["recipient_id"].as_str().unwrap().parse().unwrap();
            Promised { to, record }
        })
        .collect()
}

/// Somebody who has forgotten their password.
async fn given_reset(app: &TestApp) -> Promised {
    let to = app.given_mentee().await;
    let body = json!({ "email": format!("{to}@example.com") });
    let forgot = app.call(Method::POST, "/api/auth/password/forgot");
    let reply = forgot.json(&body).send().await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.body);
    let record = app.promised_mails().await.pop().unwrap();
    let event = serde_json::to_value(&record.event).unwrap();
    assert_eq!(event["user_id"], to.to_string());
    Promised { to, record }
}

/// The first delivery of each mail, with what befalls it.
async fn befall(post: &Post, promised: &[Promised], mishap: Mishap) {
    match mishap {
        Mishap::None => {}
        Mishap::Refused(fault) => {
            post.mailbox.set_fault(fault);
            for mail in promised {
                assert!(post.deliver(&mail.record).await.is_err());
            }
        }
        Mishap::Killed(fault) => {
            post.mailbox.set_fault(fault);
            for mail in promised {
                let called = post.mailbox.calls();
                let worker = email_worker::handle(post.state.clone(), mail.record.clone());
                kill_once(worker, || post.mailbox.calls() > called).await;
            }
        }
        Mishap::NoAnswer => {
            post.mailbox.set_fault(Fault::AcceptThenHang);
            join_all(promised.iter().map(|mail| post.deliver(&mail.record))).await;
        }
    }
    post.mailbox.set_fault(Fault::None);
}

/// Brings every message three times, in no order, and then those again that a worker was not content with.
async fn deliver(app: &TestApp, post: &Post, promised: &[Promised], dice: &mut Dice) {
    let count = promised.len();
    let mut messages: Vec<usize> = (0..count * DELIVERIES).map(|n| n % count).collect();
    let mut left = BTreeSet::new();
    while !messages.is_empty() {
        let message = messages.swap_remove(dice.below(messages.len()));
        if post.deliver(&promised[message].record).await.is_err() {
            left.insert(message);
        }
    }
    for message in left {
        app.given_lapsed_mail_claims().await;
        post.deliver(&promised[message].record).await.unwrap();
        post.deliver(&promised[message].record).await.unwrap();
    }
}

#[derive(Default)]
struct Counts {
    wanted: usize,
    arrived: usize,
    twice: usize,
    never: usize,
}

fn count(post: &Post, promised: &[Promised]) -> Counts {
    let mut counts = Counts {
        wanted: promised.len(),
        ..Counts::default()
    };
    for mail in promised {
        let arrived = post.mails_to(mail.to).len();
        counts.arrived += arrived;
        counts.twice += usize::from(arrived > 1);
        counts.never += usize::from(arrived == 0);
    }
    counts
}

#[tokio::test]
async fn a_reminder_arrives_at_most_once_and_a_security_mail_at_least_once() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let mut dice = Dice::new(6);
    let mut table = format!(
        "{:38}  {:11}  {:>8}  {:>8}  {:>6}  {:>6}\n",
        "what befalls it first", "mail", "sent for", "arrived", "twice", "never"
    );
    for (name, mishap) in MISHAPS {
        for kind in [Mail::Reminder, Mail::Security] {
            let promised = kind.given(&app, MAILS).await;
            befall(&post, &promised, mishap).await;
            deliver(&app, &post, &promised, &mut dice).await;
            let counts = count(&post, &promised);
            let _ = writeln!(
                table,
                "{name:38}  {:11}  {:>8}  {:>8}  {:>6}  {:>6}",
                kind.name(),
                counts.wanted,
                counts.arrived,
                counts.twice,
                counts.never
            );
        }
    }
    assert_eq!(table, TABLE);
}

#[tokio::test]
async fn a_security_mail_survives_a_worker_that_is_killed_at_any_step() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let mut dice = Dice::new(7);
    let mut is_whole = false;
    for steps in 0..STEPS {
        let promised = Mail::Security.given(&app, 1).await;
        let worker = email_worker::handle(post.state.clone(), promised[0].record.clone());
        is_whole = killed_after(steps, worker).await.is_some();
        deliver(&app, &post, &promised, &mut dice).await;

        let counts = count(&post, &promised);
        assert_eq!(counts.never, 0, "killed after {steps} steps");
        assert!(counts.arrived <= 2, "killed after {steps} steps");
        if is_whole {
            break;
        }
    }
    assert!(is_whole, "a mail takes more steps than {STEPS}");
}
