//! Zones, and the nights in which clocks change.

use http::StatusCode;
use tests::{Hours, TestApp};

use crate::starts;

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
