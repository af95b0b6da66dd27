//! The life of a session: who may do what, and when.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use tests::TestApp;

use crate::texts;

const TEN: &str = "2026-03-03T10:00:00Z";

fn path(id: SessionId) -> String {
    format!("/api/sessions/{id}")
}

async fn act(app: &TestApp, actor: UserId, id: SessionId, action: &str) -> (StatusCode, Value) {
    app.put_as(actor, &path(id), &json!({ "action": action }))
        .await
}

struct Stage {
    app: TestApp,
    mentor: UserId,
    mentee: UserId,
}

async fn stage() -> Stage {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let mentee = app.given_mentee().await;
    Stage {
        app,
        mentor,
        mentee,
    }
}

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
    assert_eq!(body["data"]["allowed_actions"], json!(["cancel"]));
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
    assert_eq!(shown["data"]["allowed_actions"], json!([]));
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
        json!(["cancel", "complete", "no_show"])
    );
    let (status, body) = act(&app, mentee, id, "complete").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(body["errors"][0]["code"], "not_your_action");
    let (status, body) = act(&app, mentor, id, "complete").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"]["status"], "completed");
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
        (mentee, json!(["cancel"])),
        (mentor, json!(["accept", "decline", "cancel"])),
        (admin, json!(["cancel"])),
    ] {
        let (_, shown) = app.get_as(actor, &path(id)).await;
        assert_eq!(shown["data"]["allowed_actions"], actions);
    }
}

#[tokio::test]
async fn a_foreign_session_does_not_exist() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, TEN).await;
    let strangers = [app.given_mentee().await, app.given_mentor().await];
    for stranger in strangers {
        let (shown, _) = app.get_as(stranger, &path(id)).await;
        let (changed, _) = act(&app, stranger, id, "accept").await;
        let (noted, _) = app
            .put_as(stranger, &path(id), &json!({ "notes": "x" }))
            .await;
        let (deleted, _) = app.delete_as(stranger, &path(id)).await;
        assert_eq!([shown, changed, noted, deleted], [StatusCode::NOT_FOUND; 4]);
        let (_, listed) = app.get_as(stranger, "/api/sessions").await;
        assert_eq!(listed["data"], json!([]));
    }
}

#[tokio::test]
async fn both_write_notes_and_the_mentors_own_stay_private() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_confirmed_session(mentee, mentor, TEN).await;

    let fields = json!({ "notes": "Bring the deck", "mentor_notes": "Nervous", "meeting_link": "https://meet.example.com/x" });
    let (status, body) = app.put_as(mentor, &path(id), &fields).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["mentor_notes"], "Nervous");

    let (_, seen) = app.get_as(mentee, &path(id)).await;
    assert_eq!(seen["data"]["notes"], "Bring the deck");
    assert_eq!(seen["data"]["meeting_link"], "https://meet.example.com/x");
    assert_eq!(seen["data"]["mentor_notes"], json!(null));
    let (_, listed) = app.get_as(mentee, "/api/sessions").await;
    assert_eq!(listed["data"][0]["mentor_notes"], json!(null));

    let (status, body) = app
        .put_as(mentee, &path(id), &json!({ "notes": null }))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"]["notes"], json!(null));
    assert_eq!(body["data"]["meeting_link"], "https://meet.example.com/x");
    for field in ["mentor_notes", "meeting_link"] {
        let change = json!({ field: null });
        let (status, _) = app.put_as(mentee, &path(id), &change).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{field}");
    }
}

