//! The history of a session: who did what, when, from where to where, and why.

use http::StatusCode;
use serde_json::json;

use super::moving::{Moving, confirmed};
use super::{TEN, path};

const NOON: &str = "2026-03-04T12:00:00Z";

#[tokio::test]
async fn every_step_is_told_to_both_people_and_to_admins() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        id,
    } = &moving;
    let list = format!("{}/reschedule-requests", path(*id));
    let body = json!({ "proposed_times": [NOON], "reason": "A clash." });
    let (_, made) = app.post_as(*mentee, &list, &body).await;
    let request = format!("{list}/{}", made["data"]["id"].as_str().unwrap());
    moving
        .answer(*mentor, &request, json!({ "action": "accept" }))
        .await;
    // An edit is no step, but raises the version.
    app.put_as(*mentor, &path(*id), &json!({ "mentor_notes": "Nervous" }))
        .await;
    let call = app.call(http::Method::DELETE, &path(*id)).by(*mentor).await;
    call.json(&json!({ "reason": "I am ill." })).send().await;

    let history = format!("{}/history", path(*id));
    let (status, shown) = app.get_as(*mentee, &history).await;

    assert_eq!(status, StatusCode::OK);
    let steps = shown["data"].as_array().unwrap().iter().map(|step| {
        json!([
            step["version"],
            step["action"],
            step["actor_id"],
            step["from_status"],
            step["to_status"],
            step["from_scheduled_at"],
            step["to_scheduled_at"],
            step["reason"],
        ])
    });
    let (first, second) = ("pending", "confirmed");
    let expected = [
        json!([1, "requested", mentee, null, first, null, TEN, null]),
        json!([2, "accepted", mentor, first, second, TEN, TEN, null]),
        json!([
            3,
            "reschedule_proposed",
            mentee,
            second,
            second,
            TEN,
            TEN,
            "A clash."
        ]),
        json!([4, "rescheduled", mentor, second, second, TEN, NOON, null]),
        json!([
            6,
            "cancelled",
            mentor,
            second,
            "cancelled",
            NOON,
            NOON,
            "I am ill."
        ]),
    ];
    assert_eq!(steps.collect::<Vec<_>>(), expected);
    let admin = app.given_admin().await;
    for actor in [*mentor, admin] {
        assert_eq!(app.get_as(actor, &history).await.1["data"], shown["data"]);
    }
    for stranger in [app.given_mentor().await, app.given_mentee().await] {
        assert_eq!(
            app.get_as(stranger, &history).await.0,
            StatusCode::NOT_FOUND
        );
    }
    assert!(!shown.to_string().contains("Nervous"));
}

#[tokio::test]
async fn what_is_refused_leaves_no_line() {
    let moving = confirmed().await;
    let Moving {
        app, mentor, id, ..
    } = &moving;
    for action in ["accept", "decline", "complete", "no_show"] {
        let (status, _) = super::act(app, *mentor, *id, action).await;
        assert_eq!(status, StatusCode::CONFLICT, "{action}");
    }
    assert_eq!(app.rows_in("session_history").await, 2);
}

#[tokio::test]
async fn sessions_of_somebody_who_leaves_say_how_they_ended() {
    let moving = confirmed().await;
    let Moving {
        app,
        mentor,
        mentee,
        id,
    } = &moving;
    moving.proposed(*mentee, &[NOON]).await;
    app.given_no_password(*mentee).await;
    let left = app
        .ask(Some(*mentee), http::Method::DELETE, "/api/users/me", None)
        .await;
    assert!(left.status.is_success(), "{}", left.text);

    let (_, shown) = app.get_as(*mentor, &format!("{}/history", path(*id))).await;

    let end = shown["data"].as_array().unwrap().last().unwrap();
    assert_eq!(end["action"], "cancelled");
    assert_eq!(end["actor_id"], json!(mentee));
    let list = format!("{}/reschedule-requests", path(*id));
    let (_, proposals) = app.get_as(*mentor, &list).await;
    assert_eq!(proposals["data"][0]["status"], "lapsed");
}
