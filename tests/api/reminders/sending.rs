//! From a reminder that is due to the mail: what is no longer true is not sent, and nothing is sent twice.

use futures_util::future::join_all;
use http::StatusCode;
use serde_json::json;
use shared::domain::id::{SessionId, UserId};
use tests::{Post, TestApp};

use super::{TEN, fire};

struct Stage {
    app: TestApp,
    post: Post,
    mentor: UserId,
    mentee: UserId,
    session: SessionId,
}

/// A confirmed session on Wednesday at ten, and its first reminders promised on Tuesday at ten.
async fn promised() -> Stage {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app.given_confirmed_session(mentee, mentor, TEN).await;
    app.at("2026-03-03T10:00:00Z");
    assert_eq!(fire(&app).await, 2);
    Stage {
        app,
        post,
        mentor,
        mentee,
        session,
    }
}

impl Stage {
    /// The subjects of a person's reminders.
    fn reminders_of(&self, person: UserId) -> Vec<String> {
        let mails = self.post.mails_to(person);
        mails
            .iter()
            .filter_map(|mail| mail.lines().next()?.strip_prefix("Subject: "))
            .filter(|subject| {
                subject.starts_with("Reminder:") || subject.starts_with("Starts soon:")
            })
            .map(str::to_owned)
            .collect()
    }

    /// How many reminders each of the two got.
    fn counts(&self) -> [usize; 2] {
        [self.mentor, self.mentee].map(|person| self.reminders_of(person).len())
    }

    async fn deliver_all(&self) {
        self.post.deliver_from(&self.app, 0).await;
    }
}

#[tokio::test]
async fn threefold_delivery_reminds_once() {
    let stage = promised().await;
    let records = stage.app.promised_mails().await;
    assert_eq!(records.len(), 2);

    // Some find the mail in other hands, and come again.
    join_all((0..6).map(|n| stage.post.deliver(&records[n % 2]))).await;
    for _ in 0..3 {
        stage.deliver_all().await;
    }

    assert_eq!(stage.counts(), [1, 1]);
    let subject = &stage.reminders_of(stage.mentee)[0];
    assert_eq!(
        subject,
        "Reminder: Pricing with Ada Lovelace, Wed 4 Mar, 11:00"
    );
}

#[tokio::test]
async fn a_session_that_is_cancelled_in_between_reminds_nobody() {
    let stage = promised().await;
    let path = format!("/api/sessions/{}", stage.session);
    let (status, _) = stage.app.delete_as(stage.mentor, &path).await;
    assert_eq!(status, StatusCode::OK);

    stage.deliver_all().await;
    stage.app.at("2026-03-04T09:00:00Z");
    assert_eq!(fire(&stage.app).await, 0);

    assert_eq!(stage.counts(), [0, 0]);
    let mails = stage.app.mails_of(stage.mentee).await;
    assert_eq!(mails[0], ("reminder_24h".to_owned(), "dropped".to_owned()));
    assert_eq!(
        mails[1],
        ("session_cancelled".to_owned(), "sent".to_owned())
    );
}

#[tokio::test]
async fn a_session_that_moves_in_between_reminds_of_its_new_time_only() {
    let stage = promised().await;
    let new = "2026-03-06T14:00:00Z".parse().unwrap();
    stage.app.given_move(stage.session, stage.mentor, new).await;

    stage.deliver_all().await;
    assert_eq!(stage.counts(), [0, 0]);
    for at in [
        "2026-03-04T09:00:00Z",
        "2026-03-05T14:00:00Z",
        "2026-03-06T13:00:00Z",
    ] {
        stage.app.at(at);
        fire(&stage.app).await;
        stage.deliver_all().await;
    }

    for person in [stage.mentor, stage.mentee] {
        assert_eq!(
            stage.reminders_of(person),
            [
                "Reminder: Pricing with Ada Lovelace, Fri 6 Mar, 15:00",
                "Starts soon: Pricing with Ada Lovelace, Fri 6 Mar, 15:00",
            ]
        );
    }
}

