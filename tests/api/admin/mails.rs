//! Mails that an admin tries again or calls off, while workers are at it.

use futures_util::join;
use http::StatusCode;
use shared::domain::notification::MessageStatus;
use tests::TestApp;

use super::{cancel, code, job, retry};

#[tokio::test]
async fn a_mail_that_failed_or_may_have_is_sent_again_once() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let admin = app.given_admin().await;
    for status in [MessageStatus::Failed, MessageStatus::Unknown] {
        let mentee = app.given_mentee().await;
        let mail = app.given_mail(mentee, status).await;
        let event = app.promised_mails().await.pop().unwrap();

        let again = retry(&app, admin, mail).await;

        assert_eq!(again.status, StatusCode::OK, "{}", again.text);
        assert_eq!(again.data()["status"], "queued");
        for _ in 0..2 {
            post.deliver(&event).await.unwrap();
        }
        assert_eq!(post.mails_to(mentee).len(), 1);
        assert_eq!(job(&app, admin, mail).await["status"], "done");
    }
    assert!(app.rows_of("audit_log").await.contains("job_retried"));
}

#[tokio::test]
async fn what_has_another_end_is_not_sent_again() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    for (status, refusal) in [
        (MessageStatus::Queued, "job_waiting"),
        (MessageStatus::Sending, "job_running"),
        (MessageStatus::Sent, "job_ended"),
        (MessageStatus::Delivered, "job_ended"),
        (MessageStatus::Dropped, "job_ended"),
        (MessageStatus::Bounced, "job_undeliverable"),
        (MessageStatus::Complained, "job_undeliverable"),
    ] {
        let mail = app.given_mail(mentee, status).await;
        assert_eq!(code(&retry(&app, admin, mail).await), (409, refusal));
    }
    let mail = app.given_mail(mentee, MessageStatus::Failed).await;
    app.given_forgotten_event(mail).await;
    assert_eq!(code(&retry(&app, admin, mail).await), (409, "job_expired"));
    assert_eq!(job(&app, admin, mail).await["status"], "failed");
}

#[tokio::test]
async fn a_mail_that_was_called_off_never_leaves() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let mail = app.given_mail(mentee, MessageStatus::Queued).await;
    let event = app.promised_mails().await.pop().unwrap();

    let off = cancel(&app, admin, mail).await;

    assert_eq!(off.data()["status"], "cancelled", "{}", off.text);
    post.deliver(&event).await.unwrap();
    assert!(post.mails_to(mentee).is_empty());
    assert_eq!(code(&cancel(&app, admin, mail).await), (409, "job_ended"));
    let log = app.rows_of("audit_log").await;
    assert!(log.contains("job_cancelled") && log.contains("by mistake"));
}

#[tokio::test]
async fn of_two_admins_who_try_again_at_once_one_does() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (admin, other) = (app.given_admin().await, app.given_admin().await);
    let mentee = app.given_mentee().await;
    let mail = app.given_mail(mentee, MessageStatus::Failed).await;
    let event = app.promised_mails().await.pop().unwrap();

    let (one, two) = join!(retry(&app, admin, mail), retry(&app, other, mail));

    let mut answers = [code(&one), code(&two)];
    answers.sort_unstable();
    assert_eq!(answers, [(200, ""), (409, "job_waiting")]);
    post.deliver(&event).await.unwrap();
    assert_eq!(post.mails_to(mentee).len(), 1);
}

#[tokio::test]
async fn whoever_calls_off_while_a_worker_sends_learns_who_was_first() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let admin = app.given_admin().await;
    for _ in 0..10 {
        let mentee = app.given_mentee().await;
        let mail = app.given_mail(mentee, MessageStatus::Queued).await;
        let event = app.promised_mails().await.pop().unwrap();

        let (off, sent) = join!(cancel(&app, admin, mail), post.deliver(&event));

        // A worker that met the admin leaves the message to a later delivery.
        if sent.is_err() {
            post.deliver(&event).await.unwrap();
        }
        let left = post.mails_to(mentee).len();
        match code(&off) {
            (200, _) => assert_eq!(left, 0),
            (409, "job_running" | "job_ended") => assert_eq!(left, 1),
            other => panic!("{other:?}"),
        }
    }
}
