//! Moving a session: proposals, answers, and what stays as it is when nothing comes of them.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use tests::{Reply, TestApp};

use super::{TEN, path};
use crate::{book, starts};

const ELEVEN: &str = "2026-03-04T11:00:00Z";
const NOON: &str = "2026-03-04T12:00:00Z";

/// A mentor in office hours, and a session that they have accepted.
pub(super) struct Moving {
    pub(super) app: TestApp,
    pub(super) mentor: UserId,
    pub(super) mentee: UserId,
    pub(super) id: SessionId,
}

pub(super) async fn confirmed() -> Moving {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let id = app.given_confirmed_session(mentee, mentor, TEN).await;
    Moving {
        app,
        mentor,
        mentee,
        id,
    }
}

impl Moving {
    pub(super) async fn propose(&self, by: UserId, times: &[&str]) -> Reply {
        let path = format!("{}/reschedule-requests", path(self.id));
        let body = json!({ "proposed_times": times });
        self.app
            .ask(Some(by), Method::POST, &path, Some(&body))
            .await
    }

    /// Proposes, and returns where the proposal is answered.
    pub(super) async fn proposed(&self, by: UserId, times: &[&str]) -> String {
        let reply = self.propose(by, times).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        reply.header("location").to_owned()
    }

    pub(super) async fn answer(&self, by: UserId, request: &str, body: Value) -> Reply {
        self.app
            .ask(Some(by), Method::PUT, request, Some(&body))
            .await
    }

    async fn session(&self) -> Value {
        self.app.get_as(self.mentee, &path(self.id)).await.1["data"].clone()
    }

    async fn proposals(&self, by: UserId) -> Value {
        let path = format!("{}/reschedule-requests", path(self.id));
        self.app.get_as(by, &path).await.1["data"].clone()
    }
}

fn take(time: &str) -> Value {
    json!({ "action": "accept", "scheduled_at": time })
}

#[tokio::test]
async fn the_other_one_takes_a_time_and_the_session_moves_under_its_id() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        id,
    } = &moving;
    let before = app.held_by(&id.to_string()).await;

    let reply = moving.propose(*mentee, &[ELEVEN, NOON]).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    let request = reply.header("location").to_owned();
    let proposal = reply.data();
    assert_eq!(proposal["status"], "open");
    assert_eq!(proposal["round"], 1);
    assert_eq!(proposal["proposed_times"], json!([ELEVEN, NOON]));
    assert_eq!(proposal["allowed_actions"], json!(["withdraw"]));
    assert_eq!(
        proposal["session"]["scheduled_at"], TEN,
        "nothing moves yet"
    );
    assert_eq!(proposal["session"]["version"], 3);
    assert_eq!(app.held_by(&id.to_string()).await, before);
    let seen = moving.proposals(*mentor).await;
    assert_eq!(seen[0]["allowed_actions"], json!(["accept", "reject"]));

    let moved = moving.answer(*mentor, &request, take(NOON)).await;

    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
    assert_eq!(moved.data()["status"], "accepted");
    assert_eq!(moved.data()["accepted_time"], NOON);
    assert_eq!(moved.header("etag"), "\"2\"");
    let session = moving.session().await;
    assert_eq!(session["id"], id.to_string());
    assert_eq!(session["status"], "confirmed");
    assert_eq!(session["scheduled_at"], NOON);
    assert_eq!(session["ends_at"], "2026-03-04T13:00:00Z");
    assert_eq!(session["version"], 4);
    let held = app.held_by(&id.to_string()).await;
    assert_eq!(held.len(), 2);
    assert!(
        before
            .values()
            .all(|span| !held.values().any(|new| new == span))
    );
    assert_eq!(app.planned_reminders(&id.to_string()).await, 4);
    let events: Vec<_> = app
        .outbox()
        .await
        .iter()
        .map(|event| event["type"].clone())
        .collect();
    assert_eq!(
        events,
        ["session.reschedule_proposed", "session.rescheduled"]
    );
    let other = app.given_mentee().await;
    assert_eq!(book(app, other, *mentor, NOON).await.code(), "slot_taken");
    assert_eq!(book(app, other, *mentor, TEN).await.status, 201);
}

#[tokio::test]
async fn the_action_of_a_session_is_the_same_as_a_request() {
    let moving = confirmed().await;
    let Moving {
        app, mentor, id, ..
    } = &moving;
    let body = json!({ "action": "reschedule", "proposed_times": [NOON], "reason": "A clash." });

    let (status, shown) = app.put_as(*mentor, &path(*id), &body).await;

    assert_eq!(status, StatusCode::OK, "{shown}");
    assert_eq!(shown["data"]["scheduled_at"], TEN);
    assert_eq!(
        shown["data"]["allowed_actions"],
        json!(["cancel"]),
        "one proposal at a time"
    );
    let proposals = moving.proposals(*mentor).await;
    assert_eq!(proposals[0]["proposed_times"], json!([NOON]));
    assert_eq!(proposals[0]["reason"], "A clash.");
    assert_eq!(app.outbox().await[0]["type"], "session.reschedule_proposed");
}