#[tokio::test]
async fn a_session_that_moves_away_and_back_reminds_once() {
    // Back before anybody was reminded: the reminder that was given up is due again.
    let stage = promised().await;
    let (old, new) = (
        TEN.parse().unwrap(),
        "2026-03-06T14:00:00Z".parse().unwrap(),
    );
    stage.app.given_move(stage.session, stage.mentor, new).await;
    stage.deliver_all().await;
    stage.app.at("2026-03-03T09:59:00Z");
    stage.app.given_move(stage.session, stage.mentor, old).await;
    stage.app.at("2026-03-03T10:01:00Z");
    assert_eq!(fire(&stage.app).await, 2);
    stage.deliver_all().await;
    stage.deliver_all().await;
    assert_eq!(stage.counts(), [1, 1]);

    // Back after it: they know.
    let stage = promised().await;
    stage.deliver_all().await;
    stage.app.at("2026-03-03T09:58:00Z");
    stage.app.given_move(stage.session, stage.mentor, new).await;
    stage.app.given_move(stage.session, stage.mentor, old).await;
    stage.app.at("2026-03-03T10:01:00Z");
    assert_eq!(fire(&stage.app).await, 2);
    stage.deliver_all().await;
    assert_eq!(stage.counts(), [1, 1]);
}

#[tokio::test]
async fn an_edit_in_between_changes_nothing() {
    let stage = promised().await;
    let path = format!("/api/sessions/{}", stage.session);
    let fields = json!({ "notes": "Bring the deck", "meeting_link": "https://meet.example.com/x" });
    let (status, _) = stage.app.put_as(stage.mentor, &path, &fields).await;
    assert_eq!(status, StatusCode::OK);

    stage.deliver_all().await;

    assert_eq!(stage.counts(), [1, 1]);
    let mail = &stage.post.mails_to(stage.mentee)[0];
    assert!(mail.contains("https://meet.example.com/x"), "{mail}");
}

#[tokio::test]
async fn a_reminder_that_comes_too_late_is_dropped() {
    // The first one until two hours before the start, the second until ten minutes before it.
    for (at, expected) in [
        ("2026-03-04T07:59:50Z", [1, 1]),
        ("2026-03-04T08:00:01Z", [0, 0]),
    ] {
        let stage = promised().await;
        stage.app.at(at);
        stage.deliver_all().await;
        assert_eq!(stage.counts(), expected, "{at}");
    }
    for (at, expected) in [
        ("2026-03-04T09:49:50Z", [1, 1]),
        ("2026-03-04T09:50:01Z", [0, 0]),
    ] {
        let stage = promised().await;
        stage.app.at(at);
        // A schedule that did not fire for long catches up, as far as that is of use.
        assert_eq!(fire(&stage.app).await, 2);
        stage.deliver_all().await;
        assert_eq!(stage.counts(), expected, "{at}");
    }
}

#[tokio::test]
async fn a_late_confirmation_plans_fewer_and_says_so() {
    for (now, planned, is_soon) in [
        ("2026-03-03T09:59:00Z", 4, false),
        ("2026-03-03T10:00:01Z", 2, false),
        ("2026-03-04T08:44:50Z", 2, false),
        ("2026-03-04T08:45:01Z", 0, true),
    ] {
        let app = TestApp::whole().await;
        let post = app.given_mail_service().await;
        let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
        app.at(now);
        app.given_login(mentor, shared::domain::user::Role::Mentor)
            .await;
        let id = app.given_session(mentee, mentor, TEN).await;
        let accept = json!({ "action": "accept" });
        let (status, body) = app
            .put_as(mentor, &format!("/api/sessions/{id}"), &accept)
            .await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(
            app.planned_reminders(&id.to_string()).await,
            planned,
            "{now}"
        );

        post.deliver_from(&app, 0).await;

        for person in [mentor, mentee] {
            let mail = &post.mails_to(person)[0];
            assert!(mail.contains("Subject: Confirmed:"));
            let says_so = "It starts soon; there will be no further reminder.";
            assert_eq!(mail.contains(says_so), is_soon, "{now}: {mail}");
        }
    }
}

#[tokio::test]
async fn nobody_is_reminded_who_is_shut_out_and_the_other_one_is() {
    let stage = promised().await;
    stage.app.given_suspension(stage.mentee).await;
    stage.deliver_all().await;
    assert_eq!(stage.counts(), [1, 0]);
}
