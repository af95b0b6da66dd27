//! Files whose bucket fails: what passes is tried again, and nothing is left of what does not.

use shared::worker::WorkError;
use tests::{Ask, Bucket, TestApp};

use super::{of, ordered};

/// Two parts of a file.
const CROWD: usize = 25_000;

/// An app whose newest order is a file of two parts.
async fn given_order() -> (TestApp, Bucket, String) {
    let mut app = TestApp::whole().await;
    let bucket = app.given_failing_bucket().await;
    let admin = app.given_admin().await;
    app.given_masses(u32::try_from(CROWD).unwrap()).await;
    let job = ordered(&app, admin, &of("users", "json")).await;
    (app, bucket, job)
}

/// The one file is whole, and nothing else is left.
fn assert_whole(bucket: &Bucket, job: &str) {
    let files = bucket.files();
    let [(key, bytes)] = files.iter().collect::<Vec<_>>()[..] else {
        panic!("there are {} files", files.len());
    };
    assert_eq!(*key, format!("reports/{job}.jsonl"));
    let text = std::str::from_utf8(bytes).unwrap();
    assert_eq!(text.lines().count(), CROWD + 1);
    assert_eq!(bucket.uploads(), 0);
}

/// The worker fails, and what it had sent is thrown away.
async fn assert_undone(app: &TestApp, bucket: &Bucket) {
    let failed = app.work_on_export().await;
    assert!(matches!(failed, Err(WorkError::Later(_))), "{failed:?}");
    assert_eq!((bucket.uploads(), bucket.files().len()), (0, 0));
}

#[tokio::test]
async fn a_bucket_that_fails_for_a_moment_is_asked_again() {
    let (app, bucket, job) = given_order().await;
    bucket.fails(Ask::Part(1), 1);
    bucket.fails(Ask::Part(2), 2);
    bucket.fails(Ask::Finish, 2);

    app.work_on_export().await.unwrap();

    assert_whole(&bucket, &job);
    let asked = [Ask::Begin, Ask::Part(1), Ask::Part(2), Ask::Finish];
    assert_eq!(asked.map(|ask| bucket.asked(ask)), [1, 2, 3, 3]);
}

#[tokio::test]
async fn a_file_that_cannot_be_sent_leaves_nothing() {
    let (app, bucket, job) = given_order().await;
    bucket.fails(Ask::Part(2), 3);
    assert_undone(&app, &bucket).await;
    assert_eq!(bucket.asked(Ask::Part(2)), 3);

    app.work_on_export().await.unwrap();

    assert_whole(&bucket, &job);
}

#[tokio::test]
async fn a_file_that_cannot_be_finished_leaves_nothing() {
    let (app, bucket, job) = given_order().await;
    bucket.fails(Ask::Finish, 3);
    assert_undone(&app, &bucket).await;
    assert_eq!(bucket.asked(Ask::Finish), 3);

    app.work_on_export().await.unwrap();

    assert_whole(&bucket, &job);
}

#[tokio::test]
async fn what_cannot_be_thrown_away_is_by_the_next_worker() {
    let (app, bucket, job) = given_order().await;
    bucket.fails(Ask::Finish, 3);
    bucket.fails(Ask::Abort, 3);
    app.work_on_export().await.unwrap_err();
    assert_eq!(bucket.uploads(), 1);
    assert!(app.upload_of(&job).await.is_some(), "it stays known");

    app.work_on_export().await.unwrap();

    assert_whole(&bucket, &job);
    let rows = app.outbox().await;
    let ready = rows.iter().filter(|event| event["type"] == "export.ready");
    assert_eq!(ready.count(), 1);
}
