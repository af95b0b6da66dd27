//! Requests that nobody answers: the mentor is asked once more, then the time is free again.

use futures_util::future::join_all;
use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::id::SessionId;
use shared::worker::run_schedule;
use tests::{Hours, TestApp};

use super::{Stage, act, path, stage};
use crate::book;

/// Friday; requests of Monday morning can be answered for 48 hours.
const FRIDAY: &str = "2026-03-06T10:00:00Z";
const HALF_TIME: &str = "2026-03-03T08:10:00Z";
const TOO_LATE: &str = "2026-03-04T08:10:00Z";

async fn fire(app: &TestApp) -> usize {
    run_schedule(&app.state, reminders_cron::fire)
        .await
        .unwrap()
}

async fn events(app: &TestApp, kind: &str) -> Vec<Value> {
    let events = app.outbox().await.into_iter();
    events.filter(|event| event["type"] == kind).collect()
}

#[tokio::test]
async fn a_request_that_nobody_answers_expires_and_frees_its_time() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let id = app.given_session(mentee, mentor, FRIDAY).await;
    app.at(TOO_LATE);

    assert_eq!(fire(&app).await, 1);
    assert_eq!(fire(&app).await, 0, "a second run finds nothing");

    let (_, shown) = app.get_as(mentee, &path(id)).await;
    assert_eq!(shown["data"]["status"], "expired");
    assert_eq!(shown["data"]["version"], 2);
    assert_eq!(shown["data"]["allowed_actions"], json!([]));
    assert!(app.held_by(&id.to_string()).await.is_empty());
    let expired = events(&app, "session.expired").await;
    assert_eq!(expired.len(), 1);
    assert_eq!(expired[0]["session_id"], id.to_string());
    let (_, history) = app.get_as(mentor, &format!("{}/history", path(id))).await;
    assert_eq!(history["data"][1]["action"], "expired");
    assert_eq!(history["data"][1]["actor_id"], json!(null));
    let (status, body) = act(&app, mentor, id, "accept").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(body["errors"][0]["code"], "invalid_transition");
    let other = app.given_mentee().await;
    assert_eq!(book(&app, other, mentor, FRIDAY).await.status, 201);
}

#[tokio::test]
async fn only_requests_whose_time_is_over_expire() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let answered = app.given_confirmed_session(mentee, mentor, FRIDAY).await;
    app.at("2026-03-03T08:00:00Z");
    let later = app
        .given_session(mentee, mentor, "2026-03-09T10:00:00Z")
        .await;
    app.at(TOO_LATE);

    assert_eq!(fire(&app).await, 1, "half of the later one's time is over");

    for (id, status) in [(answered, "confirmed"), (later, "pending")] {
        let (_, shown) = app.get_as(mentee, &path(id)).await;
        assert_eq!(shown["data"]["status"], status);
    }
}

