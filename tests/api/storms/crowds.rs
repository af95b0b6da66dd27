//! Crowds of bookers.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Dice, Hours, Reply, TestApp};

use super::{busy_app, count, path_of};
use crate::{booking, starts};

const TUESDAY: &str = "from=2026-03-03T00:00:00Z&to=2026-03-04T00:00:00Z";

async fn ask_for(app: &TestApp, mentee: UserId, mentor: UserId, at: &str, length: Value) -> Reply {
    let mut body = booking(mentor, at);
    body.as_object_mut()
        .unwrap()
        .extend(length.as_object().unwrap().clone());
    app.ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
        .await
}

/// Nothing overlaps, nobody is held for nothing, and no deadlock had to be broken up.
async fn assert_sound(app: &TestApp, buffer: u32) {
    assert_eq!(app.overlaps().await, 0);
    assert_eq!(app.closer_than(buffer).await, 0);
    assert_eq!(app.idle_holds().await, 0);
    assert_eq!(app.deadlocks().await, 0);
}

fn quarter(number: usize) -> String {
    format!("2026-03-03T{:02}:{:02}:00Z", number / 4, number % 4 * 15)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lengths_and_offerings_that_overlap_are_booked_side_by_side() {
    let app = busy_app().await;
    let mentor = app.given_open_mentor().await;
    let rules = json!({ "step_minutes": 15, "buffer_minutes": 10 });
    app.patch_as(mentor, "/api/users/me", &rules).await;
    let mut lengths: Vec<Value> = [30, 45, 60, 120]
        .map(|minutes| json!({ "duration_minutes": minutes }))
        .into();
    for minutes in [30, 90] {
        let offering = json!({
            "topic": "Pricing", "title": "A review", "duration_minutes": minutes, "price": 0, "currency": "EUR",
        });
        let path = format!("/api/mentors/{mentor}/offerings");
        let (_, made) = app.post_as(mentor, &path, &offering).await;
        lengths.push(json!({ "offering_id": made["data"]["id"] }));
    }
    let mentees = join_all((0..12).map(|_| app.given_mentee())).await;

    let attempts = (0..216).map(|n| {
        let (app, mentee, length) = (&app, mentees[n % 12], lengths[n % lengths.len()].clone());
        async move { ask_for(app, mentee, mentor, &quarter(36 + n * 5 % 12), length).await }
    });
    let replies = join_all(attempts).await;

    let booked = count(&replies, StatusCode::CREATED);
    assert!((1..=6).contains(&booked), "{booked} within three hours");
    assert_eq!(booked + count(&replies, StatusCode::CONFLICT), 216);
    // What is still shown leaves the gaps that what was booked needs.
    for at in starts(&app, Some(mentees[0]), mentor, TUESDAY).await {
        let last = ask_for(&app, mentees[0], mentor, &at, json!({})).await;
        if last.status == StatusCode::CREATED {
            app.delete_as(mentees[0], &path_of(&last)).await;
        }
        assert_eq!(last.status, StatusCode::CREATED, "{at}: {}", last.text);
    }
    assert_sound(&app, 10).await;
}

/// What one client of the crowd does: book and, now and then, call off.
async fn book_at_random(app: &TestApp, people: (&[UserId], &[UserId]), seed: u64) -> [usize; 3] {
    let mut dice = Dice::new(seed);
    let [mut booked, mut refused, mut called_off] = [0; 3];
    for _ in 0..60 {
        let (mentor, mentee) = (*dice.pick(people.0), *dice.pick(people.1));
        let at = quarter(32 + dice.below(40));
        let reply = ask_for(app, mentee, mentor, &at, json!({ "duration_minutes": 30 })).await;
        match reply.status {
            StatusCode::CREATED => booked += 1,
            StatusCode::CONFLICT => refused += 1,
            _ => panic!("{seed}: {}", reply.text),
        }
        if reply.status == StatusCode::CREATED && dice.below(3) == 0 {
            let (status, answer) = app.delete_as(mentee, &path_of(&reply)).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            called_off += 1;
        }
    }
    [booked, refused, called_off]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_book_at_random_and_nothing_overlaps() {
    let app = busy_app().await;
    let mentors = join_all((0..5).map(|_| app.given_mentor())).await;
    for (number, mentor) in mentors.iter().enumerate() {
        app.given_hours(*mentor, Hours(&[2], "08:00", "18:30", "UTC"))
            .await;
        let rules = json!({ "step_minutes": 15, "buffer_minutes": number % 2 * 5 });
        app.patch_as(*mentor, "/api/users/me", &rules).await;
    }
    let mentees = join_all((0..20).map(|_| app.given_mentee())).await;

    let clients = (0..64).map(|seed| book_at_random(&app, (&mentors, &mentees), seed));
    let done = join_all(clients).await;

    let sum = |index: usize| done.iter().map(|counts| counts[index]).sum::<usize>();
    let [booked, refused, called_off] = [0, 1, 2].map(sum);
    assert_eq!(booked + refused, 64 * 60);
    assert!(booked > 80 && called_off > 20, "{booked} {called_off}");
    assert_sound(&app, 0).await;
}
