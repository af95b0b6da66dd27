//! The promise of the product: what is shown can be booked.

use http::{Method, StatusCode};
use serde_json::json;
use tests::{Hours, TestApp};

use crate::{book, starts, texts};

/// The promise of the product: what is shown can be booked, and what is refused was not shown.
#[tokio::test]
async fn what_is_shown_can_be_booked_and_what_is_not_shown_is_refused() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let (mentee, rival) = (app.given_mentee().await, app.given_mentee().await);
    app.given_hours(mentor, Hours(&[2, 3], "08:30", "13:00", "Europe/Berlin"))
        .await;
    app.given_hours(mentor, Hours(&[2], "14:00", "16:45", "America/New_York"))
        .await;
    let lunch = json!({ "kind": "blocked", "day_of_week": 2, "start_time": "10:00", "end_time": "10:30", "timezone": "UTC" });
    app.post_as(
        mentor,
        &format!("/api/mentors/{mentor}/availability"),
        &lunch,
    )
    .await;
    let rules =
        json!({ "buffer_minutes": 15, "max_sessions_per_day": 4, "min_notice_minutes": 1440 });
    app.patch_as(mentor, "/api/users/me", &rules).await;
    app.given_session(rival, mentor, "2026-03-04T09:00:00Z")
        .await;

    let (mut shown_count, mut refused_count) = (0, 0);
    for minutes in [30, 45, 60, 90] {
        let query =
            format!("from=2026-03-03T00:00:00Z&to=2026-03-05T00:00:00Z&duration_minutes={minutes}");
        let shown = starts(&app, Some(mentee), mentor, &query).await;
        for quarter in (24..92).chain(96 + 24..96 + 60) {
            let (day, quarter) = (3 + quarter / 96, quarter % 96);
            let at = format!(
                "2026-03-{day:02}T{:02}:{:02}:00Z",
                quarter / 4,
                quarter % 4 * 15
            );
            let body =
                json!({ "mentor_id": mentor, "scheduled_at": at, "duration_minutes": minutes });
            let reply = app
                .ask(Some(mentee), Method::POST, "/api/sessions", Some(&body))
                .await;
            let is_booked = reply.status == StatusCode::CREATED;
            assert_eq!(
                is_booked,
                shown.contains(&at),
                "{minutes} minutes at {at}: {}",
                reply.text
            );
            if is_booked {
                shown_count += 1;
                let path = format!("/api/sessions/{}", reply.data()["id"].as_str().unwrap());
                assert_eq!(app.delete_as(mentee, &path).await.0, StatusCode::OK);
            } else {
                refused_count += 1;
                assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text);
                let alternatives = &reply.body["errors"][0]["details"]["alternatives"];
                for alternative in texts(alternatives, "starts_at") {
                    assert!(
                        !alternative.starts_with("2026-03-03")
                            && !alternative.starts_with("2026-03-04")
                            || shown.contains(&alternative),
                        "{alternative}"
                    );
                }
            }
        }
    }
    assert!(
        shown_count > 20 && refused_count > 100,
        "{shown_count} {refused_count}"
    );
}

#[tokio::test]
async fn a_refusal_keeps_its_facts_beside_the_alternatives() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);

    let refused = book(&app, mentee, mentor, "2026-03-03T10:10:00Z").await;

    assert_eq!(refused.code(), "not_on_grid");
    let details = &refused.body["errors"][0]["details"];
    assert_eq!(details["nearest"], "2026-03-03T10:00:00Z");
    assert_eq!(texts(&details["alternatives"], "starts_at").len(), 5);
}

#[tokio::test]
async fn every_alternative_can_be_booked() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let (first, second) = (app.given_mentee().await, app.given_mentee().await);
    let at = "2026-03-03T10:00:00Z";
    assert_eq!(book(&app, first, mentor, at).await.status, 201);

    let refused = book(&app, second, mentor, at).await;

    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.code(), "slot_taken");
    let alternatives = texts(
        &refused.body["errors"][0]["details"]["alternatives"],
        "starts_at",
    );
    assert_eq!(alternatives.len(), 5);
    assert!(alternatives.is_sorted());
    for alternative in alternatives {
        let booked = book(&app, second, mentor, &alternative).await;
        assert_eq!(booked.status, StatusCode::CREATED, "{alternative}");
    }
}