#[tokio::test]
async fn every_time_that_cannot_be_had_is_named() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        ..
    } = &moving;
    let rival = app.given_mentee().await;
    assert_eq!(book(app, rival, *mentor, NOON).await.status, 201);

    let refused = moving
        .propose(*mentee, &[NOON, "2026-03-04T03:00:00Z", ELEVEN])
        .await;

    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(
        refused.problems(),
        [
            ("proposed_times[0]", "slot_taken"),
            ("proposed_times[1]", "outside_availability")
        ]
    );
    let alternatives = &refused.body["errors"][0]["details"]["alternatives"];
    assert!(!alternatives.as_array().unwrap().is_empty());
    let past = moving.propose(*mentee, &["2026-02-27T10:00:00Z"]).await;
    assert_eq!(
        (past.status, past.code()),
        (StatusCode::BAD_REQUEST, "in_the_past")
    );
    let same = moving.propose(*mentee, &[NOON, TEN]).await;
    assert_eq!(same.problems(), [("proposed_times", "same_time")]);
    assert_eq!(moving.proposals(*mentee).await, json!([]));
    assert_eq!(moving.session().await["version"], 2);
}

#[tokio::test]
async fn a_time_that_is_taken_meanwhile_changes_nothing() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        id,
    } = &moving;
    let request = moving.proposed(*mentor, &[ELEVEN, NOON]).await;
    let rival = app.given_mentee().await;
    assert_eq!(book(app, rival, *mentor, NOON).await.status, 201);
    let (session, held) = (moving.session().await, app.held_by(&id.to_string()).await);

    let refused = moving.answer(*mentee, &request, take(NOON)).await;

    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.problems(), [("", "slot_taken")]);
    let alternatives = &refused.body["errors"][0]["details"]["alternatives"];
    let alternatives = alternatives.as_array().unwrap();
    assert!(alternatives.iter().any(|slot| slot["starts_at"] == ELEVEN));
    assert_eq!(moving.session().await, session);
    assert_eq!(app.held_by(&id.to_string()).await, held);
    let accepted = moving.answer(*mentee, &request, take(ELEVEN)).await;
    assert_eq!(accepted.status, StatusCode::OK, "{}", accepted.text);
}

#[tokio::test]
async fn another_session_of_the_mentee_is_in_the_way_as_well() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        ..
    } = &moving;
    let other = app.given_open_mentor().await;
    let request = moving.proposed(*mentee, &[NOON]).await;
    assert_eq!(book(app, *mentee, other, NOON).await.status, 201);

    let refused = moving.answer(*mentor, &request, take(NOON)).await;

    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "slot_taken")
    );
}

#[tokio::test]
async fn a_session_moves_over_its_own_time() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        ..
    } = &moving;
    let rules = json!({ "step_minutes": 30, "buffer_minutes": 30, "max_sessions_per_day": 1 });
    app.patch_as(*mentor, "/api/users/me", &rules).await;
    let half_past = "2026-03-03T10:30:00Z";

    let request = moving.proposed(*mentee, &[half_past]).await;
    let moved = moving
        .answer(*mentor, &request, json!({ "action": "accept" }))
        .await;

    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
    assert_eq!(moved.data()["session"]["scheduled_at"], half_past);
    let free = starts(
        app,
        None,
        *mentor,
        "from=2026-03-03T00:00:00Z&to=2026-03-04T00:00:00Z",
    )
    .await;
    assert!(free.is_empty(), "one session a day: {free:?}");
}

#[tokio::test]
async fn a_request_that_moves_waits_for_the_mentor_anew() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let id = app
        .given_session(mentee, mentor, "2026-03-06T10:00:00Z")
        .await;
    let moving = Moving {
        app,
        mentor,
        mentee,
        id,
    };
    let app = &moving.app;
    let request = moving.proposed(mentor, &["2026-03-09T09:00:00Z"]).await;
    app.at("2026-03-03T08:00:00Z");

    let moved = moving
        .answer(mentee, &request, json!({ "action": "accept" }))
        .await;

    let session = &moved.data()["session"];
    assert_eq!(session["status"], "pending", "{}", moved.text);
    let respond_by = session["respond_by"].as_str().unwrap();
    assert!(respond_by.starts_with("2026-03-05T08:00:0"), "{respond_by}");
    assert_eq!(app.planned_reminders(&id.to_string()).await, 0);
    let (status, _) = super::act(app, mentor, id, "accept").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(app.planned_reminders(&id.to_string()).await, 4);
}

