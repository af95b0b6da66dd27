//! POSTs that are sent again because their answer was lost.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::http::{Actor, Answer, ApiError, AppState, IdempotencyKey, Json, Refused};
use shared::store;
use tests::{Reply, Setup, TestApp, api};
use tokio::sync::Notify;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{booking, texts};

const KEY: &str = "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"";
const SESSIONS: &str = "/api/sessions";
const TEN: &str = "2026-03-03T10:00:00Z";

async fn post(app: &TestApp, actor: UserId, key: &str, path: &str, body: &Value) -> Reply {
    let call = app.call(Method::POST, path).by(actor).await;
    call.header("idempotency-key", key).json(body).send().await
}

#[tokio::test]
async fn two_hundred_posts_with_one_key_book_once_and_get_one_answer() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let body = booking(mentor, TEN);

    let replies = join_all((0..200).map(|_| post(&app, mentee, KEY, SESSIONS, &body))).await;

    let (answered, waiting): (Vec<_>, Vec<_>) = replies
        .into_iter()
        .partition(|reply| reply.status == StatusCode::CREATED);
    assert!(!answered.is_empty());
    for reply in &waiting {
        assert_eq!(reply.code(), "idempotency_in_progress", "{}", reply.text);
        assert_eq!(reply.header("retry-after"), "1");
    }
    let again = post(&app, mentee, KEY, SESSIONS, &body).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    for reply in answered {
        assert_eq!(reply.text, again.text);
    }
    let (_, listed) = app.get_as(mentee, SESSIONS).await;
    assert_eq!(
        texts(&listed["data"], "id"),
        [again.data()["id"].as_str().unwrap()]
    );
    assert_eq!(app.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_replay_is_the_first_answer_with_its_status_and_headers() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let hours =
        json!({ "day_of_week": 6, "start_time": "09:00", "end_time": "10:00", "timezone": "UTC" });
    let path = format!("/api/mentors/{mentor}/availability");
    for (actor, path, body) in [
        (mentee, SESSIONS, booking(mentor, TEN)),
        (mentor, &path, hours),
        (mentee, "/api/matching/match", json!({})),
    ] {
        let first = post(&app, actor, KEY, path, &body).await;
        let second = post(&app, actor, KEY.trim_matches('"'), path, &body).await;

        assert!(first.status.is_success(), "{path}: {}", first.text);
        assert_eq!(first.header("idempotency-replayed"), "");
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!((first.status, &first.text), (second.status, &second.text));
        for name in ["location", "etag", "content-type"] {
            assert_eq!(first.header(name), second.header(name), "{name} of {path}");
        }
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    }
}

#[tokio::test]
async fn a_key_means_one_request_of_one_person() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let other = app.given_mentee().await;
    let first = post(&app, mentee, KEY, SESSIONS, &booking(mentor, TEN)).await;
    let eleven = booking(mentor, "2026-03-03T11:00:00Z");

    let changed = post(&app, mentee, KEY, SESSIONS, &eleven).await;
    let of_another = post(&app, other, KEY, SESSIONS, &eleven).await;
    let elsewhere = post(&app, mentee, KEY, "/api/matching/match", &json!({})).await;

    assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(changed.code(), "idempotency_key_reused");
    assert_eq!(of_another.status, StatusCode::CREATED);
    assert_ne!(of_another.data()["id"], first.data()["id"]);
    assert_eq!(elsewhere.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refusal_that_will_be_the_same_tomorrow_is_kept() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let rival = app.given_mentee().await;
    let rivals = post(&app, rival, KEY, SESSIONS, &booking(mentor, TEN)).await;
    let body = booking(mentor, TEN);
    let refused = post(&app, mentee, KEY, SESSIONS, &body).await;
    assert_eq!(refused.code(), "slot_taken");
    let path = format!("{SESSIONS}/{}", rivals.data()["id"].as_str().unwrap());
    app.delete_as(rival, &path).await;

    let again = post(&app, mentee, KEY, SESSIONS, &body).await;
    let anew = post(&app, mentee, "another-key", SESSIONS, &body).await;

    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!((again.status, again.text), (refused.status, refused.text));
    assert_eq!(anew.status, StatusCode::CREATED);
}

