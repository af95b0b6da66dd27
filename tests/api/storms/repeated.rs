//! What the platform tries again by itself, and what it does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Extension;
use axum::extract::State;
use http::{Method, StatusCode};
use shared::http::{Answer, ApiError, AppState, Refused};
use shared::store::{self, StoreError};
use tests::{Setup, TestApp, api};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::book;

/// How a transaction fails, and how often before it does not.
#[derive(Clone)]
struct Failing {
    with: fn() -> StoreError,
    times: u32,
    is_late: bool,
    tries: Arc<AtomicU32>,
}

/// Fails for a while, before or after something was committed.
#[utoipa::path(post, path = "/api/test/failing", responses((status = OK, body = Answer<u32>), (status = "4XX", body = Refused)))]
async fn fail(
    State(state): State<AppState>,
    Extension(failing): Extension<Failing>,
) -> Result<Answer<u32>, ApiError> {
    let tries = failing.tries.fetch_add(1, Ordering::Relaxed) + 1;
    if failing.is_late {
        let mut client = state.db.client().await?;
        let tx = client.transaction();
        store::schedule::lock_people(&tx, [state.clock.id(), state.clock.id()]).await?;
        tx.commit().await?;
    }
    if tries <= failing.times {
        return Err((failing.with)().into());
    }
    Ok(Answer::ok(tries))
}

/// Asks, and says how often it was tried.
async fn tries(with: fn() -> StoreError, times: u32, is_late: bool) -> (StatusCode, u32) {
    let failing = Failing {
        with,
        times,
        is_late,
        tries: Arc::default(),
    };
    let (tried, extension) = (Arc::clone(&failing.tries), Extension(failing));
    let routes = OpenApiRouter::default()
        .routes(routes!(fail))
        .layer(extension);
    let app = TestApp::with(routes, Setup::default()).await;
    let reply = app.call(Method::POST, "/api/test/failing").send().await;
    if reply.status == StatusCode::SERVICE_UNAVAILABLE {
        assert_eq!(reply.code(), "unavailable");
        assert!(!reply.header("retry-after").is_empty());
    }
    (reply.status, tried.load(Ordering::Relaxed))
}

const UNAVAILABLE: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

#[tokio::test]
async fn a_collision_is_tried_again_three_times() {
    let collision = || StoreError::Collision;
    assert_eq!(tries(collision, 3, false).await, (StatusCode::OK, 4));
    assert_eq!(tries(collision, 4, false).await, (UNAVAILABLE, 4));
}

#[tokio::test]
async fn a_lost_connection_is_replaced_once() {
    let lost = || StoreError::Lost("SQLSTATE 57P01".to_owned());
    assert_eq!(tries(lost, 1, false).await, (StatusCode::OK, 2));
    assert_eq!(tries(lost, 2, false).await, (UNAVAILABLE, 2));
}

#[tokio::test]
async fn nothing_else_is_tried_again() {
    let overdue = || StoreError::Overdue("SQLSTATE 55P03".to_owned());
    assert_eq!(tries(overdue, 1, false).await, (UNAVAILABLE, 1));
    let away = || StoreError::Unavailable("away".to_owned());
    assert_eq!(tries(away, 1, false).await, (UNAVAILABLE, 1));
    let bug = || StoreError::inconsistent("sessions", "status");
    let internal = StatusCode::INTERNAL_SERVER_ERROR;
    assert_eq!(tries(bug, 1, false).await, (internal, 1));
}

/// Nobody knows what a COMMIT did whose answer is missing: doing it again could do it twice.
#[tokio::test]
async fn what_may_be_committed_is_not_tried_again() {
    assert_eq!(
        tries(|| StoreError::Collision, 1, true).await,
        (UNAVAILABLE, 1)
    );
    let lost = || StoreError::Lost("closed".to_owned());
    assert_eq!(tries(lost, 1, true).await, (UNAVAILABLE, 1));
}

#[tokio::test]
async fn a_booking_that_a_deadlock_threw_out_is_booked_all_the_same() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let other = app.given_deadlock([mentor, mentee]).await;

    let reply = book(&app, mentee, mentor, "2026-03-03T10:00:00Z").await;

    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    other.await.unwrap();
    assert_eq!(app.outbox().await.len(), 1);
    assert_eq!(app.deadlocks().await, 1);
}

#[tokio::test]
async fn whoever_waits_too_long_for_a_lock_is_told_to_come_back() {
    let app = TestApp::with(api(), Setup::default()).await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let held = app.given_lock(mentor).await;

    let reply = book(&app, mentee, mentor, "2026-03-03T10:00:00Z").await;

    assert_eq!(reply.status, UNAVAILABLE, "{}", reply.text);
    assert_eq!(reply.header("retry-after"), "1");
    held.release().await;
    let again = book(&app, mentee, mentor, "2026-03-03T10:00:00Z").await;
    assert_eq!(again.status, StatusCode::CREATED);
    assert_eq!(app.outbox().await.len(), 1, "the first promised nothing");
}

#[tokio::test]
async fn a_connection_that_died_between_requests_is_not_noticed() {
    let setup = Setup {
        is_one_connection: true,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    for hour in 9..17 {
        // Ends every connection of the platform.
        app.deadlocks().await;
        let at = format!("2026-03-03T{hour:02}:00:00Z");
        let reply = book(&app, mentee, mentor, &at).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{at}: {}", reply.text);
    }
}
