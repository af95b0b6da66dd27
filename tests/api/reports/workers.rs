//! Workers that have very much to write, that die over it, and that nobody wants any more.

use std::pin::Pin;
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::worker::WorkError;
use tests::TestApp;

use super::{download, of, ordered, records, text_of};

const CROWD: u32 = 100_000;

/// Lets a worker begin the newest file; it stands still when it has begun to send it.
async fn begin(app: &TestApp, job: &str) -> Pin<Box<impl Future<Output = Result<(), WorkError>>>> {
    let record = app.promised("export").await;
    let mut work = Box::pin(export_worker::handle(app.state.clone(), record));
    loop {
        tokio::select! {
            done = &mut work => panic!("it is over: {done:?}"),
            upload = app.upload_of(job) => if upload.is_some() {
                return work;
            },
        }
    }
}

/// Whether there is such a file.
async fn is_there(app: &TestApp, key: &str) -> bool {
    let link = app.link_for(key, Duration::from_mins(1)).await.unwrap();
    match app.fetch(&link).await.0 {
        200 => true,
        404 => false,
        status => panic!("the bucket answers {status}"),
    }
}

async fn cancel(app: &TestApp, admin: UserId, job: &str) {
    let path = format!("/api/admin/jobs/{job}/cancel");
    let body = json!({ "reason": "by mistake" });
    let off = app.ask(Some(admin), Method::POST, &path, Some(&body)).await;
    assert_eq!(off.status, StatusCode::OK, "{}", off.text);
}

async fn status_of(app: &TestApp, admin: UserId, job: &str) -> Value {
    let (_, body) = app.get_as(admin, &format!("/api/admin/jobs/{job}")).await;
    body["data"]["status"].clone()
}

#[tokio::test]
async fn a_hundred_thousand_rows_take_no_more_memory() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let admin = app.given_admin().await;
    app.given_masses(CROWD / 10).await;
    ordered(&app, admin, &of("users", "csv")).await;
    app.work_on_export().await.unwrap();
    let before = TestApp::peak_memory();
    app.given_more_masses(CROWD).await;
    let job = ordered(&app, admin, &of("users", "csv")).await;

    app.work_on_export().await.unwrap();

    let more = TestApp::peak_memory() - before;
    assert!(more < 24 * 1024 * 1024, "{more} bytes more");
    let rows = records(&text_of(&app, admin, &job).await);
    let ids: std::collections::HashSet<_> = rows.iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(ids.len(), usize::try_from(CROWD + CROWD / 10 + 1).unwrap());
    assert_eq!(rows.len(), ids.len());
}

#[tokio::test]
async fn a_file_whose_worker_is_killed_is_written_by_the_next() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let admin = app.given_admin().await;
    app.given_masses(60_000).await;
    let job = ordered(&app, admin, &of("users", "json")).await;

    drop(begin(&app, &job).await);
    let half = download(&app, admin, &job).await;
    assert_eq!(half.code(), "job_not_ready");
    let key = format!("reports/{job}.jsonl");
    assert!(!is_there(&app, &key).await, "half a file is none");
    assert_eq!(app.uploads_of(&key).await, 1);
    app.given_killed_job_worker().await;
    app.work_on_export().await.unwrap();

    let text = text_of(&app, admin, &job).await;
    assert_eq!(text.lines().count(), 60_001);
    // What the first one had sent is thrown away.
    assert_eq!(app.uploads_of(&key).await, 0);
    let ready = app.outbox().await;
    let ready = ready.iter().filter(|event| event["type"] == "export.ready");
    assert_eq!(ready.count(), 1);
}

#[tokio::test]
async fn a_file_that_nobody_wants_any_more_is_not_written() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let admin = app.given_admin().await;
    app.given_masses(60_000).await;
    let job = ordered(&app, admin, &of("users", "csv")).await;
    drop(begin(&app, &job).await);
    cancel(&app, admin, &job).await;

    app.work_on_export().await.unwrap();

    let gone = download(&app, admin, &job).await;
    assert_eq!(gone.code(), "job_expired");
    assert!(!is_there(&app, &format!("reports/{job}.csv")).await);
}

#[tokio::test]
async fn a_worker_stops_whose_file_nobody_wants_any_more() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let admin = app.given_admin().await;
    app.given_masses(60_000).await;
    let job = ordered(&app, admin, &of("users", "csv")).await;
    let key = format!("reports/{job}.csv");
    let work = begin(&app, &job).await;
    assert_eq!(app.uploads_of(&key).await, 1);

    cancel(&app, admin, &job).await;
    let stopped = work.await;

    assert!(matches!(stopped, Err(WorkError::Later(_))), "{stopped:?}");
    assert_eq!(app.uploads_of(&key).await, 0);
    assert!(!is_there(&app, &key).await);
    assert_eq!(status_of(&app, admin, &job).await, "cancelled");
    app.work_on_export().await.unwrap();
    assert!(!is_there(&app, &key).await);
    assert_eq!(status_of(&app, admin, &job).await, "cancelled");
}