#[tokio::test]
async fn a_proposal_is_rejected_or_taken_back_and_the_session_stays() {
    let moving = confirmed().await;
    let Moving { mentor, mentee, .. } = moving;
    let rejected = moving.proposed(mentor, &[NOON]).await;
    let because = json!({ "action": "reject", "reason": "I travel that day." });
    let reply = moving.answer(mentee, &rejected, because).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let withdrawn = moving.proposed(mentee, &[NOON]).await;
    let back = json!({ "action": "withdraw" });
    let reply = moving.answer(mentee, &withdrawn, back).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);

    let proposals = moving.proposals(mentor).await;
    assert_eq!(proposals[0]["status"], "rejected");
    assert_eq!(proposals[0]["answer_reason"], "I travel that day.");
    assert_eq!(proposals[0]["answered_by"], mentee.to_string());
    assert_eq!(proposals[1]["status"], "withdrawn");
    for request in [&rejected, &withdrawn] {
        let late = moving.answer(mentee, request, take(NOON)).await;
        let code = late.code();
        assert!(
            matches!(code, "reschedule_not_open" | "not_your_action"),
            "{code}"
        );
    }
    let session = moving.session().await;
    assert_eq!(
        (&session["scheduled_at"], &session["version"]),
        (&json!(TEN), &json!(6))
    );
    let closed = moving.app.outbox().await;
    let closed: Vec<_> = closed
        .iter()
        .filter(|event| event["type"] == "session.reschedule_closed")
        .map(|event| event["recipient_id"].clone())
        .collect();
    assert_eq!(closed, [json!(mentor), json!(mentor)]);
}

#[tokio::test]
async fn there_is_one_proposal_at_a_time_and_three_in_all() {
    let moving = confirmed().await;
    let Moving { mentor, mentee, .. } = moving;
    for round in 1..=3 {
        let request = moving.proposed(mentor, &[NOON]).await;
        let again = moving.propose(mentee, &[ELEVEN]).await;
        assert_eq!(
            (again.status, again.code()),
            (StatusCode::CONFLICT, "reschedule_open")
        );
        let open = again.body["errors"][0]["details"]["reschedule_request_id"].clone();
        assert!(request.ends_with(open.as_str().unwrap()), "round {round}");
        let back = json!({ "action": "withdraw" });
        assert_eq!(moving.answer(mentor, &request, back).await.status, 200);
    }

    let fourth = moving.propose(mentee, &[ELEVEN]).await;

    assert_eq!(fourth.code(), "reschedule_limit_reached");
    let allowed = &moving.session().await["allowed_actions"];
    assert_eq!(*allowed, json!(["cancel"]));
}

#[tokio::test]
async fn a_proposal_lapses_when_its_times_are_past_or_the_session_ends() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        id,
    } = &moving;
    let lapsed = moving.proposed(*mentor, &["2026-03-02T14:00:00Z"]).await;
    app.at("2026-03-02T14:00:01Z");

    let late = moving
        .answer(*mentee, &lapsed, json!({ "action": "reject" }))
        .await;
    assert_eq!(late.code(), "reschedule_not_open");
    assert_eq!(late.body["errors"][0]["details"]["status"], "lapsed");
    let ended = moving.proposed(*mentee, &[NOON]).await;
    app.delete_as(*mentor, &path(*id)).await;

    let late = moving.answer(*mentor, &ended, take(NOON)).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "invalid_transition")
    );
    let proposals = moving.proposals(*mentee).await;
    assert_eq!(proposals[0]["status"], "lapsed");
    assert_eq!(proposals[1]["status"], "lapsed");
    assert_eq!(proposals[1]["allowed_actions"], json!([]));
    let over = moving.propose(*mentee, &[ELEVEN]).await;
    assert_eq!(over.code(), "invalid_transition");
}

#[tokio::test]
async fn proposals_are_between_the_two_people_of_the_session() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        id,
    } = &moving;
    let request = moving.proposed(*mentor, &[NOON]).await;
    let list = format!("{}/reschedule-requests", path(*id));
    for stranger in [app.given_mentee().await, app.given_mentor().await] {
        assert_eq!(app.get_as(stranger, &list).await.0, 404);
        assert_eq!(moving.propose(stranger, &[ELEVEN]).await.status, 404);
        assert_eq!(
            moving.answer(stranger, &request, take(NOON)).await.status,
            404
        );
    }
    let admin = app.given_admin().await;
    assert_eq!(
        app.get_as(admin, &list).await.1["data"][0]["allowed_actions"],
        json!([])
    );
    assert_eq!(
        moving.propose(admin, &[ELEVEN]).await.code(),
        "not_your_action"
    );
    for (person, action) in [
        (admin, "accept"),
        (admin, "reject"),
        (admin, "withdraw"),
        (*mentor, "accept"),
        (*mentor, "reject"),
        (*mentee, "withdraw"),
    ] {
        let refused = moving
            .answer(person, &request, json!({ "action": action }))
            .await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::FORBIDDEN, "not_your_action")
        );
    }
    // A proposal of another session is none of this one.
    let foreign = request.replace(&id.to_string(), &{
        let other = app
            .given_confirmed_session(*mentee, *mentor, "2026-03-05T10:00:00Z")
            .await;
        other.to_string()
    });
    assert_eq!(
        moving.answer(*mentee, &foreign, take(NOON)).await.status,
        404
    );
}

