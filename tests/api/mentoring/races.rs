//! People who act at the same moment: one wins, places are never oversold, and nothing deadlocks.

use futures_util::future::{join, join_all};
use http::{Method, StatusCode};
use serde_json::json;
use tests::{Setup, TestApp, api};

use super::{
    MATCHES, ask_for_mentor, fire, get, given_batch, given_mentors, pass, post, select, text, told,
};

async fn busy_app() -> TestApp {
    let setup = Setup {
        connections: 24,
        ..Setup::default()
    };
    TestApp::with(api(), setup).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_mentors_who_select_one_mentee_one_wins() {
    let app = busy_app().await;
    let mentors = given_mentors(&app, 3).await;
    for mentor in &mentors {
        let room = json!({ "max_mentees": 50 });
        app.patch_as(*mentor, "/api/users/me", &room).await;
    }
    for _ in 0..8 {
        let (mentee, batch) = given_batch(&app).await;

        let replies = join_all(mentors.iter().map(|mentor| select(&app, *mentor, &batch))).await;

        let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 2));
        for reply in lost {
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::CONFLICT, "batch_closed")
            );
        }
        let seen = get(&app, mentee, MATCHES).await;
        assert_eq!(seen.body["data"].as_array().unwrap().len(), 1);
    }
    let mut taken = 0;
    for mentor in &mentors {
        taken += app.places_taken(*mentor).await;
    }
    assert_eq!(taken, 8);
    assert_eq!(told(&app, "match_made").await.len(), 16);
    assert_eq!((app.torn_requests().await, app.deadlocks().await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_places_of_a_mentor_are_given_once() {
    let app = busy_app().await;
    let mentor = given_mentors(&app, 1).await[0];
    app.patch_as(mentor, "/api/users/me", &json!({ "max_mentees": 2 }))
        .await;
    let mut batches = Vec::new();
    for _ in 0..6 {
        batches.push(given_batch(&app).await.1);
    }

    let replies = join_all(batches.iter().map(|batch| select(&app, mentor, batch))).await;

    let won = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(won, 2);
    let lost = replies.iter().filter(|reply| reply.status != 200);
    for reply in lost {
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::CONFLICT, "mentor_full")
        );
    }
    assert_eq!(app.places_taken(mentor).await, 2);
    assert_eq!((app.torn_requests().await, app.deadlocks().await), (0, 0));
}

/// Whoever comes first decides: selected and matched, or withdrawn and nobody's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn selecting_and_withdrawing_at_once_ends_in_one_of_both() {
    let app = busy_app().await;
    let mentor = given_mentors(&app, 1).await[0];
    app.patch_as(mentor, "/api/users/me", &json!({ "max_mentees": 50 }))
        .await;
    let mut matched = 0;
    for round in 0..12 {
        let mentee = app.given_mentee().await;
        let asked = ask_for_mentor(&app, mentee).await;
        let (path, batch) = (
            asked.header("location").to_owned(),
            text(&asked.data()["batch_id"]),
        );
        let selecting = Box::pin(select(&app, mentor, &batch));
        let withdrawing = Box::pin(app.ask(Some(mentee), Method::DELETE, &path, None));
        let (selected, withdrawn) = if round % 2 == 0 {
            join(selecting, withdrawing).await
        } else {
            let (withdrawn, selected) = join(withdrawing, selecting).await;
            (selected, withdrawn)
        };

        assert_ne!(selected.status == 200, withdrawn.status == 200);
        let status = get(&app, mentee, &path).await.data()["status"].clone();
        if selected.status == 200 {
            assert_eq!(
                (withdrawn.code(), status),
                ("request_closed", json!("matched"))
            );
            matched += 1;
        } else {
            assert_eq!(
                (selected.code(), status),
                ("batch_closed", json!("withdrawn"))
            );
        }
    }
    assert_eq!(app.places_taken(mentor).await, matched);
    assert_eq!((app.torn_requests().await, app.deadlocks().await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schedules_that_fire_together_move_on_once() {
    let app = busy_app().await;
    given_mentors(&app, 6).await;
    for _ in 0..25 {
        given_batch(&app).await;
    }

    app.at("2026-03-05T09:00:00Z");
    let moved = join_all((0..4).map(|_| Box::pin(fire(&app)))).await;

    assert_eq!(moved.iter().sum::<usize>(), 25);
    assert_eq!(told(&app, "moved_on").await.len(), 25);
    assert_eq!(told(&app, "proposed").await.len(), 25 * 6);
    assert_eq!((app.torn_requests().await, app.deadlocks().await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_who_pass_together_move_on_once() {
    let app = busy_app().await;
    let mentors = given_mentors(&app, 6).await;
    for round in 1..=6 {
        let (_, batch) = given_batch(&app).await;

        let passed = join_all(
            mentors[..3]
                .iter()
                .map(|mentor| pass(&app, *mentor, &batch)),
        )
        .await;

        assert!(passed.iter().all(|reply| reply.status == 200));
        assert_eq!(told(&app, "moved_on").await.len(), round);
    }
    assert_eq!((app.torn_requests().await, app.deadlocks().await), (0, 0));
}

/// An admin, an assignment run and mentors themselves want the same last places, in every order of people.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_admins_and_mentors_never_oversell_a_mentor() {
    let app = busy_app().await;
    let admin = app.given_admin().await;
    let mentors = given_mentors(&app, 3).await;
    for mentor in &mentors {
        app.patch_as(*mentor, "/api/users/me", &json!({ "max_mentees": 2 }))
            .await;
    }
    let (mut mentees, mut batches) = (Vec::new(), Vec::new());
    for _ in 0..4 {
        let (mentee, batch) = given_batch(&app).await;
        mentees.push(mentee);
        batches.push(batch);
    }
    let mut pairs: Vec<_> = mentors
        .iter()
        .flat_map(|mentor| mentees.iter().map(|mentee| (*mentor, *mentee)))
        .collect();
    let forwards = pairs.clone();
    pairs.reverse();

    let runs = join(app.given_run(&forwards), app.given_run(&pairs));
    let selections = mentors
        .iter()
        .flat_map(|mentor| batches.iter().map(|batch| select(&app, *mentor, batch)));
    let manual = mentees.iter().map(|mentee| {
        let pair = json!({ "mentor_id": mentors[0], "mentee_id": mentee, "reason": "now" });
        post(&app, admin, MATCHES, pair)
    });
    let (_, (selected, made)) =
        Box::pin(join(runs, join(join_all(selections), join_all(manual)))).await;

    let fine = |status| {
        matches!(
            status,
            StatusCode::OK | StatusCode::CREATED | StatusCode::CONFLICT
        )
    };
    assert!(selected.iter().chain(&made).all(|reply| fine(reply.status)));
    for mentor in &mentors {
        assert_eq!(app.places_taken(*mentor).await, 2);
    }
    assert_eq!((app.torn_requests().await, app.deadlocks().await), (0, 0));
}
