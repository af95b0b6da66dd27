//! Matches: their states, and what admins do to them.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::mentorship::MentorshipError;
use tests::TestApp;

use super::{MATCHES, get, names, post, put, text, told};

async fn given_active(app: &TestApp) -> (UserId, UserId, String) {
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let id = app.given_match(mentee, mentor).await;
    let path = format!("{MATCHES}/{id}");
    let met = json!({ "met_at": "2026-03-02T07:00:00Z", "minutes": 45, "kind": "video" });
    let reply = post(app, mentor, &format!("{path}/meetings"), met).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    (mentor, mentee, path)
}

#[tokio::test]
async fn a_match_begins_with_a_meeting_pauses_goes_on_and_is_completed() {
    let app = TestApp::whole().await;
    let (mentor, mentee, path) = given_active(&app).await;
    let seen = get(&app, mentee, &path).await;
    assert_eq!(seen.data()["status"], "active");
    assert_eq!(seen.data()["started_at"], "2026-03-02T07:00:00Z");
    assert_eq!(
        seen.data()["allowed_actions"],
        json!(["pause", "complete", "dissolve"])
    );

    for (by, action, status) in [
        (mentor, "pause", "paused"),
        (mentee, "resume", "active"),
        (mentor, "complete", "completed"),
    ] {
        let changed = put(&app, by, &path, json!({ "action": action })).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        assert_eq!(changed.data()["status"], status);
    }

    assert_eq!(
        told(&app, "match_changed").await,
        names(&[mentee, mentor, mentee])
    );
    assert_eq!(app.places_taken(mentor).await, 0);
    let late = put(&app, mentor, &path, json!({ "action": "pause" })).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "invalid_transition")
    );
    assert_eq!(late.body["errors"][0]["details"]["status"], "completed");
    assert_eq!(get(&app, mentor, &path).await.data()["health"], Value::Null);
}

#[tokio::test]
async fn who_breaks_it_off_says_why_and_of_the_version_they_know() {
    let app = TestApp::whole().await;
    let (mentor, mentee, path) = given_active(&app).await;

    let silent = put(&app, mentee, &path, json!({ "action": "dissolve" })).await;
    assert_eq!(silent.problems(), [("reason", "reason_needed")]);
    let body = json!({ "action": "dissolve", "reason": "We want different things" });
    let stale = app.call(Method::PUT, &path).by(mentee).await;
    let stale = stale.header("if-match", "\"1\"").json(&body).send().await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);

    let ended = put(&app, mentee, &path, body).await;

    assert_eq!(ended.data()["status"], "dissolved");
    let seen = get(&app, mentor, &path).await;
    assert_eq!(seen.data()["ended_reason"], "We want different things");
    assert_eq!(seen.data()["ended_by"], mentee.to_string());
}

#[tokio::test]
async fn a_match_is_nobody_elses_business() {
    let app = TestApp::whole().await;
    let (_, _, path) = given_active(&app).await;
    for stranger in [app.given_mentor().await, app.given_mentee().await] {
        let body = json!({ "action": "pause" });
        assert_eq!(get(&app, stranger, &path).await.status, 404);
        assert_eq!(put(&app, stranger, &path, body).await.status, 404);
        assert_eq!(get(&app, stranger, MATCHES).await.body["data"], json!([]));
        for part in ["meetings", "feedback"] {
            let seen = get(&app, stranger, &format!("{path}/{part}")).await;
            assert_eq!(seen.status, 404);
        }
        let risk = get(&app, stranger, &format!("{MATCHES}?at_risk=true")).await;
        assert_eq!(risk.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_admin_brings_two_together_and_takes_them_apart_with_reasons() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let pair =
        json!({ "mentor_id": mentor, "mentee_id": mentee, "reason": "They know each other" });

    let made = post(&app, admin, MATCHES, pair.clone()).await;

    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(made.data()["origin"], "manual");
    assert_eq!(told(&app, "match_made").await, names(&[mentor, mentee]));
    let again = post(&app, admin, MATCHES, pair.clone()).await;
    assert_eq!(
        (again.status, again.code()),
        (StatusCode::CONFLICT, "match_exists")
    );
    assert_eq!(
        post(&app, mentor, MATCHES, pair).await.status,
        StatusCode::FORBIDDEN
    );

    let path = made.header("location").to_owned();
    let silent = put(&app, admin, &path, json!({ "action": "dissolve" })).await;
    assert_eq!(silent.problems(), [("reason", "reason_needed")]);
    let body = json!({ "action": "dissolve", "reason": "Left the program" });
    assert_eq!(put(&app, admin, &path, body).await.status, StatusCode::OK);

    assert_eq!(told(&app, "match_changed").await, names(&[mentor, mentee]));
    let log = app.audited().await;
    assert!(
        log.iter().any(|line| line.contains("match_formed")),
        "{log:?}"
    );
    assert!(
        log.iter().any(|line| line.contains("match_changed")),
        "{log:?}"
    );
}

#[tokio::test]
async fn only_an_override_gives_a_mentor_one_mentee_too_many() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    app.patch_as(mentor, "/api/users/me", &json!({ "max_mentees": 1 }))
        .await;
    app.given_match(app.given_mentee().await, mentor).await;
    let mut pair = json!({ "mentor_id": mentor, "mentee_id": app.given_mentee().await, "reason": "An old promise" });

    let full = post(&app, admin, MATCHES, pair.clone()).await;
    assert_eq!(
        (full.status, full.code()),
        (StatusCode::CONFLICT, "mentor_full")
    );
    pair["override_capacity"] = json!(true);
    let made = post(&app, admin, MATCHES, pair).await;

    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(made.data()["is_over_capacity"], true);
    assert_eq!(
        made.data()["mentor_load"],
        json!({ "taken": 2, "places": 1 })
    );
    assert!(
        app.rows_of("audit_log")
            .await
            .contains("over capacity: An old promise")
    );
}

#[tokio::test]
async fn nobody_is_matched_who_is_not_there_or_has_another_role() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let unvetted = app.given_unapproved_mentor().await;
    let gone = app.given_mentee().await;
    app.given_suspension(gone).await;
    for (mentor, mentee, code) in [
        (unvetted, mentee, "mentor_unavailable"),
        (mentee, mentor, "mentee_unavailable"),
        (mentor, gone, "mentee_unavailable"),
        (mentor, mentor, "mentee_unavailable"),
        (app.clock.id(), mentee, "mentor_unavailable"),
    ] {
        let pair = json!({ "mentor_id": mentor, "mentee_id": mentee, "reason": "why not", "override_capacity": true });
        let refused = post(&app, admin, MATCHES, pair).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::CONFLICT, code)
        );
    }
}

