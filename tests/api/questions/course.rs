//! What time does to questions, whether or not a schedule has fired.

use http::StatusCode;
use serde_json::json;
use tests::TestApp;

use super::{QUESTIONS, fire, get, show, step, titles, told, write};

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
        (StatusCode::CONFLICT, "claim_lapsed")
    );
    assert_eq!(step(&app, second, id, "claim").await.status, StatusCode::OK);
    assert_eq!(told(&app, "lapsed").await, [first.to_string()]);
    assert_eq!(fire(&app).await, 0, "nothing is left to do");
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
