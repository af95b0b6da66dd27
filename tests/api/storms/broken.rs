//! A storm during which connections to the database break at random moments, also between COMMIT and its answer.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::id::UserId;
use tests::{Dice, Hours, Lossy, Reply, TestApp, api};

use super::busy_app;
use crate::booking;

/// What somebody was told about a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    Booked(String),
    Refused,
    Unclear,
}

/// A booking that can be asked for again; its key is its topic.
#[derive(Clone, Debug)]
struct Wish {
    key: String,
    mentor: UserId,
    mentee: UserId,
    at: String,
}

impl Wish {
    fn random(key: String, (mentors, mentees): (&[UserId], &[UserId]), dice: &mut Dice) -> Self {
        let quarter = 32 + dice.below(40);
        Self {
            key,
            mentor: *dice.pick(mentors),
            mentee: *dice.pick(mentees),
            at: format!(
                "2026-03-{:02}T{:02}:{:02}:00Z",
                3 + dice.below(4),
                quarter / 4,
                quarter % 4 * 15
            ),
        }
    }

    /// Asks for it; on a way on which the answer may get lost, if there is one.
    async fn ask(&self, app: &TestApp, way: Option<&Lossy>) -> Reply {
        let mut body = booking(self.mentor, &self.at);
        body["topic"] = json!(self.key);
        body["duration_minutes"] = json!(30);
        let call = app
            .call(Method::POST, "/api/sessions")
            .by(self.mentee)
            .await;
        let call = call.header("idempotency-key", &self.key).json(&body);
        match way {
            Some(way) => call.on(&way.router).send().await,
            None => call.send().await,
        }
    }
}

fn told(reply: &Reply) -> Told {
    match reply.status {
        StatusCode::CREATED => Told::Booked(reply.data()["id"].to_string()),
        StatusCode::CONFLICT if reply.code() == "idempotency_in_progress" => Told::Unclear,
        StatusCode::CONFLICT => Told::Refused,
        StatusCode::SERVICE_UNAVAILABLE => Told::Unclear,
        _ => panic!("{}", reply.text),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_exists_and_what_was_refused_does_not() {
    let app = busy_app().await;
    let mentors = join_all((0..5).map(|_| app.given_mentor())).await;
    for mentor in &mentors {
        app.given_hours(*mentor, Hours(&[2, 3, 4, 5], "08:00", "18:30", "UTC"))
            .await;
        let step = json!({ "step_minutes": 15 });
        app.patch_as(*mentor, "/api/users/me", &step).await;
    }
    let mentees = join_all((0..20).map(|_| app.given_mentee())).await;

    let way = app.given_lossy_way(api(), 20).await;
    let havoc = app.given_havoc(Duration::from_millis(10)).await;
    let clients = (0..32_u64).map(|client| {
        let (app, way, people) = (&app, &way, (&mentors[..], &mentees[..]));
        async move {
            let mut dice = Dice::new(client);
            let mut told_so_far = Vec::new();
            for number in 0..20 {
                let key = format!("wish-{client}-{number}");
                let wish = Wish::random(key, people, &mut dice);
                let reply = wish.ask(app, Some(way)).await;
                told_so_far.push((wish, told(&reply)));
            }
            told_so_far
        }
    });
    let wishes: Vec<_> = join_all(clients).await.into_iter().flatten().collect();
    let broken = havoc.end().await;
    app.given_lapsed_claims().await;

    let mut clear = BTreeMap::new();
    let (mut unclear, mut replayed) = (0, 0);
    for (wish, first) in wishes {
        let again = wish.ask(&app, None).await;
        let second = told(&again);
        if first == Told::Unclear {
            unclear += 1;
            replayed += usize::from(again.header("idempotency-replayed") == "true");
        } else {
            assert_eq!(first, second, "{wish:?} was answered twice");
        }
        clear.insert(wish.key, second);
    }
    let booked = clear
        .iter()
        .filter(|(_, told)| matches!(told, Told::Booked(_)));
    let mut booked: Vec<_> = booked.map(|(key, _)| key.clone()).collect();
    booked.sort();
    assert_eq!(app.booked_topics().await, booked);
    assert!(!clear.values().any(|told| *told == Told::Unclear));
    assert_eq!(app.outbox().await.len(), booked.len(), "one event for each");
    let lost = way.lost();
    assert!(broken > 20, "{broken} connections broke");
    assert!(
        lost > 5 && replayed > 5,
        "{lost} answers were lost; of {unclear} unclear bookings {replayed} were there"
    );
    assert_eq!(app.overlaps().await, 0);
    assert_eq!(app.deadlocks().await, 0);
}

#[tokio::test]
async fn a_booking_whose_answer_was_lost_is_found_by_its_key() {
    let app = TestApp::whole().await;
    let wish = Wish {
        key: "only-once".to_owned(),
        mentor: app.given_open_mentor().await,
        mentee: app.given_mentee().await,
        at: "2026-03-03T10:00:00Z".to_owned(),
    };
    let way = app.given_lossy_way(api(), 1).await;

    let unclear = wish.ask(&app, Some(&way)).await;

    assert_eq!(unclear.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(way.lost(), 1, "a COMMIT is never sent twice");
    assert_eq!(app.booked_topics().await, ["only-once"]);
    let found = wish.ask(&app, None).await;
    assert_eq!(found.status, StatusCode::CREATED, "{}", found.text);
    assert_eq!(found.header("idempotency-replayed"), "true");
    assert_eq!(app.booked_topics().await, ["only-once"]);
    assert_eq!(app.outbox().await.len(), 1);
}
