//! Which times can be booked: zones, daylight saving, and limits of the question itself.

use http::{Method, StatusCode};
use serde_json::json;
use tests::{Hours, TestApp};

use crate::{book, starts, texts};

#[tokio::test]
async fn hours_keep_their_local_time_when_the_clocks_change() {
    let app = TestApp::whole().await;
    let berlin = app.given_mentor().await;
    app.given_hours(berlin, Hours(&[1], "09:00", "10:00", "Europe/Berlin"))
        .await;
    let new_york = app.given_mentor().await;
    app.given_hours(new_york, Hours(&[1], "09:00", "10:00", "America/New_York"))
        .await;
    let march = "from=2026-03-03T00:00:00Z&to=2026-04-07T00:00:00Z";

    assert_eq!(
        starts(&app, None, berlin, march).await,
        [
            "2026-03-09T08:00:00Z",
            "2026-03-16T08:00:00Z",
            "2026-03-23T08:00:00Z",
            "2026-03-30T07:00:00Z",
            "2026-04-06T07:00:00Z",
        ]
    );
    assert_eq!(
        starts(&app, None, new_york, march).await,
        [
            "2026-03-09T13:00:00Z",
            "2026-03-16T13:00:00Z",
            "2026-03-23T13:00:00Z",
            "2026-03-30T13:00:00Z",
            "2026-04-06T13:00:00Z",
        ]
    );
}

#[tokio::test]
async fn a_night_in_spring_has_no_slots_in_the_hour_that_does_not_exist() {
    let app = TestApp::whole().await;
    for (zone, day, expected) in [
        ("Europe/Berlin", "2026-03-29", ["00", "01", "02"]),
        ("America/New_York", "2026-03-08", ["06", "07", "08"]),
    ] {
        let mentor = app.given_mentor().await;
        app.given_hours(mentor, Hours(&[0], "01:00", "05:00", zone))
            .await;
        let query = format!("from={day}T00:00:00Z&to={day}T12:00:00Z");
        let expected = expected.map(|hour| format!("{day}T{hour}:00:00Z"));
        assert_eq!(starts(&app, None, mentor, &query).await, expected, "{zone}");
    }
}

#[tokio::test]
async fn a_night_in_autumn_has_slots_in_both_of_the_repeated_hours() {
    let app = TestApp::whole().await;
    app.at("2026-10-12T08:00:00Z");
    for (zone, expected) in [
        (
            "Europe/Berlin",
            [
                "2026-10-24T23:00:00Z",
                "2026-10-25T00:00:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-25T02:00:00Z",
                "2026-10-25T03:00:00Z",
            ],
        ),
        (
            "America/New_York",
            [
                "2026-11-01T05:00:00Z",
                "2026-11-01T06:00:00Z",
                "2026-11-01T07:00:00Z",
                "2026-11-01T08:00:00Z",
                "2026-11-01T09:00:00Z",
            ],
        ),
    ] {
        let mentor = app.given_mentor().await;
        app.given_hours(mentor, Hours(&[0], "01:00", "05:00", zone))
            .await;
        let day = &expected[4][..10];
        let query = format!(
            "from=2026-{}T12:00:00Z&to={day}T12:00:00Z",
            if zone.starts_with('E') {
                "10-24"
            } else {
                "10-31"
            }
        );
        assert_eq!(starts(&app, None, mentor, &query).await, expected, "{zone}");
    }
}

#[tokio::test]
async fn local_times_are_those_of_the_reader() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    app.given_hours(mentor, Hours(&[1], "09:00", "10:00", "Europe/Berlin"))
        .await;

    let path = format!(
        "/api/mentors/{mentor}/slots?from=2026-03-30T00:00:00Z&to=2026-03-31T00:00:00Z&timezone=america/new_york"
    );
    let (status, body) = app.get(&path).await;

    assert_eq!(status, StatusCode::OK);
    insta::assert_json_snapshot!(body["data"], @r#"
    [
      {
        "ends_at": "2026-03-30T08:00:00Z",
        "local_end": "2026-03-30T04:00:00-04:00",
        "local_start": "2026-03-30T03:00:00-04:00",
        "starts_at": "2026-03-30T07:00:00Z"
      }
    ]
    "#);
}

#[tokio::test]
async fn a_question_reaches_over_at_most_92_days() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let ask = async |query: &str| {
        let path = format!("/api/mentors/{mentor}/slots?{query}");
        app.ask(None, Method::GET, &path, None).await
    };

    let longest = ask("from=2026-03-02T00:00:00Z&to=2026-06-02T00:00:00Z").await;
    assert_eq!(longest.status, StatusCode::OK);
    for (query, problem) in [
        (
            "from=2026-03-02T00:00:00Z&to=2026-06-02T00:00:01Z",
            ("to", "range_too_long"),
        ),
        (
            "from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z",
            ("to", "ends_before_it_begins"),
        ),
        ("from=2026-03-02T00:00:00", ("from", "invalid_time")),
        ("to=tomorrow", ("to", "invalid_time")),
        ("duration_minutes=29", ("duration_minutes", "out_of_range")),
        ("duration_minutes=1e2", ("duration_minutes", "out_of_range")),
        ("timezone=Berlin", ("timezone", "invalid_timezone")),
        ("page=2", ("page", "unknown_field")),
        ("to=1&to=2", ("to", "repeated_field")),
    ] {
        let reply = ask(query).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.problems(), [problem], "{query}");
    }
}

#[tokio::test]
async fn rules_of_the_mentor_shape_the_list() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let tuesday = "from=2026-03-03T00:00:00Z&to=2026-03-04T00:00:00Z";
    let monday = "from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z";
    assert_eq!(starts(&app, None, mentor, tuesday).await.len(), 8);
    assert_eq!(
        starts(&app, None, mentor, monday).await[0],
        "2026-03-02T11:00:00Z",
        "two hours of notice, a moment after eight"
    );

    let change = |body| {
        let app = &app;
        async move { app.patch_as(mentor, "/api/users/me", &body).await }
    };
    change(json!({ "step_minutes": 30 })).await;
    assert_eq!(starts(&app, None, mentor, tuesday).await.len(), 15);
    change(json!({ "step_minutes": null, "min_notice_minutes": 2880 })).await;
    assert!(starts(&app, None, mentor, tuesday).await.is_empty());
    change(json!({ "min_notice_minutes": null, "booking_horizon_days": 1 })).await;
    assert!(
        starts(
            &app,
            None,
            mentor,
            "from=2026-03-04T00:00:00Z&to=2026-03-05T00:00:00Z"
        )
        .await
        .is_empty()
    );
    change(json!({ "booking_horizon_days": null, "accepting": false })).await;
    assert!(starts(&app, None, mentor, tuesday).await.is_empty());
}

#[tokio::test]
async fn a_mentee_does_not_see_times_at_which_they_are_busy() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let elsewhere = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    app.given_session(mentee, elsewhere, "2026-03-03T10:00:00Z")
        .await;
    let tuesday = "from=2026-03-03T00:00:00Z&to=2026-03-04T00:00:00Z";
    let ten = "2026-03-03T10:00:00Z".to_owned();

    assert!(starts(&app, None, mentor, tuesday).await.contains(&ten));
    assert!(
        !starts(&app, Some(mentee), mentor, tuesday)
            .await
            .contains(&ten)
    );
    assert!(
        !starts(&app, None, elsewhere, tuesday).await.contains(&ten),
        "a pending request blocks its slot"
    );
}

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
