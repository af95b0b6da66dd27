//! Mails: the right ones, to the right people, once.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use standalone::ses::Fault;

use crate::house::{House, Person, Plan, eventually};

/// Far from every change of clocks, and a Monday.
const NOW: &str = "2027-02-01T08:00:00Z";

/// A confirmed session on Tuesday at 10:00 in Berlin.
async fn booked(house: &House) -> (Person, Person, String) {
    house.state.clock.set(NOW.parse().unwrap());
    let mentor = house.newcomer("mona", "mentor", "Europe/Berlin").await;
    let mentee = house.newcomer("theo", "mentee", "America/New_York").await;
    let hours = json!({ "day_of_week": 3, "start_time": "10:00", "end_time": "12:00", "timezone": "Europe/Berlin", "is_recurring": true });
    let path = format!("/api/mentors/{}/availability", mentor.id);
    assert_eq!(
        house
            .ask(Method::POST, &path, Some(&mentor.token), Some(hours))
            .await
            .status,
        201
    );
    let body = json!({ "mentor_id": mentor.id, "scheduled_at": "2027-02-03T09:00:00Z", "topic": "pricing" });
    let asked = house
        .ask(
            Method::POST,
            "/api/sessions",
            Some(&mentee.token),
            Some(body),
        )
        .await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    let session = format!(
        "/api/sessions/{}",
        asked.body["data"]["id"].as_str().unwrap()
    );
    let accepted = house
        .ask(
            Method::PUT,
            &session,
            Some(&mentor.token),
            Some(json!({ "action": "accept" })),
        )
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    (mentor, mentee, session)
}

#[tokio::test]
async fn both_get_an_invitation_and_two_reminders_in_their_own_zones() {
    let house = House::start().await;
    let (mentor, mentee, _) = booked(&house).await;

    let to_mentor = house.mail_to(&mentor.email, "METHOD:REQUEST").await;
    let to_mentee = house.mail_to(&mentee.email, "METHOD:REQUEST").await;
    assert!(
        to_mentor.contains("Europe/Berlin") && to_mentor.contains("10:00"),
        "{to_mentor}"
    );
    assert!(
        to_mentee.contains("America/New_York") && to_mentee.contains("04:00"),
        "{to_mentee}"
    );

    let before = house.mailbox.mails().len();
    house
        .tick_at("2027-02-02T08:59:00Z", "reminders-cron")
        .await;
    assert_eq!(house.mailbox.mails().len(), before);
    house
        .tick_at("2027-02-02T09:00:00Z", "reminders-cron")
        .await;
    // In New York it is four in the morning: the mentee's rests until seven.
    assert_eq!(house.mailbox.mails().len(), before + 1);
    house
        .tick_at("2027-02-02T11:59:00Z", "reminders-cron")
        .await;
    assert_eq!(house.mailbox.mails().len(), before + 1);
    house
        .tick_at("2027-02-02T12:00:00Z", "reminders-cron")
        .await;
    assert_eq!(house.mailbox.mails().len(), before + 2);
    house
        .tick_at("2027-02-02T12:01:00Z", "reminders-cron")
        .await;
    assert_eq!(house.mailbox.mails().len(), before + 2);
    house
        .tick_at("2027-02-03T08:00:00Z", "reminders-cron")
        .await;
    assert_eq!(house.mailbox.mails().len(), before + 4);
    house.stop().await;
}

