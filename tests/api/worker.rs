//! A batch of messages and a worker with little time: what is not done comes again, and nothing else.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsEvent, SqsMessage};
use shared::domain::event::EventRecord;
use shared::domain::user::Role;
use shared::state::AppState;
use shared::worker::{WorkError, run_batch};
use tests::TestApp;

/// More than any of these batches needs.
const PLENTY: Duration = Duration::from_secs(30);

/// Half a second more than a worker keeps for saying what is left.
const LITTLE: Duration = Duration::from_millis(2_500);

/// A batch of that many messages, named by their places.
async fn given_batch(app: &TestApp, count: usize) -> SqsEvent {
    let event = shared::domain::event::Event::MentorApproved {
        user_id: app.given_account("ada@example.com", Role::Mentor).await,
    };
    let record = EventRecord {
        id: app.clock.id(),
        at: app.clock.now(),
        request_id: None,
        trace_id: None,
        event,
    };
    let mut batch = SqsEvent::default();
    for place in 0..count {
        let mut message = SqsMessage::default();
        message.message_id = Some(place.to_string());
        message.body = Some(serde_json::to_string(&record).unwrap());
        batch.records.push(message);
    }
    batch
}

/// Lets a worker act on a batch; gives the messages that come again.
async fn left_by<F>(
    app: &TestApp,
    batch: SqsEvent,
    time: Duration,
    work: impl Fn(usize) -> F,
) -> Vec<String>
where
    F: Future<Output = Result<(), WorkError>>,
{
    let begun = AtomicUsize::new(0);
    let handle = |_: AppState, _: EventRecord| work(begun.fetch_add(1, Ordering::SeqCst));
    let response = run_batch(&app.state, batch, time, handle).await;
    let failures = response.batch_item_failures.into_iter();
    failures.map(|failure| failure.item_identifier).collect()
}

#[tokio::test]
async fn a_worker_stops_before_it_is_stopped() {
    let app = TestApp::whole().await;
    let batch = given_batch(&app, 4).await;
    let begun = AtomicUsize::new(0);

    let left = left_by(&app, batch, LITTLE, |place| {
        begun.store(place + 1, Ordering::SeqCst);
        async move {
            if place == 1 {
                pending::<()>().await;
            }
            Ok(())
        }
    });

    assert_eq!(left.await, ["1", "2", "3"]);
    assert_eq!(
        begun.into_inner(),
        2,
        "what cannot be finished is not begun"
    );
}

#[tokio::test]
async fn a_worker_without_time_touches_nothing() {
    let app = TestApp::whole().await;
    let batch = given_batch(&app, 2).await;
    let left = left_by(&app, batch, Duration::ZERO, async |_| {
        panic!("it has begun")
    });
    assert_eq!(left.await, ["0", "1"]);
}

#[tokio::test]
async fn a_message_that_makes_a_worker_panic_fails_alone() {
    let app = TestApp::whole().await;
    let batch = given_batch(&app, 3).await;
    let left = left_by(&app, batch, PLENTY, async |place| {
        assert_ne!(place, 1, "this one is poison");
        Ok(())
    });
    assert_eq!(left.await, ["1"]);
}
