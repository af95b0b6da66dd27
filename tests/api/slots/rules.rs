//! What shapes a list of slots: the rules of the mentor, the day of the mentee, and limits of the question.

use http::{Method, StatusCode};
use serde_json::json;
use tests::TestApp;

use crate::starts;

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
