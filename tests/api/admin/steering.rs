//! Jobs that an admin tries again or calls off, while workers are at it.

use http::StatusCode;
use shared::domain::job::Percent;
use shared::store;
use shared::worker::job::begin;
use tests::TestApp;

use super::{cancel, code, given_batch, given_export, job, retry};

#[tokio::test]
async fn an_export_that_failed_is_written_after_all() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let export = given_export(&app, mentee).await;
    app.given_failed_job(&export).await;

    let again = retry(&app, admin, &export).await;

    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    let (status, attempts) = (&again.data()["status"], &again.data()["attempts"]);
    assert_eq!((status, attempts), (&"queued".into(), &0.into()));
    app.work_on_export().await.unwrap();
    assert_eq!(job(&app, admin, &export).await["status"], "done");
    assert_eq!(code(&retry(&app, admin, &export).await), (409, "job_ended"));
    assert_eq!(
        code(&cancel(&app, admin, &export).await),
        (409, "job_ended")
    );
}

#[tokio::test]
async fn an_export_is_not_tried_again_beside_another_one() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let failed = given_export(&app, mentee).await;
    app.given_failed_job(&failed).await;
    let open = given_export(&app, mentee).await;

    assert_eq!(code(&retry(&app, admin, &failed).await), (409, "job_open"));
    assert_eq!(code(&retry(&app, admin, &open).await), (409, "job_waiting"));
}

#[tokio::test]
async fn a_worker_notices_that_its_job_was_called_off() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let export = given_export(&app, mentee).await;
    let mut client = app.state.db.client().await.unwrap();
    let taken = begin(&app.state, &mut client, export.parse().unwrap(), 60).await;
    let taken = taken.unwrap().unwrap();
    assert_eq!(
        code(&retry(&app, admin, &export).await),
        (409, "job_running")
    );

    let off = cancel(&app, admin, &export).await;

    assert_eq!(off.data()["status"], "cancelled", "{}", off.text);
    let half = Percent::new(50);
    let is_its = store::job::report(&client, &taken, half, 60).await.unwrap();
    assert!(!is_its);
    app.work_on_export().await.unwrap();
    assert_eq!(job(&app, admin, &export).await["status"], "cancelled");
}

#[tokio::test]
async fn a_batch_is_called_off_with_its_job_and_solved_again_with_it() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let batch = given_batch(&app, admin).await;
    let path = format!("/api/matching/batch/{batch}");
    let shown = async |path: &str| app.get_as(admin, path).await.1["data"]["status"].clone();

    assert_eq!(cancel(&app, admin, &batch).await.status, StatusCode::OK);

    assert_eq!(shown(&path).await, "dropped");
    app.solve_all().await;
    assert_eq!(shown(&path).await, "dropped");

    let second = given_batch(&app, admin).await;
    app.given_failed_job(&second).await;
    let path = format!("/api/matching/batch/{second}");
    assert_eq!(shown(&path).await, "failed");
    assert_eq!(retry(&app, admin, &second).await.status, StatusCode::OK);
    assert_eq!(shown(&path).await, "solving");
    app.solve_all().await;
    assert_eq!(shown(&path).await, "staged");
}

#[tokio::test]
async fn a_batch_is_not_solved_again_beside_another_one() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let failed = given_batch(&app, admin).await;
    app.given_failed_job(&failed).await;
    given_batch(&app, admin).await;

    assert_eq!(code(&retry(&app, admin, &failed).await), (409, "job_open"));
    assert_eq!(job(&app, admin, &failed).await["status"], "failed");
}
