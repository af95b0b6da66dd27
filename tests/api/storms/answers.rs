//! Answers that meet: both people act on one session, or the mentor on two, at the same moment.

use futures_util::future::{join, join_all};
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

use super::{busy_app, count, path_of};
use crate::{book, starts};

const TUESDAY: &str = "from=2026-03-03T00:00:00Z&to=2026-03-04T00:00:00Z";

async fn accept(app: &TestApp, mentor: UserId, path: &str) -> Reply {
    let body = json!({ "action": "accept" });
    app.ask(Some(mentor), Method::PUT, path, Some(&body)).await
}

/// Pending requests hold their time, so of two that overlap there is never more than one to accept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_requests_that_overlap_one_is_pending_and_is_accepted_once() {
    let app = busy_app().await;
    let mentor = app.given_open_mentor().await;
    let step = json!({ "step_minutes": 15 });
    app.patch_as(mentor, "/api/users/me", &step).await;
    let mentees = join_all((0..4).map(|_| app.given_mentee())).await;

    for hour in [9, 11, 13, 15] {
        let at = [0, 15, 30, 45].map(|minute| format!("2026-03-03T{hour:02}:{minute:02}:00Z"));
        let asked = mentees
            .iter()
            .zip(&at)
            .map(|(mentee, at)| book(&app, *mentee, mentor, at));
        let asked = join_all(asked).await;
        let pending: Vec<_> = asked
            .iter()
            .filter(|reply| reply.status == StatusCode::CREATED)
            .map(path_of)
            .collect();
        assert_eq!(pending.len(), 1, "an hour has no room for two");
        assert_eq!(count(&asked, StatusCode::CONFLICT), 3);

        let accepted = join_all((0..4).map(|_| accept(&app, mentor, &pending[0]))).await;

        assert_eq!(count(&accepted, StatusCode::OK), 1);
        let late = accepted.iter().filter(|reply| reply.status != 200);
        assert!(
            late.into_iter()
                .all(|reply| reply.code() == "invalid_transition")
        );
    }
    let confirmed = app.get_as(mentor, "/api/sessions?status=confirmed").await.1;
    assert_eq!(confirmed["data"].as_array().unwrap().len(), 4);
    assert_eq!((app.overlaps().await, app.deadlocks().await), (0, 0));
}

/// Requests beside each other do not get in each other's way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mentor_accepts_a_whole_day_at_once() {
    let app = busy_app().await;
    let mentor = app.given_open_mentor().await;
    let mut pending = Vec::new();
    for hour in 9..17 {
        let mentee = app.given_mentee().await;
        let asked = book(
            &app,
            mentee,
            mentor,
            &format!("2026-03-03T{hour:02}:00:00Z"),
        )
        .await;
        pending.push(path_of(&asked));
    }
    let accepted = join_all(pending.iter().map(|path| accept(&app, mentor, path))).await;
    assert_eq!(count(&accepted, StatusCode::OK), 8);
    assert_eq!((app.overlaps().await, app.deadlocks().await), (0, 0));
}

/// The mentee may call off what was just confirmed; nobody confirms what was called off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accepting_and_cancelling_at_once_ends_cancelled() {
    let app = busy_app().await;
    let mentor = app.given_open_mentor().await;
    let (mut confirmed_first, mut cancelled_first) = (0, 0);
    for round in 0..6 {
        let mut asked = Vec::new();
        for hour in 9..17 {
            let mentee = app.given_mentee().await;
            let at = format!("2026-03-03T{hour:02}:00:00Z");
            asked.push((mentee, path_of(&book(&app, mentee, mentor, &at).await)));
        }
        let both = asked.iter().enumerate().map(|(number, (mentee, path))| {
            let accepting = Box::pin(accept(&app, mentor, path));
            let cancelling = Box::pin(app.ask(Some(*mentee), Method::DELETE, path, None));
            async move {
                // Whoever is polled first is often first: so they take turns.
                if (number + round) % 2 == 0 {
                    join(accepting, cancelling).await
                } else {
                    let (cancelled, accepted) = join(cancelling, accepting).await;
                    (accepted, cancelled)
                }
            }
        });
        for (accepted, cancelled) in join_all(both).await {
            assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text);
            assert_eq!(cancelled.data()["status"], "cancelled");
            if accepted.status == StatusCode::OK {
                assert_eq!(cancelled.data()["version"], 3);
                confirmed_first += 1;
            } else {
                assert_eq!(accepted.code(), "invalid_transition", "{}", accepted.text);
                assert_eq!(cancelled.data()["version"], 2);
                cancelled_first += 1;
            }
        }
        let free = starts(&app, None, mentor, TUESDAY).await;
        assert_eq!(free.len(), 8, "every slot is free again");
    }
    assert!(
        confirmed_first > 0 && cancelled_first > 0,
        "{confirmed_first} {cancelled_first}"
    );
    let events = app.outbox().await;
    let told = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
    assert_eq!(told("session.confirmed"), confirmed_first);
    assert_eq!(told("session.cancelled"), confirmed_first + cancelled_first);
    let known = events.iter().filter(|event| event["was_confirmed"] == true);
    assert_eq!(known.count(), confirmed_first);
    assert_eq!((app.idle_holds().await, app.deadlocks().await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twenty_changes_of_one_version_one_wins() {
    let app = busy_app().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let session = path_of(&book(&app, mentee, mentor, "2026-03-03T10:00:00Z").await);
    for version in 1..6 {
        let changes = (0..20).map(|number| {
            let (app, path, by) = (&app, &session, [mentor, mentee][number % 2]);
            async move {
                let call = app.call(Method::PUT, path).by(by).await;
                let call = call.header("if-match", &format!("\"{version}\""));
                call.json(&json!({ "notes": format!("note {number}") }))
                    .send()
                    .await
            }
        });
        let replies = join_all(changes).await;
        assert_eq!(count(&replies, StatusCode::OK), 1);
        assert_eq!(count(&replies, StatusCode::PRECONDITION_FAILED), 19);
        let kept = replies.iter().find(|reply| reply.status == 200).unwrap();
        let (_, seen) = app.get_as(mentor, &session).await;
        assert_eq!(seen["data"]["notes"], kept.data()["notes"]);
        assert_eq!(seen["data"]["version"], version + 1);
    }
}