#[tokio::test]
async fn a_list_is_filtered_and_comes_in_pages() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(
            app.given_match(app.given_mentee().await, mentor)
                .await
                .to_string(),
        );
    }
    app.given_match(app.given_mentee().await, app.given_mentor().await)
        .await;
    let ids = |body: &Value| -> Vec<String> {
        let shown = body["data"].as_array().unwrap().iter();
        shown.map(|one| text(&one["id"])).collect()
    };

    let first = get(
        &app,
        admin,
        &format!("{MATCHES}?mentor_id={mentor}&limit=2"),
    )
    .await;
    let cursor = text(&first.body["meta"]["next_cursor"]);
    let rest = get(
        &app,
        admin,
        &format!("{MATCHES}?mentor_id={mentor}&limit=2&cursor={cursor}"),
    )
    .await;

    made.reverse();
    assert_eq!([ids(&first.body), ids(&rest.body)].concat(), made);
    assert_eq!(ids(&get(&app, mentor, MATCHES).await.body), made);
    assert_eq!(ids(&get(&app, admin, MATCHES).await.body).len(), 4);
    let active = get(&app, admin, &format!("{MATCHES}?status=active")).await;
    assert_eq!(active.body["data"], json!([]));
}

#[tokio::test]
async fn whoever_is_matched_keeps_their_role_and_may_be_looked_up() {
    let app = TestApp::whole().await;
    let (admin, mentor, mentee) = (
        app.given_admin().await,
        app.given_mentor().await,
        app.given_mentee().await,
    );
    let card = format!("/api/users/{mentee}");
    assert_eq!(get(&app, mentor, &card).await.status, 404);
    app.given_match(mentee, mentor).await;

    assert_eq!(get(&app, mentor, &card).await.status, StatusCode::OK);
    let role = json!({ "role": "mentee", "reason": "as agreed" });
    let kept = put(&app, admin, &format!("/api/users/{mentor}/role"), role).await;
    assert_eq!(
        (kept.status, kept.code()),
        (StatusCode::CONFLICT, "open_sessions")
    );
}

#[tokio::test]
async fn a_run_names_whom_it_could_not_bring_together_and_why() {
    let app = TestApp::whole().await;
    let (mentor, other) = (app.given_mentor().await, app.given_mentor().await);
    app.patch_as(mentor, "/api/users/me", &json!({ "max_mentees": 1 }))
        .await;
    let (first, second) = (app.given_mentee().await, app.given_mentee().await);
    let gone = app.given_mentee().await;
    app.given_suspension(gone).await;

    let formed = app
        .given_run(&[
            (mentor, first),
            (mentor, second),
            (other, second),
            (other, second),
            (other, gone),
        ])
        .await;

    assert_eq!(formed.made.len(), 2);
    let refused: Vec<_> = formed
        .refused
        .iter()
        .map(|(new, why)| (new.pair.mentee_id, why.clone()))
        .collect();
    assert_eq!(
        refused,
        [
            (second, MentorshipError::MentorFull),
            (second, MentorshipError::PairExists),
            (gone, MentorshipError::MenteeUnavailable),
        ]
    );
    assert_eq!(
        (
            app.places_taken(mentor).await,
            app.places_taken(other).await
        ),
        (1, 1)
    );
    let seen = get(&app, other, MATCHES).await;
    assert_eq!(
        seen.body["data"][0]["mentor_load"],
        json!({ "taken": 1, "places": 5 })
    );
    assert_eq!(
        get(&app, second, MATCHES).await.body["data"][0]["mentor_load"],
        Value::Null
    );
}
