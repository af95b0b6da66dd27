//! Runs of schedules: noted, whatever came of them; never held up by that.

use futures_util::future::join_all;
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
