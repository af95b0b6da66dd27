//! People, and time, that act at the same moment.

use futures_util::future::{join, join_all};
use http::StatusCode;
use tests::{Setup, TestApp, api};

use super::{fire, show, step, told, write};

async fn busy_app() -> TestApp {
    let setup = Setup {
        connections: 24,
        ..Setup::default()
    };
    TestApp::with(api(), setup).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_mentors_who_claim_one_question_one_wins() {
    let app = busy_app().await;
    let mentee = app.given_mentee().await;
    let mentors = join_all((0..200).map(|_| app.given_mentor())).await;
    let id = app.given_question(mentee, "How do I hire?").await;

    let replies = join_all(
        mentors
            .iter()
            .map(|mentor| step(&app, *mentor, id, "claim")),
    )
    .await;

    let won: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(won.len(), 1);
    let lost = replies.iter().filter(|reply| reply.status != 200);
    for reply in lost {
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::CONFLICT, "question_taken")
        );
    }
    let winner = app.stored_question(id).await.mentor_id.unwrap();
    assert_eq!(won[0].data()["mentor_id"], winner.to_string());
    assert_eq!(told(&app, "claimed").await, [mentee.to_string()]);
    assert_eq!(app.deadlocks().await, 0);
}

/// Around the end of the hour the mentor answers, the schedule fires twice, and another mentor claims.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lapsing_and_answering_at_once_ends_in_one_of_both() {
    let app = busy_app().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let other = app.given_mentor().await;
    for round in 0..12 {
        let at = |minute: u32| format!("2026-03-{:02}T{:02}:{minute:02}:00Z", 3 + round, 9);
        app.at(&at(0));
        let id = app.given_claimed_question(mentee, mentor).await;
        let before = told(&app, "lapsed").await.len();
        // Half of the rounds are early: then the claim still stands.
        let is_over = round % 2 == 0;
        app.at(&if is_over {
            format!("2026-03-{:02}T10:05:00Z", 3 + round)
        } else {
            at(50)
        });

        let answering = write(&app, mentor, id, "Ask what it saves them.");
        let firing = join(fire(&app), fire(&app));
        let claiming = step(&app, other, id, "claim");
        let ((answered, claimed), _) = join(
            join(Box::pin(answering), Box::pin(claiming)),
            Box::pin(firing),
        )
        .await;

        let stored = app.stored_question(id).await;
        let seen = show(&app, mentee, id).await;
        let answers = seen.data()["answers"].as_array().unwrap().len();
        if is_over {
            assert_ne!(answered.status, StatusCode::CREATED, "the hour is over");
            assert_eq!(claimed.status, StatusCode::OK, "{}", claimed.text);
            assert_eq!((stored.mentor_id, answers), (Some(other), 0));
            assert_eq!(told(&app, "lapsed").await.len(), before + 1, "told once");
            step(&app, other, id, "release").await;
        } else {
            assert_eq!(answered.status, StatusCode::CREATED, "{}", answered.text);
            assert_eq!(claimed.code(), "question_taken");
            assert_eq!((stored.mentor_id, answers), (Some(mentor), 1));
            assert_eq!(told(&app, "lapsed").await.len(), before);
        }
        app.given_no_questions().await;
    }
    assert_eq!(app.deadlocks().await, 0);
}
