//! What is anonymous is published in groups, at the beginning of a week.

use futures_util::future::join;
use serde_json::json;
use shared::domain::user::Role;
use shared::worker::run_schedule;
use tests::TestApp;

use super::{MONDAY, at, given, given_guest, opinion, shown, stats, upkeep};

#[tokio::test]
async fn three_people_are_published_together_on_monday() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    for (day, rating) in [(2, 5), (3, 4), (4, 1)] {
        let (mentee, session) = given_guest(&app, mentor, day).await;
        given(&app, mentee, session, &opinion(rating, true)).await;
        upkeep(&app).await;
    }
    at(&app, "2026-03-08T23:59:00Z", &[]).await;
    upkeep(&app).await;
    let revision = app.catalog_revision().await;
    upkeep(&app).await;
    assert_eq!(shown(&app, mentor).await.len(), 0);
    assert_eq!(app.catalog_revision().await, revision);

    at(&app, MONDAY, &[]).await;
    upkeep(&app).await;
    upkeep(&app).await;

    let list = shown(&app, mentor).await;
    assert_eq!(list.len(), 3);
    for entry in &list {
        assert_eq!(entry["author"], json!(null));
        assert_eq!(entry["published_on"], "2026-03-09");
    }
    assert_eq!(app.rating_sums(mentor).await, (3, 10));
    assert!(
        app.catalog_revision().await > revision,
        "matching reads the new sums"
    );
    assert_eq!(stats(&app, mentor).await["mean"], 3.333);
}

#[tokio::test]
async fn two_people_wait_for_a_third_however_often_they_write() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let (first, session) = given_guest(&app, mentor, 2).await;
    let again = app
        .given_completed_session(first, mentor, "2026-02-05T10:00:00Z")
        .await;
    let (second, theirs) = given_guest(&app, mentor, 3).await;
    for (author, session) in [(first, session), (first, again), (second, theirs)] {
        given(&app, author, session, &opinion(4, true)).await;
    }

    at(&app, MONDAY, &[]).await;
    upkeep(&app).await;
    assert_eq!(shown(&app, mentor).await.len(), 0);

    // The third one writes in the middle of the week, so that all wait for the end of it.
    let (third, session) = given_guest(&app, mentor, 4).await;
    given(&app, third, session, &opinion(4, true)).await;
    at(&app, "2026-03-13T12:00:00Z", &[]).await;
    upkeep(&app).await;
    assert_eq!(shown(&app, mentor).await.len(), 0);
    at(&app, "2026-03-16T12:00:00Z", &[]).await;
    upkeep(&app).await;
    let published = shown(&app, mentor).await;
    assert_eq!(published.len(), 4);
    assert!(
        published
            .iter()
            .all(|entry| entry["published_on"] == "2026-03-16")
    );
}

#[tokio::test]
async fn what_can_still_be_changed_is_not_published() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    at(&app, "2026-03-08T12:00:00Z", &[]).await;
    for day in 2..5 {
        let (mentee, session) = given_guest(&app, mentor, day).await;
        given(&app, mentee, session, &opinion(4, true)).await;
    }

    at(&app, "2026-03-09T12:00:01Z", &[(mentor, Role::Mentor)]).await;
    upkeep(&app).await;
    assert_eq!(shown(&app, mentor).await.len(), 0);
    at(&app, "2026-03-16T00:00:00Z", &[]).await;
    upkeep(&app).await;
    assert_eq!(shown(&app, mentor).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_at_once_publish_once() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    for day in 2..6 {
        let (mentee, session) = given_guest(&app, mentor, day).await;
        given(&app, mentee, session, &opinion(4, true)).await;
    }
    at(&app, MONDAY, &[]).await;

    Box::pin(join(upkeep(&app), upkeep(&app))).await;

    assert_eq!(app.rating_sums(mentor).await, (4, 16));
    let told = app.outbox().await;
    let told = told
        .iter()
        .filter(|event| event["type"] == "feedback.published");
    assert_eq!(told.count(), 1);
    assert_eq!(app.deadlocks().await, 0);
}

/// Both change what is counted of mentors, and take them in one order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishing_while_requests_expire_ends() {
    let app = TestApp::whole().await;
    let guest = app.given_mentee().await;
    let mut mentors = [app.given_mentor().await, app.given_mentor().await];
    mentors.sort_unstable();
    // Written first for who comes last.
    for mentor in mentors.into_iter().rev() {
        for day in 2..5 {
            let (mentee, session) = given_guest(&app, mentor, day).await;
            given(&app, mentee, session, &opinion(4, true)).await;
        }
    }
    for (mentor, hour) in mentors.into_iter().zip([9, 11]) {
        let at = format!("2026-03-12T{hour:02}:00:00Z");
        app.given_session(guest, mentor, &at).await;
    }
    at(&app, MONDAY, &[]).await;
    let held = app.given_locked_counts(mentors[1]).await;

    let firing = async {
        app.until_waiting(1).await;
        run_schedule(&app.state, reminders_cron::fire).await
    };
    let releasing = async {
        app.until_waiting(2).await;
        held.release().await;
    };
    let both = join(Box::pin(upkeep(&app)), Box::pin(firing));
    let (((), fired), ()) = join(both, Box::pin(releasing)).await;

    fired.unwrap();
    for mentor in mentors {
        assert_eq!(app.rating_sums(mentor).await, (3, 12));
    }
    assert_eq!(app.deadlocks().await, 0);
}