#[tokio::test]
async fn a_change_is_one_action_or_plain_fields() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let id = app.given_session(mentee, mentor, TEN).await;
    for (body, problem) in [
        (json!({}), ("action", "missing_field")),
        (
            json!({ "action": "accept", "notes": "x" }),
            ("action", "action_or_fields"),
        ),
        (json!({ "action": "dance" }), ("action", "unknown_value")),
        (
            json!({ "action": "accept", "reason": "x" }),
            ("reason", "unknown_field"),
        ),
        (
            json!({ "meeting_link": "javascript:alert(1)" }),
            ("meeting_link", "invalid_url"),
        ),
        (
            json!({ "status": "confirmed" }),
            ("status", "unknown_field"),
        ),
    ] {
        let reply = app
            .ask(Some(mentor), Method::PUT, &path(id), Some(&body))
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(reply.problems(), [problem], "{body}");
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

#[tokio::test]
async fn a_list_is_filtered() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let (other_mentor, other_mentee) = (app.given_mentor().await, app.given_mentee().await);
    let one = app.given_session(mentee, mentor, TEN).await;
    let two = app
        .given_confirmed_session(mentee, other_mentor, "2026-03-04T10:00:00Z")
        .await;
    let three = app
        .given_session(other_mentee, mentor, "2026-03-05T10:00:00Z")
        .await;
    let admin = app.given_admin().await;
    let list = async |actor, query: String| {
        let (status, body) = app
            .get_as(actor, &format!("/api/sessions?sort=scheduled_at{query}"))
            .await;
        assert_eq!(status, StatusCode::OK, "{query} {body}");
        texts(&body["data"], "id")
    };
    let ids = |ids: &[SessionId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();

    assert_eq!(list(mentee, String::new()).await, ids(&[one, two]));
    assert_eq!(list(mentor, String::new()).await, ids(&[one, three]));
    assert_eq!(list(admin, String::new()).await, ids(&[one, two, three]));
    assert_eq!(list(mentee, "&status=confirmed".into()).await, ids(&[two]));
    assert_eq!(
        list(mentee, "&from=2026-03-04T10:00:00Z".into()).await,
        ids(&[two])
    );
    assert_eq!(
        list(mentee, "&to=2026-03-04T10:00:00Z".into()).await,
        ids(&[one])
    );
    assert_eq!(list(mentee, "&role=mentor".into()).await, ids(&[]));
    assert_eq!(list(mentee, "&role=mentee".into()).await, ids(&[one, two]));
    assert_eq!(
        list(mentee, format!("&mentor_id={other_mentor}")).await,
        ids(&[two])
    );
    assert_eq!(
        list(mentor, format!("&mentee_id={other_mentee}")).await,
        ids(&[three])
    );
    for (query, problem) in [
        ("status=open", ("status", "unknown_value")),
        ("limit=0", ("limit", "out_of_range")),
        ("limit=101", ("limit", "out_of_range")),
        ("sort=topic", ("sort", "unknown_value")),
        ("cursor=abc", ("cursor", "invalid_cursor")),
        ("mentor_id=1", ("mentor_id", "invalid_id")),
        ("offset=3", ("offset", "unknown_field")),
    ] {
        let path = format!("/api/sessions?{query}");
        let reply = app.ask(Some(mentee), Method::GET, &path, None).await;
        assert_eq!(reply.problems(), [problem], "{query}");
    }
}

#[tokio::test]
async fn a_walk_over_all_pages_has_no_gaps_and_no_repeats_in_any_order() {
    let Stage { app, mentor, .. } = stage().await;
    let (one, two) = (app.given_mentee().await, app.given_mentee().await);
    let other = app.given_mentor().await;
    let mut known = Vec::new();
    for day in 3..9 {
        let at = format!("2026-03-{day:02}T10:00:00Z");
        known.push(app.given_session(one, mentor, &at).await.to_string());
        // The same moment twice: the id decides.
        known.push(app.given_session(two, other, &at).await.to_string());
    }
    let admin = app.given_admin().await;
    known.sort();

    let mut walks = Vec::new();
    for sort in ["scheduled_at", "-scheduled_at", "created_at", "-created_at"] {
        let (mut met, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = format!("/api/sessions?limit=5&sort={sort}{cursor}");
            let (status, body) = app.get_as(admin, &page).await;
            assert_eq!(status, StatusCode::OK, "{body}");
            met.extend(texts(&body["data"], "id"));
            match body["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut sorted = met.clone();
        sorted.sort();
        assert_eq!(sorted, known, "{sort}");
        walks.push(met);
    }
    walks[1].reverse();
    assert_eq!(walks[0], walks[1]);
    walks[3].reverse();
    assert_eq!(walks[2], walks[3]);
}
