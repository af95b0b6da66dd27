//! Mentors: who appears, and the hours of their schedules.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use tests::TestApp;

use crate::texts;

fn hours(mentor: UserId) -> String {
    format!("/api/mentors/{mentor}/availability")
}

fn mondays() -> Value {
    json!({ "day_of_week": 1, "start_time": "09:00", "end_time": "12:00", "timezone": "europe/berlin" })
}

#[tokio::test]
async fn only_approved_active_and_verified_mentors_appear() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let unapproved = app.given_unapproved_mentor().await;
    let unverified = app.given_unverified(Role::Mentor).await;
    let suspended = app.given_mentor().await;
    app.given_suspension(suspended).await;
    let mentee = app.given_mentee().await;

    let (status, body) = app.get("/api/mentors").await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(texts(&body["data"], "id"), [mentor.to_string()]);
    for hidden in [unapproved, unverified, suspended, mentee] {
        for path in ["", "/slots"] {
            let (status, body) = app.get(&format!("/api/mentors/{hidden}{path}")).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
            assert_eq!(body["errors"][0]["code"], "not_found");
        }
    }
}

#[tokio::test]
async fn a_card_shows_nothing_private() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let (status, body) = app.get(&format!("/api/mentors/{mentor}")).await;
    assert_eq!(status, StatusCode::OK);
    for private in ["email", "phone", "status", "vetting", "last_login_at"] {
        assert!(body["data"].get(private).is_none(), "{private}");
    }
}

#[tokio::test]
async fn a_walk_over_all_pages_meets_every_mentor_once() {
    let app = TestApp::whole().await;
    let mut known = Vec::new();
    for _ in 0..7 {
        known.push(app.given_mentor().await.to_string());
    }

    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, body) = app.get(&format!("/api/mentors?limit=3{cursor}")).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body["meta"]["limit"], 3);
        met.extend(texts(&body["data"], "id"));
        match body["meta"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }

    // The newest first.
    known.reverse();
    assert_eq!(met, known);
}

#[tokio::test]
async fn a_mentor_opens_changes_and_removes_hours() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;

    let made = app
        .ask(Some(mentor), Method::POST, &hours(mentor), Some(&mondays()))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let id = made.data()["id"].as_str().unwrap();
    let path = format!("{}/{id}", hours(mentor));
    assert_eq!(made.header("location"), path);
    insta::assert_json_snapshot!(made.data(), { ".id" => "[id]", ".mentor_id" => "[mentor]" }, @r#"
    {
      "day_of_week": 1,
      "end_time": "12:00",
      "id": "[id]",
      "is_recurring": true,
      "kind": "open",
      "mentor_id": "[mentor]",
      "recurrence": {
        "every_n_weeks": 1
      },
      "start_time": "09:00",
      "timezone": "Europe/Berlin",
      "valid_from": null,
      "valid_until": null,
      "version": 1
    }
    "#);

    let vacation = json!({ "kind": "blocked", "timezone": "UTC", "is_recurring": false, "valid_from": "2026-04-01", "valid_until": "2026-04-14" });
    let (status, changed) = app.put_as(mentor, &path, &vacation).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(changed["data"]["start_time"], "00:00");
    assert_eq!(changed["data"]["end_time"], "24:00");
    let (_, listed) = app.get_as(mentor, &hours(mentor)).await;
    assert_eq!(listed["data"], json!([changed["data"]]));

    assert_eq!(app.delete_as(mentor, &path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.delete_as(mentor, &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        app.put_as(mentor, &path, &mondays()).await.0,
        StatusCode::NOT_FOUND
    );
    let (_, listed) = app.get_as(mentor, &hours(mentor)).await;
    assert_eq!(listed["data"], json!([]));
}

#[tokio::test]
async fn everything_wrong_with_hours_is_named_at_once() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let wrong = json!({
        "kind": "closed", "day_of_week": 7, "start_time": "9:00", "end_time": "25:00", "timezone": "UTC",
        "recurrence": { "every_n_weeks": 53 }, "valid_from": "tomorrow", "valid_until": "2026-02-30",
    });

    let reply = app
        .ask(Some(mentor), Method::POST, &hours(mentor), Some(&wrong))
        .await;

    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        reply.problems(),
        [
            ("day_of_week", "invalid_day_of_week"),
            ("end_time", "invalid_time_of_day"),
            ("kind", "invalid_kind"),
            ("recurrence", "invalid_recurrence"),
            ("start_time", "invalid_time_of_day"),
            ("valid_from", "invalid_date"),
            ("valid_until", "invalid_date"),
        ]
    );
}

#[tokio::test]
async fn a_schedule_is_its_mentors_own() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let other = app.given_mentor().await;
    let mentee = app.given_mentee().await;
    let admin = app.given_admin().await;
    let (_, listed) = app.get_as(mentor, &hours(mentor)).await;
    let path = format!("{}/{}", hours(mentor), texts(&listed["data"], "id")[0]);
    // Somebody else's entry under one's own name is no way in either.
    let disguised = path.replace(&mentor.to_string(), &other.to_string());

    for (actor, expected) in [
        (other, StatusCode::NOT_FOUND),
        (mentee, StatusCode::FORBIDDEN),
        (admin, StatusCode::FORBIDDEN),
    ] {
        let (status, _) = app.post_as(actor, &hours(mentor), &mondays()).await;
        assert_eq!(status, expected);
        assert_eq!(app.put_as(actor, &path, &mondays()).await.0, expected);
        assert_eq!(app.delete_as(actor, &path).await.0, expected);
    }
    assert_eq!(
        app.delete_as(other, &disguised).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.put_as(other, &disguised, &mondays()).await.0,
        StatusCode::NOT_FOUND
    );
    for (actor, expected) in [
        (other, StatusCode::NOT_FOUND),
        (mentee, StatusCode::NOT_FOUND),
        (admin, StatusCode::OK),
    ] {
        assert_eq!(app.get_as(actor, &hours(mentor)).await.0, expected);
    }
    let (_, after) = app.get_as(mentor, &hours(mentor)).await;
    assert_eq!(after["data"], listed["data"]);
}

#[tokio::test]
async fn a_new_mentor_waits_for_an_admin_when_the_program_vets() {
    let setup = tests::Setup {
        mentor_vetting: true,
        ..tests::Setup::default()
    };
    let app = TestApp::with(tests::api(), setup).await;
    let body = json!({
        "email": "grace@example.com", "password": tests::ACCOUNT_PASSWORD, "role": "mentor",
        "first_name": "Grace", "last_name": "Hopper", "timezone": "UTC",
    });
    app.post("/api/auth/register", &body).await;
    let user: UserId = app.outbox().await[0]["user_id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let token = app.given_verification_token(user).await;

    let (_, verified) = app
        .post("/api/auth/email/verify", &json!({ "token": token }))
        .await;

    assert_eq!(verified["data"]["vetting"], "pending");
    assert_eq!(
        app.get(&format!("/api/mentors/{user}")).await.0,
        StatusCode::NOT_FOUND
    );
}
