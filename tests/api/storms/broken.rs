//! A storm during which connections to the database break at random moments, also between COMMIT and its answer.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::id::UserId;
use tests::{Dice, Hours, Reply, TestApp};

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

    async fn ask(&self, app: &TestApp) -> Reply {
        let mut body = booking(self.mentor, &self.at);
        body["topic"] = json!(self.key);
        body["duration_minutes"] = json!(30);
        let call = app
            .call(Method::POST, "/api/sessions")
            .by(self.mentee)
            .await;
        let call = call.header("idempotency-key", &self.key);
        call.json(&body).send().await
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

    let havoc = app.given_havoc(Duration::from_millis(4)).await;
    let clients = (0..32_u64).map(|client| {
        let (app, people) = (&app, (&mentors[..], &mentees[..]));
        async move {
            let mut dice = Dice::new(client);
            let mut told_so_far = Vec::new();
            for number in 0..20 {
                let key = format!("wish-{client}-{number}");
                let wish = Wish::random(key, people, &mut dice);
                let reply = wish.ask(app).await;
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
        let again = wish.ask(&app).await;
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
    assert!(broken > 50, "{broken} connections broke");
    assert!(unclear > 0, "nobody was left in the dark");
    println!(
        "{broken} broken, {unclear} unclear, {replayed} of them done, {} booked",
        booked.len()
    );
    assert_eq!(app.overlaps().await, 0);
    assert_eq!(app.deadlocks().await, 0);
}