#[tokio::test]
async fn cancelling_sends_the_cancellation_and_stops_the_reminders() {
    let house = House::start().await;
    let (mentor, mentee, session) = booked(&house).await;
    house.mail_to(&mentee.email, "METHOD:REQUEST").await;

    let cancelled = house
        .ask(
            Method::DELETE,
            &session,
            Some(&mentor.token),
            Some(json!({ "reason": "ill" })),
        )
        .await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);

    let mail = house.mail_to(&mentee.email, "METHOD:CANCEL").await;
    assert!(
        mail.contains("STATUS:CANCELLED") && mail.contains("SEQUENCE:1"),
        "{mail}"
    );
    house.mail_to(&mentor.email, "METHOD:CANCEL").await;
    let before = house.mailbox.mails().len();
    house
        .tick_at("2027-02-02T09:00:00Z", "reminders-cron")
        .await;
    house
        .tick_at("2027-02-03T08:00:00Z", "reminders-cron")
        .await;
    assert_eq!(house.mailbox.mails().len(), before);
    house.stop().await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_so_by_mail_only() {
    let house = House::start().await;
    house.newcomer("mona", "mentee", "Europe/Berlin").await;
    let body = json!({
        "email": "mona@example.com", "password": "Other-Passw0rd!", "role": "mentor",
        "first_name": "Eve", "last_name": "Test", "timezone": "UTC",
    });

    let again = house.post("/api/auth/register", body).await;

    assert_eq!(again.status, 202);
    house.mail_to("mona@example.com", "already").await;
    house.stop().await;
}

#[tokio::test]
async fn a_message_that_is_delivered_three_times_sends_one_mail() {
    let house = House::with(Plan {
        works_queues: false,
        ..Plan::default()
    })
    .await;
    register(&house).await;
    let record = house.newest_event().await;

    for _ in 0..3 {
        email_worker::handle(house.state.clone(), record.clone())
            .await
            .unwrap();
    }

    assert_eq!(house.mails_to("kim@example.com").len(), 1);
    house.stop().await;
}

#[tokio::test]
async fn a_worker_killed_in_the_middle_sends_no_second_reminder() {
    let house = House::with(Plan {
        works_queues: false,
        ..Plan::default()
    })
    .await;
    let record = due_reminder(&house).await;
    let before = house.mailbox.mails().len();
    house.mailbox.set_fault(Fault::AcceptThenHang);

    let worker = tokio::spawn(email_worker::handle(house.state.clone(), record.clone()));
    eventually("the mail to be accepted", || async {
        (house.mailbox.mails().len() > before).then_some(())
    })
    .await;
    worker.abort();
    house.mailbox.set_fault(Fault::None);

    // While the dead worker's claim lasts, nobody touches the mail; afterwards it is given up.
    assert!(
        email_worker::handle(house.state.clone(), record.clone())
            .await
            .is_err()
    );
    house.database.as_ref().unwrap().end_mail_claims().await;
    email_worker::handle(house.state.clone(), record)
        .await
        .unwrap();
    assert_eq!(house.mailbox.mails().len(), before + 1);
    house.stop().await;
}

#[tokio::test]
async fn a_mail_that_the_service_throttles_is_sent_later() {
    let house = House::with(Plan {
        works_queues: false,
        ..Plan::default()
    })
    .await;
    register(&house).await;
    let record = house.newest_event().await;
    house.mailbox.set_fault(Fault::Throttle);
    assert!(
        email_worker::handle(house.state.clone(), record.clone())
            .await
            .is_err()
    );
    house.mailbox.set_fault(Fault::None);

    email_worker::handle(house.state.clone(), record)
        .await
        .unwrap();

    assert_eq!(house.mails_to("kim@example.com").len(), 1);
    house.stop().await;
}

async fn register(house: &House) {
    let body = json!({
        "email": "kim@example.com", "password": "Demo-Passw0rd!", "role": "mentee",
        "first_name": "Kim", "last_name": "Test", "timezone": "UTC",
    });
    assert_eq!(house.post("/api/auth/register", body).await.status, 202);
}

/// A reminder that is promised, of a session that was booked while the queue was worked on.
async fn due_reminder(house: &House) -> shared::domain::event::EventRecord {
    let worker = tokio::spawn(work(house.state.clone()));
    let (_, mentee, _) = booked(house).await;
    house.mail_to(&mentee.email, "METHOD:REQUEST").await;
    worker.abort();
    house
        .state
        .clock
        .set("2027-02-02T12:30:00Z".parse().unwrap());
    reminders_cron::fire(house.state.clone()).await.unwrap();
    house.newest_event().await
}

async fn work(state: shared::state::AppState) {
    loop {
        let done = standalone::consumers::work_once(
            &state,
            shared::queue::Queue::Email,
            Duration::from_secs(1),
        )
        .await;
        done.unwrap();
    }
}
