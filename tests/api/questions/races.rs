//! People, and time, that act at the same moment.

use futures_util::future::{join, join_all};
use http::StatusCode;
use jiff::SignedDuration;
use tests::{Reply, Setup, TestApp, api};

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

/// At the very end of the hour the mentor answers, the schedule fires twice, and another mentor claims: whoever comes
/// first decides, and all of it fits together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lapsing_and_answering_at_once_ends_in_one_of_both() {
    let app = busy_app().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let other = app.given_mentor().await;
    let (mut kept, mut lost) = (0, 0);
    // How long before the end, in milliseconds: the first one is safe, the last one is over.
    for (day, lead) in (3..).zip([60_000, 200, 50, 30, 20, 15, 10, 8, 6, 4, 2, 0]) {
        app.at(&format!("2026-03-{day:02}T09:00:00Z"));
        let id = app.given_claimed_question(mentee, mentor).await;
        let end = app.stored_question(id).await.holds_until.unwrap();
        let before = told(&app, "lapsed").await.len();
        app.at(&(end - SignedDuration::from_millis(lead)).to_string());

        let answering = write(&app, mentor, id, "Ask what it saves them.");
        let claiming = step(&app, other, id, "claim");
        let firing = join(fire(&app), fire(&app));
        let acting = join(Box::pin(answering), Box::pin(claiming));
        let ((answered, claimed), _) = join(acting, Box::pin(firing)).await;

        // Whatever lapsed and was not claimed is written down by now.
        app.at(&(end + SignedDuration::from_secs(60)).to_string());
        fire(&app).await;
        let stored = app.stored_question(id).await;
        let lapses = told(&app, "lapsed").await.len() - before;
        let answers = show(&app, mentee, id).await.data()["answers"].clone();
        let answers = answers.as_array().unwrap().len();
        let outcome = (said(&answered), said(&claimed));
        match outcome {
            ((201, _), (409, "question_taken")) => {
                assert_eq!((stored.mentor_id, answers, lapses), (Some(mentor), 1, 0));
                kept += 1;
            }
            // The answer came too late, or found another mentor in its place.
            ((409, "question_not_claimed") | (404, "not_found"), (200, _)) => {
                assert_eq!((stored.mentor_id, answers, lapses), (Some(other), 0, 1));
                lost += 1;
            }
            // The other mentor came before the end, the answer after it.
            ((409, "question_not_claimed"), (409, "question_taken")) => {
                assert_eq!((stored.mentor_id, answers, lapses), (None, 0, 1));
                lost += 1;
            }
            torn => panic!("{lead} ms before the end: {torn:?}"),
        }
        app.given_no_questions().await;
    }
    assert!(kept > 0 && lost > 0, "{kept} kept, {lost} lost");
    assert_eq!(app.deadlocks().await, 0);
}

/// What an answer says: its status, and why it is no success.
fn said(reply: &Reply) -> (u16, &str) {
    let why = reply.body["errors"][0]["code"].as_str();
    (reply.status.as_u16(), why.unwrap_or_default())
}
