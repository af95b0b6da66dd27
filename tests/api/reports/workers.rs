//! Workers that have very much to write, that die over it, and that nobody wants any more.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;
use tests::TestApp;

use super::{download, of, ordered, records, text_of};

const CROWD: u32 = 100_000;

/// Lets a worker begin the newest file, and kills it when it has sent some of it.
async fn kill_in_the_middle(app: &TestApp, job: &str) -> String {
    let record = app.promised("export").await;
    let work = tokio::spawn(export_worker::handle(app.state.clone(), record));
    loop {
        assert!(!work.is_finished(), "it is over: {:?}", work.await);
        if let Some(upload) = app.upload_of(job).await {
            work.abort();
            assert!(work.await.unwrap_err().is_cancelled());
            return upload;
        }
    }
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
    assert!(more < 48 * 1024 * 1024, "{more} bytes more");
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

    let upload = kill_in_the_middle(&app, &job).await;
    let half = download(&app, admin, &job).await;
    assert_eq!(half.code(), "job_not_ready");
    let key = format!("reports/{job}.jsonl");
    let link = app.link_for(&key, Duration::from_mins(1)).await.unwrap();
    assert_eq!(app.fetch(&link).await.0, 404, "half a file is none");
    app.given_killed_job_worker().await;
    app.work_on_export().await.unwrap();

    let text = text_of(&app, admin, &job).await;
    assert_eq!(text.lines().count(), 60_001);
    // What the first one had sent is thrown away.
    let left = app.state.files.abort(&key, &upload).await;
    assert!(left.is_ok(), "{left:?}");
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
    kill_in_the_middle(&app, &job).await;
    let path = format!("/api/admin/jobs/{job}/cancel");
    let body = json!({ "reason": "by mistake" });
    let off = app.ask(Some(admin), Method::POST, &path, Some(&body)).await;
    assert_eq!(off.status, StatusCode::OK, "{}", off.text);

    app.work_on_export().await.unwrap();

    let gone = download(&app, admin, &job).await;
    assert_eq!(gone.code(), "job_expired");
    let key = format!("reports/{job}.csv");
    let link = app.link_for(&key, Duration::from_mins(1)).await.unwrap();
    assert_eq!(app.fetch(&link).await.0, 404);
}