/// More requests than one batch holds, of mentors who are open all the time, now of one, now of another.
async fn many(app: &TestApp, count: usize) -> Vec<SessionId> {
    let mut people = Vec::new();
    for _ in 0..count.div_ceil(20) {
        people.push((app.given_mentor().await, app.given_mentee().await));
    }
    let mut sessions = Vec::new();
    for hour in 0..20 {
        let start = format!("2026-03-06T{hour:02}:00:00Z");
        for (mentor, mentee) in people.iter().take(count - sessions.len()) {
            sessions.push(app.given_session(*mentee, *mentor, &start).await);
        }
    }
    sessions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_runs_at_once_expire_each_request_once() {
    let app = TestApp::whole().await;
    let sessions = many(&app, 130).await;
    app.at(TOO_LATE);

    let done = join_all((0..4).map(|_| fire(&app))).await;
    // What somebody else held at that moment is left for the next minute.
    let left = fire(&app).await;

    assert_eq!(done.iter().sum::<usize>() + left, sessions.len());
    assert_eq!(events(&app, "session.expired").await.len(), sessions.len());
    assert_eq!(app.rows_in("busy").await, 0);
    assert_eq!(
        app.rows_in("session_history").await,
        2 * u64::try_from(sessions.len()).unwrap()
    );
    assert_eq!(app.deadlocks().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_and_the_schedule_at_once_leave_one_truth() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    for day in 10..16 {
        app.at("2026-03-02T08:00:00Z");
        let start = format!("2026-03-{day}T10:00:00Z");
        let id = app.given_session(mentee, mentor, &start).await;
        app.at(TOO_LATE);
        let session = path(id);
        let (cancelled, _) = futures_util::future::join(
            Box::pin(app.delete_as(mentee, &session)),
            Box::pin(fire(&app)),
        )
        .await;
        fire(&app).await;

        let (_, shown) = app.get_as(mentee, &session).await;
        let is_cancelled = cancelled.0 == StatusCode::OK;
        let expected = if is_cancelled { "cancelled" } else { "expired" };
        assert_eq!(shown["data"]["status"], expected);
        assert_eq!(shown["data"]["version"], 2);
        let expired = events(&app, "session.expired").await;
        let is_expired = expired
            .iter()
            .any(|event| event["session_id"] == id.to_string());
        assert_eq!(is_expired, !is_cancelled);
    }
}

#[tokio::test]
async fn a_mentor_is_asked_once_more_at_half_time_and_never_again() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, FRIDAY).await;
    app.at("2026-03-03T07:50:00Z");
    assert_eq!(fire(&app).await, 0);
    app.at(HALF_TIME);

    let fired = join_all((0..4).map(|_| fire(&app))).await;

    assert_eq!(fired.iter().sum::<usize>(), 1);
    app.at("2026-03-03T20:00:00Z");
    assert_eq!(fire(&app).await, 0);
    let due = events(&app, "session.answer_due").await;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0]["session_id"], id.to_string());
    let (_, shown) = app.get_as(mentor, &path(id)).await;
    assert_eq!(shown["data"]["version"], 1, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_runs_at_once_ask_each_mentor_once() {
    let app = TestApp::whole().await;
    let sessions = many(&app, 130).await;
    app.at(HALF_TIME);

    let done = join_all((0..4).map(|_| fire(&app))).await;
    let left = fire(&app).await;

    assert_eq!(done.iter().sum::<usize>() + left, sessions.len());
    assert_eq!(
        events(&app, "session.answer_due").await.len(),
        sessions.len()
    );
}

#[tokio::test]
async fn nobody_is_asked_for_an_answer_they_gave_or_cannot_give() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    app.given_confirmed_session(mentee, mentor, FRIDAY).await;
    let declined = app
        .given_session(mentee, mentor, "2026-03-06T12:00:00Z")
        .await;
    act(&app, mentor, declined, "decline").await;
    app.given_session(mentee, mentor, "2026-03-06T14:00:00Z")
        .await;
    // The schedule slept through the half time and the end.
    app.at(TOO_LATE);

    assert_eq!(fire(&app).await, 1);

    assert_eq!(events(&app, "session.answer_due").await.len(), 0);
    assert_eq!(events(&app, "session.expired").await.len(), 1);
}

#[tokio::test]
async fn a_request_that_moved_is_asked_about_anew() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    app.given_hours(
        mentor,
        Hours(&[0, 1, 2, 3, 4, 5, 6], "00:00", "24:00", "UTC"),
    )
    .await;
    let id = app.given_session(mentee, mentor, FRIDAY).await;
    app.at(HALF_TIME);
    assert_eq!(fire(&app).await, 1);
    let list = format!("{}/reschedule-requests", path(id));
    let body = json!({ "proposed_times": ["2026-03-10T10:00:00Z"] });
    let (_, made) = app.post_as(mentee, &list, &body).await;
    let request = format!("{list}/{}", made["data"]["id"].as_str().unwrap());
    app.put_as(mentor, &request, &json!({ "action": "accept" }))
        .await;

    app.at("2026-03-04T08:20:00Z");
    assert_eq!(fire(&app).await, 1, "half of the new time is over");
    app.at("2026-03-05T08:20:00Z");
    assert_eq!(fire(&app).await, 1);

    assert_eq!(events(&app, "session.answer_due").await.len(), 2);
    let (_, shown) = app.get_as(mentee, &path(id)).await;
    assert_eq!(shown["data"]["status"], "expired");
}
