//! Messages that fail: those that may pass come again soon, those that cannot be read wait for a person.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use shared::queue::{Queue, Sqs};
use standalone::consumers::work_once;
use standalone::ses::Fault;

use tests::killed_after;

use crate::house::{House, Person, Plan};

const EMAIL: &str = "/api/admin/dead-letters/email";

/// A platform whose queues are worked on when the test says so, and an admin.
async fn given_house() -> (House, Person) {
    let plan = Plan {
        works_queues: false,
        ..Plan::default()
    };
    let house = House::with(plan).await;
    let admin = house.admin().await;
    (house, admin)
}

fn sqs(house: &House) -> &Sqs {
    house.state.relay.sqs().unwrap()
}

async fn register(house: &House) {
    let body = json!({
        "email": "kim@example.com", "password": "Demo-Passw0rd!", "role": "mentee",
        "first_name": "Kim", "last_name": "Test", "timezone": "UTC",
    });
    assert_eq!(house.post("/api/auth/register", body).await.status, 202);
}

async fn get(house: &House, admin: &Person, path: &str) -> Value {
    let answer = house.ask(Method::GET, path, Some(&admin.token), None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["data"].clone()
}

async fn replay(house: &House, admin: &Person, body: Value) -> Value {
    let path = format!("{EMAIL}/replay");
    let answer = house
        .ask(Method::POST, &path, Some(&admin.token), Some(body))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["data"].clone()
}

async fn work(house: &House, wait: u64) -> usize {
    let wait = Duration::from_secs(wait);
    work_once(&house.state, Queue::Email, wait).await.unwrap()
}

#[tokio::test]
async fn a_message_that_cannot_be_read_waits_for_a_person_and_is_never_lost() {
    let (house, admin) = given_house().await;
    let text = "no event: ada@example.com";
    // By way of the dead letters it gets into the queue itself.
    sqs(&house)
        .put_aside(Queue::Email, text.to_owned())
        .await
        .unwrap();
    assert_eq!(replay(&house, &admin, json!({})).await["replayed"], 1);

    assert_eq!(work(&house, 2).await, 1);

    let queues = get(&house, &admin, "/api/admin/dead-letters").await;
    let email = queues.as_array().unwrap().iter();
    let email = email.clone().find(|queue| queue["queue"] == "email");
    assert_eq!(email.unwrap()["dead_letters"], 1, "{queues}");
    for _ in 0..2 {
        let letters = get(&house, &admin, EMAIL).await;
        assert_eq!(letters.as_array().unwrap().len(), 1);
        assert_eq!(letters[0]["bytes"], text.len());
        assert_eq!(letters[0]["event_type"], Value::Null);
        assert!(!letters.to_string().contains("ada"), "{letters}");
    }
    house.stop().await;
}

#[tokio::test]
async fn a_dead_letter_is_sent_back_alone_and_twice_is_harmless() {
    let (house, admin) = given_house().await;
    register(&house).await;
    let record = house.newest_event().await;
    let body = serde_json::to_string(&record).unwrap();
    for body in [body, "no event".to_owned()] {
        sqs(&house).put_aside(Queue::Email, body).await.unwrap();
    }
    // What the platform has sent itself is out of the way.
    while work(&house, 1).await > 0 {}
    let letters = get(&house, &admin, EMAIL).await;
    let readable = letters.as_array().unwrap().iter();
    let readable = readable
        .clone()
        .find(|letter| letter["event_id"] == record.id.to_string());
    let readable = readable.unwrap();
    assert_eq!(readable["event_type"], "user.registered");

    let back = replay(
        &house,
        &admin,
        json!({ "message_ids": [readable["message_id"]] }),
    )
    .await;

    assert_eq!((&back["replayed"], &back["left"]), (&1.into(), &1.into()));
    assert_eq!(work(&house, 2).await, 1);
    assert_eq!(house.mails_to("kim@example.com").len(), 1);
    assert_eq!(
        get(&house, &admin, EMAIL).await.as_array().unwrap().len(),
        1
    );
    house.stop().await;
}

#[tokio::test]
async fn a_message_that_fails_for_a_while_comes_again_soon() {
    let (house, _) = given_house().await;
    house.mailbox.set_fault(Fault::Throttle);
    register(&house).await;
    assert_eq!(work(&house, 2).await, 1);
    let failed = Instant::now();
    house.mailbox.set_fault(Fault::None);

    while house.mails_to("kim@example.com").is_empty() {
        work(&house, 1).await;
        assert!(failed.elapsed() < Duration::from_secs(30));
    }

    assert!(failed.elapsed() > Duration::from_millis(1500), "it rested");
    house.stop().await;
}

#[tokio::test]
async fn sending_back_that_is_cut_off_at_any_step_loses_nothing() {
    let (house, _) = given_house().await;
    register(&house).await;
    let record = house.newest_event().await;
    let body = serde_json::to_string(&record).unwrap();
    while work(&house, 1).await > 0 {}
    let (mut put, mut is_whole) = (0, false);
    while !is_whole {
        sqs(&house)
            .put_aside(Queue::Email, body.clone())
            .await
            .unwrap();
        is_whole = killed_after(put, sqs(&house).replay(Queue::Email, None))
            .await
            .is_some();
        put += 1;

        let dead = sqs(&house).count_dead(Queue::Email).await.unwrap();
        let back = sqs(&house).depth(Queue::Email).await.unwrap();
        assert!(dead + back >= u64::from(put), "cut off after {put} steps");
    }
    assert!(put > 3, "it took {put} steps only");

    while work(&house, 1).await > 0 {}
    assert_eq!(house.mails_to("kim@example.com").len(), 1);
    house.stop().await;
}
