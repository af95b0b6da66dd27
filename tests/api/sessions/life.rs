//! The life of a session: who may do what, and when.

use http::{Method, StatusCode};
use serde_json::json;

use super::{Stage, TEN, act, path, stage};

#[tokio::test]
async fn the_mentor_accepts_and_both_will_be_reminded() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, TEN).await;

    let (status, body) = act(&app, mentor, id, "accept").await;

    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["status"], "confirmed");
    assert_eq!(body["data"]["version"], 2);
    assert_eq!(
        body["data"]["allowed_actions"],
        json!(["reschedule", "cancel"])
    );
    assert_eq!(app.outbox().await[0]["type"], "session.confirmed");
    assert_eq!(app.planned_reminders(&id.to_string()).await, 4);
}

#[tokio::test]
async fn the_mentor_declines_with_a_reason() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, TEN).await;

    let body = json!({ "action": "decline", "reason": "I am not the right one for this." });
    let (status, body) = app.put_as(mentor, &path(id), &body).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["status"], "declined");
    assert_eq!(body["data"]["allowed_actions"], json!([]));
    assert_eq!(app.outbox().await[0]["type"], "session.declined");
}

#[tokio::test]
async fn a_mentee_cancels_in_time() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_confirmed_session(mentee, mentor, TEN).await;
    assert_eq!(app.planned_reminders(&id.to_string()).await, 4);

    let (status, body) = app.delete_as(mentee, &path(id)).await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"]["status"], "cancelled");
    let promised = app.outbox().await;
    assert_eq!(promised[0]["type"], "session.cancelled");
    assert_eq!(promised[0]["by"], mentee.to_string());
    assert_eq!(app.planned_reminders(&id.to_string()).await, 0);
}

#[tokio::test]
async fn a_mentee_cancels_with_the_mentors_notice_only_and_the_mentor_any_time() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_confirmed_session(mentee, mentor, TEN).await;
    app.at("2026-03-03T08:30:00Z");

    let (_, shown) = app.get_as(mentee, &path(id)).await;
    assert_eq!(shown["data"]["allowed_actions"], json!(["reschedule"]));
    let (status, body) = app.delete_as(mentee, &path(id)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(body["errors"][0]["code"], "cancel_too_late");

    let reason = json!({ "reason": "My train is stuck." });
    let cancelled = app
        .ask(Some(mentor), Method::DELETE, &path(id), Some(&reason))
        .await;
    assert_eq!(cancelled.status, StatusCode::OK);
}

#[tokio::test]
async fn the_mentor_completes_once_it_has_started() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_confirmed_session(mentee, mentor, TEN).await;

    for action in ["complete", "no_show"] {
        let (status, body) = act(&app, mentor, id, action).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(body["errors"][0]["code"], "session_not_started");
    }
    app.at(TEN);
    let (_, shown) = app.get_as(mentor, &path(id)).await;
    assert_eq!(
        shown["data"]["allowed_actions"],
        json!(["reschedule", "cancel", "complete", "no_show"])
    );
    let (status, body) = act(&app, mentee, id, "complete").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(body["errors"][0]["code"], "not_your_action");
    let (status, body) = act(&app, mentor, id, "complete").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"]["status"], "completed");
}

#[tokio::test]
async fn admins_end_sessions_of_others_where_they_say_why() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let admin = app.given_admin().await;
    for (at, action, status) in [
        (TEN, "complete", "completed"),
        ("2026-03-04T10:00:00Z", "no_show", "no_show"),
    ] {
        let id = app.given_confirmed_session(mentee, mentor, at).await;
        let path = format!("/api/admin/sessions/{id}");
        let body = json!({ "action": action, "reason": "The mentor forgot" });
        let (early, _) = app.put_as(admin, &path, &body).await;
        assert_eq!(early, StatusCode::CONFLICT, "it has not started");
        app.at(at);
        let (refused, answer) = act(&app, admin, id, action).await;
        assert_eq!(refused, StatusCode::FORBIDDEN);
        assert_eq!(answer["errors"][0]["code"], "admin_endpoint");
        let (done, answer) = app.put_as(admin, &path, &body).await;
        assert_eq!(
            (done, &answer["data"]["status"]),
            (StatusCode::OK, &json!(status))
        );
    }
}

#[tokio::test]
async fn a_mentee_who_did_not_come_is_noted() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_confirmed_session(mentee, mentor, TEN).await;
    app.at("2026-03-03T10:20:00Z");
    let (status, body) = act(&app, mentor, id, "no_show").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"]["status"], "no_show");
}

#[tokio::test]
async fn a_request_cannot_be_accepted_after_its_time() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, TEN).await;
    app.at("2026-03-03T08:00:00Z");
    let (status, body) = act(&app, mentor, id, "accept").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(body["errors"][0]["code"], "answer_too_late");
}

#[tokio::test]
async fn what_has_ended_stays_as_it_is() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, TEN).await;
    app.delete_as(mentee, &path(id)).await;
    let events = app.outbox().await.len();

    for action in ["accept", "decline", "complete", "no_show"] {
        let (status, body) = act(&app, mentor, id, action).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(body["errors"][0]["code"], "invalid_transition");
        assert_eq!(
            body["errors"][0]["details"],
            json!({ "status": "cancelled", "allowed_actions": [] })
        );
    }
    assert_eq!(app.delete_as(mentor, &path(id)).await.0, 409);
    assert_eq!(app.outbox().await.len(), events);
}

#[tokio::test]
async fn only_the_mentor_answers_a_request() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let admin = app.given_admin().await;
    let id = app.given_session(mentee, mentor, TEN).await;
    for actor in [mentee, admin] {
        for action in ["accept", "decline"] {
            let (status, body) = act(&app, actor, id, action).await;
            assert_eq!(status, StatusCode::FORBIDDEN);
            assert_eq!(body["errors"][0]["code"], "not_your_action");
        }
    }
    for (actor, actions) in [
        (mentee, json!(["reschedule", "cancel"])),
        (mentor, json!(["accept", "decline", "reschedule", "cancel"])),
        (admin, json!(["cancel"])),
    ] {
        let (_, shown) = app.get_as(actor, &path(id)).await;
        assert_eq!(shown["data"]["allowed_actions"], actions);
    }
}

#[tokio::test]
async fn an_accept_and_a_cancel_at_once_leave_one_truth() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    for day in 3..9 {
        let id = app
            .given_session(mentee, mentor, &format!("2026-03-{day:02}T10:00:00Z"))
            .await;
        let session = path(id);
        let (accepted, cancelled) = futures_util::future::join(
            Box::pin(act(&app, mentor, id, "accept")),
            Box::pin(app.delete_as(mentee, &session)),
        )
        .await;
        assert_eq!(cancelled.0, StatusCode::OK);
        assert!(accepted.0 == StatusCode::OK || accepted.0 == StatusCode::CONFLICT);
        let (_, shown) = app.get_as(mentee, &session).await;
        assert_eq!(shown["data"]["status"], "cancelled");
        assert_eq!(app.planned_reminders(&id.to_string()).await, 0);
    }
}
