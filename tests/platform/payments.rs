//! A session with a price, through the real queues: held, refused, asked for again by mail, and taken.

use reqwest::Method;
use serde_json::{Value, json};
use standalone::payments::{EntryKind, Fault};

use crate::house::{House, Person, eventually};

/// Far from every change of clocks, and a Monday.
const NOW: &str = "2027-02-01T08:00:00Z";

async fn ask(house: &House, who: &Person, method: Method, path: &str, body: Value) -> Value {
    let answer = house.ask(method, path, Some(&who.token), Some(body)).await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
    answer.body["data"].clone()
}

/// A session on Wednesday at nine, which is paid with this card.
async fn booked(house: &House, card: &str) -> (Person, Person, String) {
    house.state.clock.set(NOW.parse().unwrap());
    let mentor = house.newcomer("mona", "mentor", "Europe/Berlin").await;
    let mentee = house.newcomer("theo", "mentee", "America/New_York").await;
    let own = format!("/api/mentors/{}", mentor.id);
    let hours = json!({ "day_of_week": 3, "start_time": "09:00", "end_time": "12:00", "timezone": "UTC", "is_recurring": true });
    ask(
        house,
        &mentor,
        Method::POST,
        &format!("{own}/availability"),
        hours,
    )
    .await;
    let offering = json!({
        "topic": "Pricing", "title": "Pricing review", "duration_minutes": 60, "price": 4500, "currency": "EUR",
    });
    let path = format!("{own}/offerings");
    let offering = ask(house, &mentor, Method::POST, &path, offering).await;
    let body = json!({
        "mentor_id": mentor.id, "scheduled_at": "2027-02-03T09:00:00Z", "offering_id": offering["id"],
        "payment_method": card,
    });
    let session = ask(house, &mentee, Method::POST, "/api/sessions", body).await;
    let path = format!("/api/sessions/{}", session["id"].as_str().unwrap());
    (mentor, mentee, path)
}

async fn wait_for(house: &House, who: &Person, session: &str, status: &str) {
    let path = format!("{session}/payment");
    eventually(status, || async {
        let answer = house.ask(Method::GET, &path, Some(&who.token), None).await;
        (answer.body["data"]["status"] == status).then_some(())
    })
    .await;
}

fn books(house: &House) -> Vec<EntryKind> {
    let entries = house.payments.entries().into_iter();
    entries.map(|entry| entry.kind).collect()
}

#[tokio::test]
async fn a_refused_card_is_told_by_mail_and_another_one_pays() {
    let house = House::start().await;
    let (mentor, mentee, session) = booked(&house, "pm_card_declined").await;

    let mail = house.mail_to(&mentee.email, "Payment refused").await;
    assert!(
        mail.contains("45.00 EUR") && mail.contains("choose another card"),
        "{mail}"
    );
    wait_for(&house, &mentee, &session, "failed").await;

    let card = json!({ "payment_method": "pm_card_ok" });
    ask(
        &house,
        &mentee,
        Method::POST,
        &format!("{session}/payment"),
        card,
    )
    .await;
    wait_for(&house, &mentor, &session, "authorized").await;
    ask(
        &house,
        &mentor,
        Method::PUT,
        &session,
        json!({ "action": "accept" }),
    )
    .await;
    house
        .state
        .clock
        .set("2027-02-03T10:00:00Z".parse().unwrap());
    let mentor = house.log_in(&mentor.email).await;
    ask(
        &house,
        &mentor,
        Method::PUT,
        &session,
        json!({ "action": "complete" }),
    )
    .await;
    wait_for(&house, &mentor, &session, "captured").await;

    assert_eq!(books(&house), [EntryKind::Authorized, EntryKind::Captured]);
    house.stop().await;
}

#[tokio::test]
async fn whose_bank_wants_to_hear_from_them_reads_so() {
    let house = House::start().await;
    let (_, mentee, session) = booked(&house, "pm_card_action").await;

    let mail = house.mail_to(&mentee.email, "Confirm your payment").await;

    assert!(mail.contains("wants to hear from you"), "{mail}");
    wait_for(&house, &mentee, &session, "pending").await;
    house.stop().await;
}

#[tokio::test]
async fn a_message_waits_for_a_provider_that_is_down() {
    let house = House::start().await;
    house.payments.fail(Fault::Down);
    let (_, mentee, session) = booked(&house, "pm_card_ok").await;
    eventually("a question", || async {
        (house.payments.questions() > 0).then_some(())
    })
    .await;
    wait_for(&house, &mentee, &session, "pending").await;

    house.payments.fail(Fault::None);
    // What the queue would do after three minutes.
    let event = house.newest_payment().await;
    payment_worker::handle(house.state.clone(), event)
        .await
        .unwrap();

    wait_for(&house, &mentee, &session, "authorized").await;
    assert_eq!(books(&house), [EntryKind::Authorized]);
    house.stop().await;
}
