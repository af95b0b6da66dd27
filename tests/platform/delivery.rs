//! From the mail service back to us: what it reports about mails goes through a queue.

use std::time::Duration;

use serde_json::json;
use shared::domain::notification::Suppression;
use shared::queue::Queue;
use shared::store::notification::find_suppression;
use standalone::consumers::work_once;

use crate::house::{House, Plan, eventually};

#[tokio::test]
async fn who_calls_a_mail_spam_is_left_alone() {
    let house = House::start().await;

    let zoe = house
        .newcomer("complaint+zoe", "mentee", "Europe/Berlin")
        .await;

    let person = zoe.id.parse().unwrap();
    let reason = eventually("the complaint", || async {
        let client = house.state.db.client().await.unwrap();
        find_suppression(&client, person).await.unwrap()
    })
    .await;
    assert_eq!(reason, Suppression::Complained);
    house.stop().await;
}

#[tokio::test]
async fn a_report_that_cannot_be_read_waits_for_a_person() {
    let plan = Plan {
        works_queues: false,
        ..Plan::default()
    };
    let house = House::with(plan).await;
    let sqs = house.state.relay.sqs().unwrap();
    let garbage = [json!({ "eventType": "Open" }), json!("no report")];
    sqs.send(Queue::Delivery, &garbage).await.unwrap();

    let received = work_once(&house.state, Queue::Delivery, Duration::from_secs(1)).await;

    assert_eq!(received.unwrap(), 2);
    assert_eq!(sqs.depth(Queue::Delivery).await.unwrap(), 0);
    assert_eq!(sqs.count_dead(Queue::Delivery).await.unwrap(), 2);
    house.stop().await;
}