#[tokio::test]
async fn a_proposal_and_its_answer_are_read_strictly() {
    let moving = confirmed().await;
    let Moving { mentor, mentee, .. } = moving;
    let day = |day: u8| format!("2026-03-{day:02}T10:00:00Z");
    let four = [&*day(4), &*day(5), &*day(6), &*day(9)];
    for (times, problem) in [
        (&[][..], ("proposed_times", "wrong_length")),
        (&four[..], ("proposed_times", "too_many")),
        (&[NOON, NOON], ("proposed_times", "repeated_entry")),
        (&["tomorrow"], ("proposed_times[0]", "invalid_time")),
    ] {
        let refused = moving.propose(mentor, times).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{times:?}");
        assert_eq!(refused.problems(), [problem]);
    }
    let request = moving.proposed(mentor, &[ELEVEN, NOON]).await;
    for (body, problem) in [
        (json!({}), ("action", "missing_field")),
        (
            json!({ "action": "accept" }),
            ("scheduled_at", "time_not_proposed"),
        ),
        (take(TEN), ("scheduled_at", "time_not_proposed")),
        (
            json!({ "action": "accept", "scheduled_at": NOON, "reason": "x" }),
            ("reason", "unknown_field"),
        ),
        (
            json!({ "action": "reject", "scheduled_at": NOON }),
            ("scheduled_at", "unknown_field"),
        ),
        (json!({ "action": "dance" }), ("action", "unknown_value")),
    ] {
        let refused = moving.answer(mentee, &request, body.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(refused.problems(), [problem], "{body}");
    }
    for (body, problem) in [
        (
            json!({ "action": "reschedule" }),
            ("proposed_times", "missing_field"),
        ),
        (
            json!({ "action": "complete", "proposed_times": [NOON] }),
            ("proposed_times", "unknown_field"),
        ),
    ] {
        let session = path(moving.id);
        let refused = moving.answer(mentor, &session, body).await;
        assert_eq!(refused.problems(), [problem]);
    }
}

#[tokio::test]
async fn a_proposal_is_made_once_per_key_and_answered_in_one_version() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        id,
    } = &moving;
    let list = format!("{}/reschedule-requests", path(*id));
    let body = json!({ "proposed_times": [NOON] });
    let propose = async || {
        let call = app.call(Method::POST, &list).by(*mentor).await;
        let call = call.header("idempotency-key", "once-and-no-more");
        call.json(&body).send().await
    };
    let (first, again) = (propose().await, propose().await);
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(first.header("etag"), "\"1\"");
    assert_eq!(moving.proposals(*mentor).await.as_array().unwrap().len(), 1);

    let request = first.header("location");
    let answer = async |version: &str| {
        let call = app.call(Method::PUT, request).by(*mentee).await;
        let call = call.header("if-match", version).json(&take(NOON));
        call.send().await
    };
    let stale = answer("\"7\"").await;
    assert_eq!(
        (stale.status, stale.code()),
        (StatusCode::PRECONDITION_FAILED, "stale_version")
    );
    assert_eq!(answer("\"1\"").await.status, StatusCode::OK);
}

/// Whoever pauses keeps the sessions they have, and those can still move.
#[tokio::test]
async fn a_mentor_who_pauses_can_still_move_what_is_booked() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        ..
    } = &moving;
    let (status, _) = app
        .patch_as(*mentor, "/api/users/me", &json!({ "accepting": false }))
        .await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = app
        .put_as(
            *mentor,
            "/api/users/me/privacy",
            &json!({ "listed": false }),
        )
        .await;
    assert_eq!(status, StatusCode::OK);

    let request = moving.proposed(*mentor, &[NOON]).await;
    let moved = moving
        .answer(*mentee, &request, json!({ "action": "accept" }))
        .await;

    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
}

#[tokio::test]
async fn a_move_waits_for_the_database_as_often_as_a_booking() {
    let moving = confirmed().await;
    let request = moving.proposed(moving.mentee, &[NOON]).await;
    let moved = moving.answer(moving.mentor, &request, take(NOON)).await;
    assert_eq!(moved.status, StatusCode::OK);
    assert!(moved.cost.round_trips <= 6, "{:?}", moved.cost);
}
