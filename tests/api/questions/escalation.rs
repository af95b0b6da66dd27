//! Meeting instead of writing: through the slots and the bookings that everybody uses.

use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::id::{QuestionId, UserId};
use tests::TestApp;

use super::{post, show, step, text, told};
use crate::{booking, starts};

fn booking_for(mentor: UserId, at: &str, question: QuestionId) -> Value {
    let mut body = booking(mentor, at);
    body["duration_minutes"] = json!(30);
    body["question_id"] = json!(question.to_string());
    body
}

#[tokio::test]
async fn the_next_free_times_are_those_that_can_be_booked_and_the_session_is_linked() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_open_mentor().await);
    let id = app.given_claimed_question(mentee, mentor).await;

    let escalated = step(&app, mentee, id, "escalate").await;

    assert_eq!(escalated.status, StatusCode::OK, "{}", escalated.text);
    let times: Vec<String> = escalated.data()["next_slots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slot| text(&slot["starts_at"]))
        .collect();
    let offered = starts(&app, Some(mentee), mentor, "duration_minutes=30").await;
    assert_eq!(times, offered[..5]);
    assert_eq!(told(&app, "escalated").await, [mentor.to_string()]);
    step(&app, mentor, id, "escalate").await;
    assert_eq!(told(&app, "escalated").await.len(), 1, "told once");
    let admin = app.given_admin().await;
    for (person, shown) in [(mentee, &times[..]), (mentor, &times[..]), (admin, &[][..])] {
        let seen = show(&app, person, id).await;
        assert_eq!(crate::texts(&seen.data()["next_slots"], "starts_at"), shown);
    }

    let booked = post(
        &app,
        mentee,
        "/api/sessions",
        booking_for(mentor, &times[0], id),
    )
    .await;
    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
    let seen = show(&app, mentor, id).await;
    assert_eq!(seen.data()["session_id"], booked.data()["id"]);
    assert_eq!(seen.data()["status"], "answered");
    assert_eq!(seen.data()["next_slots"], json!([]));
    assert_eq!(app.overlaps().await, 0);
}

#[tokio::test]
async fn a_session_is_linked_with_ones_own_escalated_question_only() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_open_mentor().await);
    let (stranger, other) = (app.given_mentee().await, app.given_open_mentor().await);
    let id = app.given_claimed_question(mentee, mentor).await;
    let at = "2026-03-03T10:00:00Z";

    let early = post(&app, mentee, "/api/sessions", booking_for(mentor, at, id)).await;
    assert_eq!(
        (early.status, early.code()),
        (StatusCode::BAD_REQUEST, "question_not_escalated")
    );
    step(&app, mentor, id, "escalate").await;
    assert_eq!(told(&app, "escalated").await, [mentee.to_string()]);
    for (who, with) in [(stranger, mentor), (mentee, other)] {
        let refused = post(&app, who, "/api/sessions", booking_for(with, at, id)).await;
        assert_eq!(refused.code(), "question_not_escalated", "{}", refused.text);
    }
    // A time that somebody else has taken leaves the question as it is.
    post(&app, stranger, "/api/sessions", booking(mentor, at)).await;
    let taken = post(&app, mentee, "/api/sessions", booking_for(mentor, at, id)).await;
    assert_eq!(
        (taken.status, taken.code()),
        (StatusCode::CONFLICT, "slot_taken")
    );
    assert_eq!(
        show(&app, mentee, id).await.data()["session_id"],
        json!(null)
    );
}
