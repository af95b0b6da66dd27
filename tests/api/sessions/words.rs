//! What people write on a session, and who may read it.

use http::{Method, StatusCode};
use serde_json::json;

use super::{Stage, TEN, act, path, stage};

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
    assert_eq!(app.outbox().await[0]["type"], "session.relocated");

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
            json!({ "notes": "x", "reason": "y" }),
            ("reason", "unknown_field"),
        ),
        (
            json!({ "notes": "x", "proposed_times": [TEN] }),
            ("proposed_times", "unknown_field"),
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