#[tokio::test]
async fn what_was_wrong_with_the_request_itself_can_be_put_right() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    for bad in [
        json!({}),
        json!({ "mentor_id": mentor, "scheduled_at": "now" }),
    ] {
        let reply = post(&app, mentee, KEY, SESSIONS, &bad).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    }
    let forbidden = post(&app, mentor, KEY, SESSIONS, &booking(mentor, TEN)).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    let good = post(&app, mentee, KEY, SESSIONS, &booking(mentor, TEN)).await;
    assert_eq!(good.status, StatusCode::CREATED, "{}", good.text);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_and_one_that_helps_nobody_ignored() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    for bad in ["", "short", "with spaces in it", "\"half-quoted"] {
        let reply = post(&app, mentee, bad, SESSIONS, &booking(mentor, TEN)).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{bad:?}");
        assert_eq!(reply.code(), "invalid_idempotency_key");
    }
    assert!(app.outbox().await.is_empty());

    let anonymous = app.call(Method::POST, "/api/auth/login").json(&json!({}));
    let reply = anonymous.header("idempotency-key", "short").send().await;
    assert_eq!(reply.code(), "missing_field");
    let read = app.call(Method::GET, SESSIONS).by(mentee).await;
    let reply = read.header("idempotency-key", "short").send().await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn a_day_later_the_key_is_new_again() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    post(&app, mentee, KEY, SESSIONS, &booking(mentor, TEN)).await;
    app.given_expired_answers().await;

    let eleven = booking(mentor, "2026-03-03T11:00:00Z");
    let reply = post(&app, mentee, KEY, SESSIONS, &eleven).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);

    app.given_expired_answers().await;
    let client = app.state.db.client().await.unwrap();
    assert_eq!(store::idempotency::purge(&client).await.unwrap(), 1);
    assert_eq!(store::idempotency::purge(&client).await.unwrap(), 0);
}

#[tokio::test]
async fn who_reads_the_database_reads_no_answers() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let mut body = booking(mentor, TEN);
    body["topic"] = json!("Layoffs");
    post(&app, mentee, KEY, SESSIONS, &body).await;
    let kept = app.kept_answers().await;
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].contains("Layoffs") && !kept[0].contains("success"));
}

#[tokio::test]
async fn an_answer_in_the_place_of_anothers_is_no_answer() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let (one, two) = ("the-first-of-two", "the-second-of-two");
    let eleven = booking(mentor, "2026-03-03T11:00:00Z");
    post(&app, mentee, one, SESSIONS, &booking(mentor, TEN)).await;
    post(&app, mentee, two, SESSIONS, &eleven).await;

    app.given_moved_answer(one, two).await;

    let moved = post(&app, mentee, two, SESSIONS, &eleven).await;
    assert_eq!(moved.status, StatusCode::INTERNAL_SERVER_ERROR);
    let own = post(&app, mentee, one, SESSIONS, &booking(mentor, TEN)).await;
    assert_eq!(own.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn an_answer_that_changes_nothing_is_kept_too() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let export = "/api/users/me/export";
    app.ask(Some(mentee), Method::POST, export, None).await;

    let call = app.call(Method::POST, export).by(mentee).await;
    let again = call.header("idempotency-key", KEY).send().await;
    let call = app.call(Method::POST, export).by(mentee).await;
    let replayed = call.header("idempotency-key", KEY).send().await;

    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text);
    assert_eq!(replayed.header("idempotency-replayed"), "true");
    assert_eq!(replayed.text, again.text);
}

#[tokio::test]
async fn a_post_that_only_looks_has_no_use_for_a_key() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let draft = json!({ "weights": { "stage": 100 } });
    let path = "/api/matching/programs/office_hours";
    app.ask(Some(admin), Method::PATCH, path, Some(&draft))
        .await;

    for _ in 0..2 {
        let path = format!("{path}/preview");
        let call = app.call(Method::POST, &path).by(admin).await;
        let looked = call.header("idempotency-key", KEY).send().await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.text);
        assert_eq!(looked.header("idempotency-replayed"), "");
    }
}

#[tokio::test]
async fn a_key_costs_the_request_itself_nothing() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let with = post(&app, mentee, KEY, SESSIONS, &booking(mentor, TEN)).await;
    let eleven = booking(mentor, "2026-03-03T11:00:00Z");
    let without = app
        .ask(Some(mentee), Method::POST, SESSIONS, Some(&eleven))
        .await;
    assert_eq!(with.cost, without.cost);
    let replay = post(&app, mentee, KEY, SESSIONS, &booking(mentor, TEN)).await;
    assert_eq!(replay.cost.statements, 1, "who asks, and nothing else");
}

