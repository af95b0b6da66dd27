//! Airtable is down, slow, or asked too often; workers are killed.

use airtable_stand_in::{Fault, Setup as StandInSetup};
use jiff::SignedDuration;
use serde_json::json;
use shared::domain::id::UserId;
use tests::airtable::PATIENT;
use tests::{Setup, TestApp, api, kill_once};

async fn synced(app: &TestApp) -> UserId {
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    mentor
}

#[tokio::test]
async fn asked_too_often_everybody_rests_for_half_a_minute() {
    let app = TestApp::with_airtable().await;
    let mentor = synced(&app).await;
    app.edit_here(mentor, "bio", &json!("Patience")).await;
    app.airtable().fail(Fault::Busy);
    let event = app.sync_events().await.pop().unwrap();
    app.sync(&event).await.unwrap();
    app.airtable().fail(Fault::None);

    let before = app.airtable().questions();
    app.pass(SignedDuration::from_secs(29));
    app.wake_sync().await;
    app.settle_airtable().await;
    assert_eq!(app.airtable().questions(), before);
    assert_eq!(app.cell(mentor, "Bio"), json!(null));

    app.pass(SignedDuration::from_secs(2));
    app.wake_sync().await;
    app.settle_airtable().await;
    assert_eq!(app.cell(mentor, "Bio"), "Patience");
}

#[tokio::test]
async fn a_message_comes_again_when_airtable_is_down() {
    let app = TestApp::with_airtable().await;
    let mentor = synced(&app).await;
    app.edit_here(mentor, "bio", &json!("Later")).await;
    let event = app.sync_events().await.pop().unwrap();
    for fault in [Fault::Down, Fault::Garbage] {
        app.airtable().fail(fault);
        assert!(app.sync(&event).await.is_err(), "{fault:?}");
    }
    app.airtable().fail(Fault::None);
    app.settle_airtable().await;

    assert_eq!(app.cell(mentor, "Bio"), "Later");
}

#[tokio::test]
async fn an_answer_that_got_lost_makes_no_second_record() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.airtable().fail(Fault::AnswerLost);
    let event = app.sync_events().await.pop().unwrap();
    assert!(app.sync(&event).await.is_err());
    assert!(app.there(mentor).is_some());
    app.airtable().fail(Fault::None);
    app.settle_airtable().await;

    assert_eq!(app.airtable().records("People").len(), 1);
    assert_eq!(
        app.sync_status(mentor).await["airtable_sync_status"],
        "synced"
    );
}

#[tokio::test]
async fn a_worker_that_is_killed_leaves_nothing_undone() {
    let app = TestApp::with_airtable().await;
    let mentor = synced(&app).await;
    for (fault, bio) in [(Fault::Hang, "Not arrived"), (Fault::Silent, "Arrived")] {
        app.edit_here(mentor, "bio", &json!(bio)).await;
        app.airtable().fail(fault);
        let event = app.sync_events().await.pop().unwrap();
        let asked = app.airtable().questions();
        kill_once(app.sync(&event), || app.airtable().questions() > asked).await;
        app.airtable().fail(Fault::None);
        app.end_lease().await;
        app.settle_airtable().await;
        assert_eq!(app.cell(mentor, "Bio"), bio);
        assert_eq!(app.here(mentor, "bio").await, bio);
    }
    assert_eq!(app.airtable().records("People").len(), 1);
}

#[tokio::test]
async fn whoever_comes_while_another_works_leaves_word() {
    let app = TestApp::with_airtable().await;
    let mentor = synced(&app).await;
    app.edit_here(mentor, "bio", &json!("One")).await;
    let events = app.sync_events().await;
    let event = &events[0];
    let (first, second, third) = tokio::join!(app.sync(event), app.sync(event), app.sync(event));
    for done in [first, second, third] {
        done.unwrap();
    }
    app.settle_airtable().await;
    assert_eq!(app.cell(mentor, "Bio"), "One");
}

#[tokio::test]
async fn one_record_that_is_refused_does_not_hold_up_the_others() {
    let app = TestApp::with_airtable().await;
    let mut people = vec![synced(&app).await];
    for _ in 0..4 {
        people.push(app.given_mentee().await);
    }
    // Two records under one platform id: an upsert that finds both is refused.
    for _ in 0..2 {
        let cells = json!({ "Platform ID": people[4].to_string() });
        let _ = app.airtable().create("People", &cells);
    }
    app.airtable().forget_log();
    drop(app.airtable().take_pings());
    app.wake_sync().await;
    app.settle_airtable().await;

    for person in &people[..4] {
        assert_eq!(
            app.sync_status(*person).await["airtable_sync_status"],
            "synced"
        );
    }
    let status = app.sync_status(people[4]).await;
    assert_eq!(status["airtable_sync_status"], "error");
    assert_eq!(status["problem"], "INVALID_REQUEST_UNKNOWN");
}

#[tokio::test]
async fn all_workers_together_ask_no_more_than_five_times_a_second() {
    let setup = Setup {
        airtable: Some(StandInSetup {
            most_per_second: 5,
            ..PATIENT
        }),
        ..Setup::default()
    };
    let mut app = TestApp::with(api(), setup).await;
    app.set_airtable_pace(std::time::Duration::from_millis(250));
    for _ in 0..45 {
        app.given_mentee().await;
    }
    app.wake_sync().await;
    app.settle_airtable().await;

    // Who, which tables, which webhooks, one made, one page; five writes of ten.
    assert_eq!(app.airtable().records("People").len(), 45);
    assert!(app.airtable().questions() >= 10);
}
