//! What time does to questions, whether or not a schedule has fired.

use http::StatusCode;
use serde_json::json;
use shared::domain::user::Role;
use tests::TestApp;

use super::{QUESTIONS, fire, get, post, show, step, text, titles, told, write};

#[tokio::test]
async fn a_claim_lapses_without_any_schedule() {
    let app = TestApp::whole().await;
    let (mentee, first) = (app.given_mentee().await, app.given_mentor().await);
    let second = app.given_mentor().await;
    app.at("2026-03-02T10:00:00Z");
    let id = app.given_claimed_question(mentee, first).await;
    assert_eq!(get(&app, second, QUESTIONS).await.data(), &json!([]));

    app.at("2026-03-02T11:10:00Z");

    assert_eq!(show(&app, mentee, id).await.data()["status"], "open");
    assert_eq!(titles(&get(&app, second, QUESTIONS).await).len(), 1);
    let mine = format!("{QUESTIONS}?status=open");
    assert_eq!(titles(&get(&app, mentee, &mine).await).len(), 1);
    let claimed = format!("{QUESTIONS}?status=claimed");
    assert_eq!(get(&app, first, &claimed).await.data(), &json!([]));
    let late = write(&app, first, id, "Too late").await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "question_not_claimed")
    );
    assert_eq!(step(&app, second, id, "claim").await.status, StatusCode::OK);
    assert_eq!(told(&app, "lapsed").await, [first.to_string()]);
    assert_eq!(fire(&app).await, 0, "nothing is left to do");
}

#[tokio::test]
async fn whoever_lost_a_claim_hears_the_same_before_and_after_the_schedule() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let other = app.given_mentor().await;
    app.at("2026-03-02T10:00:00Z");
    let id = app.given_claimed_question(mentee, mentor).await;
    app.at("2026-03-02T11:10:00Z");
    let tries = async || {
        let mut heard = Vec::new();
        for person in [mentor, other] {
            heard.push(write(&app, person, id, "Too late").await);
            heard.push(step(&app, person, id, "release").await);
            heard.push(step(&app, person, id, "escalate").await);
        }
        let heard = heard.iter();
        heard
            .map(|reply| (reply.status, text(&reply.body["errors"][0]["code"])))
            .collect::<Vec<_>>()
    };

    let before = tries().await;
    assert_eq!(fire(&app).await, 1);
    let after = tries().await;

    let expected = (StatusCode::CONFLICT, "question_not_claimed".to_owned());
    assert_eq!(before, vec![expected; 6]);
    assert_eq!(after, before);
}

#[tokio::test]
async fn the_schedule_writes_down_what_time_has_done_and_tells_people_once() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    app.at("2026-03-02T10:00:00Z");
    let lapsing = app.given_claimed_question(mentee, mentor).await;
    app.given_answered_question(mentee, mentor).await;
    app.given_question(mentee, "How do I hire?").await;

    app.at("2026-03-02T11:10:00Z");
    assert_eq!((fire(&app).await, fire(&app).await), (1, 0));
    assert_eq!(told(&app, "returned").await, [mentee.to_string()]);
    let stored = app.stored_question(lapsing).await;
    assert_eq!(stored.mentor_id, None);

    app.at("2026-03-09T10:20:00Z");
    fire(&app).await;
    assert_eq!(told(&app, "completed").await, [mentor.to_string()]);
    assert_eq!(told(&app, "closed").await, [mentee.to_string()]);
    assert_eq!(told(&app, "expired").await, [mentee.to_string()]);
    app.at("2026-03-09T11:20:00Z");
    fire(&app).await;
    assert_eq!(
        told(&app, "expired").await.len(),
        2,
        "a week after it came back"
    );
    assert_eq!(fire(&app).await, 0);
}

#[tokio::test]
async fn people_hear_of_a_question_by_mail_and_in_the_app_without_its_text() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let post = app.given_mail_service().await;
    app.at("2026-03-02T10:00:00Z");
    let id = app.given_question(mentee, "How do I price a pilot?").await;
    step(&app, mentor, id, "claim").await;
    write(&app, mentor, id, "A secret about pricing").await;

    for record in app.promised_mails().await {
        post.deliver(&record).await.unwrap();
    }

    // Who has answered by then is not announced as somebody who will.
    let mails = post.mails_to(mentee);
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(
        mails[0].contains("has answered: How do I price a pilot?"),
        "{}",
        mails[0]
    );
    assert!(!mails[0].contains("secret"), "{}", mails[0]);
    let inbox = get(&app, mentee, "/api/notifications").await;
    assert_eq!(
        inbox.data()[0]["path"],
        format!("/questions/{id}"),
        "{}",
        inbox.text
    );
}

#[tokio::test]
async fn whoever_asked_hears_that_an_answer_can_be_rated_unless_they_have() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let service = app.given_mail_service().await;
    app.at("2026-03-02T10:00:00Z");
    app.given_answered_question(mentee, mentor).await;
    let rated = app.given_answered_question(mentee, mentor).await;
    app.at("2026-03-09T10:10:00Z");
    fire(&app).await;
    app.given_login(mentee, Role::Mentee).await;
    let path = format!("{QUESTIONS}/{rated}/rating");
    let stars = post(&app, mentee, &path, json!({ "rating": 5 })).await;
    assert_eq!(stars.status, StatusCode::OK, "{}", stars.text);

    service.deliver_from(&app, 0).await;

    let mails = service.mails_to(mentee);
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].contains("How was the answer?"), "{}", mails[0]);
}

#[tokio::test]
async fn a_rating_is_told_while_it_counts() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let (admin, service) = (app.given_admin().await, app.given_mail_service().await);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let id = app.given_answered_question(mentee, mentor).await;
        step(&app, mentee, id, "complete").await;
        let path = format!("{QUESTIONS}/{id}/rating");
        post(&app, mentee, &path, json!({ "rating": 5 })).await;
        ids.push(id);
    }
    let (path, reason) = (
        format!("{QUESTIONS}/{}", ids[0]),
        json!({ "reason": "It advertises." }),
    );
    app.ask(Some(admin), http::Method::DELETE, &path, Some(&reason))
        .await;

    service.deliver_from(&app, 0).await;

    let mails = service.mails_to(mentor);
    let about = mails
        .iter()
        .filter(|mail| mail.contains("5 stars for your answer"));
    assert_eq!(about.count(), 1, "{mails:?}");
    let removed = mails.iter().find(|mail| mail.contains("It advertises."));
    assert!(!removed.unwrap().contains(&ids[0].to_string()), "{mails:?}");
}