/// The claim, the handler and what settles the claim take turns with the one connection of a Lambda environment.
#[tokio::test]
async fn a_key_needs_no_second_connection() {
    let setup = Setup {
        is_one_connection: true,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    for (at, status) in [(TEN, 201), (TEN, 201), ("2026-03-01T10:00:00Z", 422)] {
        let body = booking(mentor, at);
        let posted = post(&app, mentee, KEY, SESSIONS, &body);
        let reply = tokio::time::timeout(Duration::from_secs(10), posted).await;
        assert_eq!(reply.expect("it waits for itself").status, status, "{at}");
    }
    let past = booking(mentor, "2026-03-01T10:00:00Z");
    let refused = post(&app, mentee, "another-key", SESSIONS, &past).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
}

/// What happens to the next execution of the operation under test.
#[derive(Clone, Default)]
enum Fate {
    #[default]
    Live,
    DieBeforeCommit,
    DieAfterCommit,
    /// Commits once it is told to.
    Wait(Arc<Notify>),
    Fail,
    Panic,
}

type Fates = Arc<Mutex<Fate>>;

/// Has one effect: an event is promised.
#[utoipa::path(
    post,
    path = "/api/effects",
    params(IdempotencyKey),
    responses((status = CREATED, body = Answer<String>), (status = "4XX", body = Refused)),
)]
async fn have_effect(
    State(state): State<AppState>,
    Extension(fates): Extension<Fates>,
    actor: Actor,
    Json(number): Json<i64>,
) -> Result<Answer<String>, ApiError> {
    let fate = fates.lock().unwrap().clone();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let event = Event::VerificationRequested { user_id: actor.id };
    store::outbox::append(&tx, state.clock.id(), state.clock.now(), event).await?;
    match &fate {
        Fate::DieBeforeCommit => pending().await,
        Fate::Wait(told) => told.notified().await,
        Fate::Fail => return Err(ApiError::unavailable()),
        Fate::Panic => panic!("as the test wants it"),
        Fate::Live | Fate::DieAfterCommit => {}
    }
    let id: UserId = state.clock.id();
    let answer = Answer::created(id.to_string(), format!("/api/effects/{number}"));
    let answer = answer.commit(tx).await?;
    if matches!(fate, Fate::DieAfterCommit) {
        pending::<()>().await;
    }
    Ok(answer)
}

struct Stage {
    app: TestApp,
    fates: Fates,
    mentee: UserId,
}

async fn stage() -> Stage {
    let fates = Fates::default();
    let routes = OpenApiRouter::default()
        .routes(routes!(have_effect))
        .layer(Extension(Arc::clone(&fates)));
    let app = TestApp::new(api().merge(routes)).await;
    let mentee = app.given_mentee().await;
    Stage { app, fates, mentee }
}

impl Stage {
    fn decide(&self, fate: Fate) {
        *self.fates.lock().unwrap() = fate;
    }

    async fn post(&self) -> Reply {
        post(&self.app, self.mentee, KEY, "/api/effects", &json!(7)).await
    }

    /// Sends a request whose future is dropped before it is answered, as a killed environment would.
    async fn post_and_die(&self) {
        let killed = tokio::time::timeout(Duration::from_secs(2), self.post()).await;
        assert!(killed.is_err(), "it answered");
    }

    async fn effects(&self) -> usize {
        self.app.outbox().await.len()
    }
}

#[tokio::test]
async fn who_is_killed_between_commit_and_answer_is_answered_by_the_next_request() {
    let stage = stage().await;
    stage.decide(Fate::DieAfterCommit);
    stage.post_and_die().await;
    assert_eq!(stage.effects().await, 1);

    let reply = stage.post().await;

    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(reply.header("idempotency-replayed"), "true");
    assert_eq!(reply.header("location"), "/api/effects/7");
    assert_eq!(stage.effects().await, 1);
}

#[tokio::test]
async fn who_is_killed_before_commit_blocks_the_key_until_the_lease_ends() {
    let stage = stage().await;
    stage.decide(Fate::DieBeforeCommit);
    stage.post_and_die().await;
    stage.decide(Fate::Live);
    assert_eq!(stage.effects().await, 0);

    let early = stage.post().await;
    stage.app.given_lapsed_claims().await;
    let late = stage.post().await;

    assert_eq!(early.code(), "idempotency_in_progress");
    assert_eq!(late.status, StatusCode::CREATED, "{}", late.text);
    assert_eq!(late.header("idempotency-replayed"), "");
    assert_eq!(stage.effects().await, 1);
}

#[tokio::test]
async fn who_lost_the_claim_while_working_changes_nothing() {
    let stage = stage().await;
    let told = Arc::new(Notify::new());
    stage.decide(Fate::Wait(Arc::clone(&told)));
    let slow = stage.post();
    let fast = async {
        while stage.app.claims().await == 0 {
            tokio::task::yield_now().await;
        }
        stage.app.given_lapsed_claims().await;
        stage.decide(Fate::Live);
        let fast = stage.post().await;
        told.notify_one();
        fast
    };

    let (slow, fast) = futures_util::join!(slow, fast);

    assert_eq!(fast.status, StatusCode::CREATED, "{}", fast.text);
    assert_eq!(slow.code(), "idempotency_in_progress");
    assert_eq!(stage.effects().await, 1);
    assert_eq!(stage.post().await.text, fast.text);
}

#[tokio::test]
async fn a_failure_of_ours_gives_the_key_back() {
    for fate in [Fate::Fail, Fate::Panic] {
        let stage = stage().await;
        stage.decide(fate);
        assert!(stage.post().await.status.is_server_error());
        stage.decide(Fate::Live);
        let reply = stage.post().await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        assert_eq!(stage.effects().await, 1);
    }
}
