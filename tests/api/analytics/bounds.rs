//! Which days can be asked for, and how a list of mentors goes on.

use http::{Method, StatusCode};
use shared::domain::id::UserId;
use tests::TestApp;

use super::figures;

async fn refused(app: &TestApp, admin: UserId, query: &str) -> (String, String) {
    let path = format!("/api/admin/analytics{query}");
    let reply = app.ask(Some(admin), Method::GET, &path, None).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text);
    let error = &reply.body["errors"][0];
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (text("field"), text("code"))
}

#[tokio::test]
async fn days_that_make_no_sense_are_refused() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    for (query, field, code) in [
        ("?from=2026-03-02&to=2026-03-01", "to", "period_backwards"),
        ("?from=2025-03-01&to=2026-03-02", "to", "period_too_long"),
        ("?from=1999-12-31&to=2000-01-01", "from", "period_too_early"),
        ("?from=2026-03-02&to=2026-06-03", "to", "period_too_far"),
        ("?from=20260302", "from", "invalid_date"),
        ("?from=2026-02-30", "from", "invalid_date"),
        ("?from=2026-03-02T00:00:00Z", "from", "invalid_date"),
        ("?zone=Mars/Phobos", "zone", "invalid_timezone"),
        ("?program=no_such_thing", "program", "unknown_value"),
        ("?program=NO", "program", "invalid_program_key"),
        ("?interval=year", "interval", "unknown_value"),
        ("/mentors?limit=0", "limit", "out_of_range"),
    ] {
        let expected = (field.to_owned(), code.to_owned());
        assert_eq!(refused(&app, admin, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn the_list_of_mentors_goes_on_where_a_page_has_ended() {
    let app = TestApp::whole().await;
    let mut mentors = Vec::new();
    for _ in 0..5 {
        mentors.push(app.given_mentor().await.to_string());
    }
    let admin = app.given_admin().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for expected in [2, 2, 1] {
        let page = figures(&app, admin, &format!("/mentors?limit=2{cursor}")).await;
        let ids = crate::texts(&page["data"], "mentor_id");
        assert_eq!(ids.len(), expected);
        seen.extend(ids);
        let next = page["meta"]["next_cursor"].as_str().unwrap_or_default();
        cursor = format!("&cursor={next}");
    }
    mentors.reverse();
    assert_eq!(seen, mentors);
}

#[tokio::test]
async fn an_erased_mentor_leaves_sums_and_no_hours() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let admin = app.given_admin().await;
    super::count(&app).await;
    assert!(app.rows_in("offered_hours").await > 50);
    app.at("2026-03-11T08:00:00Z");
    super::count(&app).await;
    let week = "?from=2026-03-02&to=2026-03-06";
    let before = figures(&app, admin, week).await["data"]["offered_minutes"].clone();

    app.given_deletion_due(mentor).await;
    super::count(&app).await;

    assert_eq!(app.rows_in("offered_hours").await, 0);
    assert_eq!(before, 5 * 8 * 60);
    let after = figures(&app, admin, week).await;
    assert_eq!(after["data"]["offered_minutes"], before);
    let coming = figures(&app, admin, "?from=2026-03-12&to=2026-04-12").await;
    assert_eq!(coming["data"]["offered_minutes"], 0);
}
