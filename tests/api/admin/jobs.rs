//! One list of everything that goes on behind the API.

use std::collections::HashSet;

use http::{Method, StatusCode};
use shared::domain::notification::MessageStatus;
use shared::domain::work::Schedule;
use shared::worker::schedule;
use tests::TestApp;

use super::{JOBS, given_batch, given_export, job, listed};
use crate::texts;

#[tokio::test]
async fn every_kind_of_work_is_in_one_list_with_the_newest_first() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let export = given_export(&app, mentee).await;
    let batch = given_batch(&app, admin).await;
    let mail = app.given_mail(mentee, MessageStatus::Bounced).await;
    schedule::fire(&app.state, Schedule::Outbox, outbox_cron::fire)
        .await
        .unwrap();

    let all = serde_json::Value::Array(listed(&app, admin, "limit=100").await);

    let kinds: HashSet<String> = texts(&all, "kind").into_iter().collect();
    assert_eq!(kinds.len(), 4, "{all}");
    let moments = texts(&all, "created_at");
    assert!(moments.is_sorted_by(|a, b| a >= b), "{moments:?}");
    for (kind, id) in [
        ("export", export.as_str()),
        ("assignment", &batch),
        ("email", &mail.to_string()),
    ] {
        let found = listed(&app, admin, &format!("kind={kind}")).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["id"], id);
    }
    assert_eq!(
        listed(&app, admin, "kind=outbox&status=done").await.len(),
        1
    );
    assert_eq!(listed(&app, admin, "status=queued").await.len(), 2);
    assert!(
        listed(&app, admin, "kind=email&status=queued")
            .await
            .is_empty()
    );
    let mail = job(&app, admin, mail).await;
    assert_eq!(
        (&mail["status"], &mail["delivery"], &mail["message"]),
        (
            &"failed".into(),
            &"bounced".into(),
            &"password_changed".into()
        )
    );
    assert_eq!(mail["subject_id"], mentee.to_string());
}

#[tokio::test]
async fn the_list_goes_on_where_a_page_has_ended() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    for _ in 0..4 {
        app.given_mail(mentee, MessageStatus::Sent).await;
    }
    given_export(&app, mentee).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());

    for expected in [2, 2, 1] {
        let path = format!("{JOBS}?limit=2{cursor}");
        let page = app.ask(Some(admin), Method::GET, &path, None).await;
        let ids = texts(page.data(), "id");
        assert_eq!(ids.len(), expected);
        seen.extend(ids);
        let next = page.body["meta"]["next_cursor"].as_str();
        cursor = format!("&cursor={}", next.unwrap_or_default());
    }

    let different: HashSet<&String> = seen.iter().collect();
    assert_eq!(different.len(), 5);
}

#[tokio::test]
async fn the_list_can_be_cut_to_a_time() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    given_export(&app, mentee).await;
    let exports = async |time: &str| {
        listed(&app, admin, &format!("kind=export&{time}"))
            .await
            .len()
    };

    assert_eq!(exports("from=2026-03-02T08:00:00Z").await, 1);
    assert_eq!(exports("from=2026-03-02T09:00:00Z").await, 0);
    assert_eq!(exports("to=2026-03-02T09:00:00Z").await, 1);
    assert_eq!(exports("to=2026-03-02T08:00:00Z").await, 0);
}

#[tokio::test]
async fn only_admins_see_jobs_and_dead_letters() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    for path in [JOBS, "/api/admin/dead-letters"] {
        assert_eq!(app.get(path).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(app.get_as(mentor, path).await.0, StatusCode::FORBIDDEN);
        assert_eq!(app.get_as(admin, path).await.0, StatusCode::OK);
    }
    let missing = format!("{JOBS}/{mentor}");
    assert_eq!(app.get_as(admin, &missing).await.0, StatusCode::NOT_FOUND);
    // Events stay in the outbox here: there are no queues.
    let letters = app.get_as(admin, "/api/admin/dead-letters/email").await;
    assert_eq!(letters.0, StatusCode::NOT_FOUND);
}
