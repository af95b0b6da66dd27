//! Runs of schedules: noted, whatever came of them; never held up by that.

use futures_util::future::join_all;
use serde_json::json;
use shared::domain::work::Schedule;
use shared::state::AppState;
use shared::worker::{WorkError, schedule};
use tests::TestApp;

use super::{cancel, code, job, listed, retry};

#[tokio::test]
async fn a_run_is_in_the_list_also_when_it_failed() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let broken = async |_: AppState| Err(WorkError::Later("no luck".to_owned()));
    schedule::fire(&app.state, Schedule::Upkeep, upkeep_cron::fire)
        .await
        .unwrap();
    let failed = schedule::fire(&app.state, Schedule::Reminders, broken).await;
    assert!(failed.is_err());

    let done = &listed(&app, admin, "kind=upkeep").await[0];
    assert_eq!(
        (&done["status"], &done["done"]),
        (&"done".into(), &0.into())
    );
    assert!(done["finished_at"].is_string());
    let failed = &listed(&app, admin, "kind=reminders").await[0];
    assert_eq!(
        (&failed["status"], &failed["error"]),
        (&"failed".into(), &"no luck".into())
    );
    let id = failed["id"].as_str().unwrap();
    assert_eq!(code(&retry(&app, admin, id).await), (409, "job_recurring"));
    assert_eq!(code(&cancel(&app, admin, id).await), (409, "job_recurring"));
}

#[tokio::test]
async fn a_run_that_cannot_be_noted_does_its_work() {
    let app = TestApp::whole().await;
    app.given_no_list_of_runs().await;

    let done = schedule::fire(&app.state, Schedule::Outbox, outbox_cron::fire).await;

    assert_eq!(done.unwrap(), 0);
}

#[tokio::test]
async fn a_run_that_was_cut_off_is_closed_by_a_later_one() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let hanging = async |_: AppState| std::future::pending().await;
    let fire = schedule::fire(&app.state, Schedule::Outbox, hanging);
    let cut_off = tokio::time::timeout(std::time::Duration::from_millis(300), fire).await;
    assert!(cut_off.is_err());
    let first = listed(&app, admin, "kind=outbox&status=running").await;
    app.at("2026-03-02T08:20:00Z");

    schedule::fire(&app.state, Schedule::Outbox, outbox_cron::fire)
        .await
        .unwrap();

    let first = job(&app, admin, first[0]["id"].as_str().unwrap()).await;
    assert_eq!(
        (&first["status"], &first["error"]),
        (&"failed".into(), &"it was cut off".into())
    );
    assert_eq!(
        listed(&app, admin, "kind=outbox&status=done").await.len(),
        1
    );
}

#[tokio::test]
async fn schedules_that_overlap_share_the_work() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    app.given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    app.at("2026-03-03T09:00:00Z");
    let reminders = || schedule::fire(&app.state, Schedule::Reminders, reminders_cron::fire);
    let upkeep = || schedule::fire(&app.state, Schedule::Upkeep, upkeep_cron::fire);

    let fired = join_all([reminders(), reminders(), reminders()]).await;
    let kept = join_all([upkeep(), upkeep()]).await;

    let fired: usize = fired.into_iter().map(Result::unwrap).sum();
    let again = reminders().await.unwrap();
    assert_eq!(again, 0, "the first three did {fired} things");
    assert!(kept.iter().all(Result::is_ok));
    let events = app.outbox().await;
    let is_reminder = |event: &&serde_json::Value| event["type"] == "reminder.due";
    let reminded: Vec<String> = events
        .iter()
        .filter(is_reminder)
        .map(ToString::to_string)
        .collect();
    let different: std::collections::HashSet<&String> = reminded.iter().collect();
    assert_eq!(reminded.len(), different.len(), "{reminded:?}");
    assert_eq!(
        listed(&app, admin, "kind=reminders&status=done")
            .await
            .len(),
        4
    );
}

#[tokio::test]
async fn mails_that_have_rested_are_woken_once_by_schedules_that_overlap() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    app.at("2026-03-02T22:30:00Z");
    let session = app
        .given_confirmed_session(mentee, mentor, "2026-03-04T10:00:00Z")
        .await;
    let path = format!("/api/sessions/{session}/messages");
    let words = json!({ "content": "Shall we talk about pricing first?" });
    app.post_as(mentor, &path, &words).await;
    post.deliver_from(&app, 0).await;
    app.at("2026-03-03T06:00:00Z");
    let before = app.promised_mails().await.len();
    let fire = || schedule::fire(&app.state, Schedule::Reminders, reminders_cron::fire);

    let fired = join_all((0..4).map(|_| fire())).await;

    assert!(fired.iter().all(Result::is_ok));
    assert_eq!(app.woken_mails().await.len(), 1);
    for record in app.woken_mails().await {
        post.deliver(&record).await.unwrap();
    }
    let unread = post.mails_to(mentee);
    let unread = unread.iter().filter(|mail| mail.contains("pricing first"));
    assert_eq!(unread.count(), 1);
    assert_eq!(app.promised_mails().await.len(), before);
}
