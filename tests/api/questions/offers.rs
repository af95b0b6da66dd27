//! Questions that nobody claims are offered once to the mentors whom they fit best.

use futures_util::future::join;
use http::StatusCode;
use tests::TestApp;

use super::{fire, given_expert, step, told, write};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_offered_once_to_the_best_though_two_schedules_fire_at_once() {
    let app = TestApp::whole().await;
    app.at("2026-03-02T10:00:00Z");
    let mentee = app.given_mentee().await;
    let mut experts = Vec::new();
    for _ in 0..7 {
        experts.push(given_expert(&app, &["Hiring engineers"], "I like to help.").await);
        given_expert(&app, &["Lighthouses"], "I like to help.").await;
    }
    let id = app.given_question(mentee, "How do I hire engineers?").await;
    app.at("2026-03-03T09:50:00Z");
    assert_eq!(fire(&app).await, 0);

    app.at("2026-03-03T10:10:00Z");
    let (one, other) = join(fire(&app), fire(&app)).await;

    assert_eq!(one + other, 1);
    let mut offered = told(&app, "offered").await;
    offered.sort_unstable();
    let mut best: Vec<String> = experts[..5].iter().map(ToString::to_string).collect();
    best.sort_unstable();
    assert_eq!(
        offered, best,
        "the five who fit best, by id where they fit alike"
    );
    assert_eq!(app.stored_question(id).await.offer_at, None);
    app.at("2026-03-05T10:00:00Z");
    assert_eq!(fire(&app).await, 0);
}

#[tokio::test]
async fn what_was_claimed_or_is_of_somebody_who_paused_is_not_offered() {
    let app = TestApp::whole().await;
    app.at("2026-03-02T10:00:00Z");
    let (mentee, suspended) = (app.given_mentee().await, app.given_mentee().await);
    let mentor = given_expert(&app, &["Hiring engineers"], "I like to help.").await;
    let claimed = app.given_question(mentee, "How do I hire engineers?").await;
    app.given_question(suspended, "How do I hire engineers?")
        .await;
    app.given_suspension(suspended).await;
    app.at("2026-03-03T09:30:00Z");
    assert_eq!(
        step(&app, mentor, claimed, "claim").await.status,
        StatusCode::OK
    );

    app.at("2026-03-03T10:10:00Z");
    assert_eq!(fire(&app).await, 0);
    // It came back at 10:30, and waits a day from then on.
    app.at("2026-03-04T10:20:00Z");
    assert_eq!(fire(&app).await, 1, "the lapse");
    assert!(told(&app, "offered").await.is_empty());
    app.at("2026-03-04T10:40:00Z");
    assert_eq!(fire(&app).await, 1);
    assert_eq!(told(&app, "offered").await, [mentor.to_string()]);
}

#[tokio::test]
async fn the_mail_of_an_offer_is_dropped_once_somebody_has_it() {
    let app = TestApp::whole().await;
    app.at("2026-03-02T10:00:00Z");
    let mentee = app.given_mentee().await;
    let first = given_expert(&app, &["Hiring engineers"], "I like to help.").await;
    let second = given_expert(&app, &["Hiring engineers"], "I like to help.").await;
    let post = app.given_mail_service().await;
    let id = app.given_question(mentee, "How do I hire engineers?").await;
    app.at("2026-03-03T12:00:00Z");
    fire(&app).await;
    let offers = app.promised_mails().await;
    assert_eq!(offers.len(), 2);

    post.deliver(&offers[0]).await.unwrap();
    step(&app, first, id, "claim").await;
    post.deliver(&offers[1]).await.unwrap();

    assert_eq!(post.mails_to(first).len() + post.mails_to(second).len(), 1);
}

#[tokio::test]
async fn what_fits_nobody_is_offered_once_somebody_comes_whom_it_fits() {
    let app = TestApp::whole().await;
    app.at("2026-03-02T10:00:00Z");
    let mentee = app.given_mentee().await;
    given_expert(&app, &["Lighthouses"], "I like to help.").await;
    app.given_question(mentee, "How do I hire engineers?").await;
    app.at("2026-03-03T10:10:00Z");
    fire(&app).await;
    assert!(told(&app, "offered").await.is_empty());

    let mentor = given_expert(&app, &["Hiring engineers"], "I like to help.").await;
    app.at("2026-03-04T10:00:00Z");
    assert_eq!(fire(&app).await, 0);
    app.at("2026-03-04T10:20:00Z");
    fire(&app).await;
    assert_eq!(told(&app, "offered").await, [mentor.to_string()]);
}

#[tokio::test]
async fn nobody_is_offered_more_than_five_at_once() {
    let app = TestApp::whole().await;
    app.at("2026-03-02T10:00:00Z");
    let best = given_expert(&app, &["Hiring engineers"], "I have hired many.").await;
    for _ in 0..8 {
        let mentee = app.given_mentee().await;
        app.given_question(mentee, "How do I hire engineers?").await;
    }
    app.at("2026-03-03T10:10:00Z");
    fire(&app).await;
    assert_eq!(told(&app, "offered").await, vec![best.to_string(); 5]);

    // The others are tried again a day later.
    app.at("2026-03-04T10:20:00Z");
    fire(&app).await;
    assert_eq!(told(&app, "offered").await.len(), 8);
}

#[tokio::test]
async fn whom_its_asker_turned_away_is_not_offered_it() {
    let app = TestApp::whole().await;
    app.at("2026-03-02T10:00:00Z");
    let mentee = app.given_mentee().await;
    let first = given_expert(&app, &["Hiring engineers"], "I like to help.").await;
    let second = given_expert(&app, &["Hiring engineers"], "I like to help.").await;
    let id = app.given_question(mentee, "How do I hire engineers?").await;
    step(&app, first, id, "claim").await;
    write(&app, first, id, "Ask around.").await;
    step(&app, mentee, id, "release").await;

    app.at("2026-03-03T10:10:00Z");
    fire(&app).await;

    assert_eq!(told(&app, "offered").await, [second.to_string()]);
}
