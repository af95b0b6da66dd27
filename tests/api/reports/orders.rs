//! Who may order files and get them, and which orders make sense.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;
use tests::TestApp;

use super::{EXPORT, download, of, order, ordered};

#[tokio::test]
async fn a_file_is_for_the_admin_who_asked_for_it() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let (admin, other) = (app.given_admin().await, app.given_admin().await);
    let mentee = app.given_mentee().await;
    assert_eq!(
        order(&app, mentee, &of("users", "csv")).await.status,
        StatusCode::FORBIDDEN
    );
    let job = ordered(&app, admin, &of("users", "csv")).await;
    let early = download(&app, admin, &job).await;
    assert_eq!(
        (early.status, early.code()),
        (StatusCode::CONFLICT, "job_not_ready")
    );
    app.work_on_export().await.unwrap();

    let found = download(&app, admin, &job).await;
    assert_eq!(found.status, StatusCode::OK);
    let foreign = download(&app, other, &job).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let lowly = download(&app, mentee, &job).await;
    assert_eq!(lowly.status, StatusCode::FORBIDDEN);
    let privately = format!("/api/users/me/export/{job}");
    let reply = app.ask(Some(admin), Method::GET, &privately, None).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);

    // An address that somebody has changed opens nothing, and neither does one that has run out.
    let url = found.data()["url"].as_str().unwrap();
    assert!(url.contains("X-Amz-Expires=300&"), "{url}");
    let forged = url.replace("X-Amz-Expires=300", "X-Amz-Expires=90000");
    assert_eq!(app.fetch(&forged).await.0, 403);
    let key = format!("reports/{job}.csv");
    let short = app.link_for(&key, Duration::from_secs(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(app.fetch(&short).await.0, 403);
    app.at("2026-03-03T08:30:00Z");
    app.given_login(admin, shared::domain::user::Role::Admin)
        .await;
    let late = download(&app, admin, &job).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "job_expired")
    );
}

#[tokio::test]
async fn an_order_is_a_job_that_is_audited_and_told_of() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let admin = app.given_admin().await;
    let reply = order(&app, admin, &of("users", "csv")).await;
    let path = reply.header("location").to_owned();
    let id = reply.data()["id"].as_str().unwrap();
    assert_eq!(path, format!("/api/admin/jobs/{id}"));

    app.work_on_export().await.unwrap();

    let (_, job) = app.get_as(admin, &path).await;
    let job = &job["data"];
    assert_eq!(
        (&job["kind"], &job["status"]),
        (&json!("report"), &json!("done"))
    );
    assert_eq!(job["progress"], 100);
    let (_, own) = app.get_as(admin, &format!("/api/users/me/jobs/{id}")).await;
    assert_eq!(own["data"]["result_path"], format!("{EXPORT}/{id}"));
    let events = app.outbox().await;
    assert!(
        events
            .iter()
            .any(|event| event["type"] == "export.ready" && event["user_id"] == admin.to_string())
    );
    let log = app.rows_of("audit_log").await;
    assert!(log.contains("report_ordered"), "{log}");
}

#[tokio::test]
async fn orders_that_make_no_sense_are_refused() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    for (body, field, code) in [
        (json!({ "format": "csv" }), "what", "missing_field"),
        (of("everything", "csv"), "what", "unknown_value"),
        (of("users", "xlsx"), "format", "unknown_value"),
        (
            json!({ "what": "sessions", "format": "csv", "filters": { "role": "mentor" } }),
            "filters.role",
            "filter_not_applicable",
        ),
        (
            json!({ "what": "sessions", "format": "csv", "filters": { "status": "active" } }),
            "filters.status",
            "unknown_value",
        ),
        (
            json!({ "what": "sessions", "format": "csv", "filters": { "program": "no_such" } }),
            "filters.program",
            "unknown_value",
        ),
        (
            json!({ "what": "users", "format": "csv", "filters": { "colour": "red" } }),
            "filters.colour",
            "unknown_field",
        ),
        (
            json!({ "what": "analytics", "format": "csv", "filters": { "from": "1999-01-01T00:00:00Z" } }),
            "filters.from",
            "period_too_early",
        ),
        (
            json!({
                "what": "analytics",
                "format": "csv",
                "filters": { "from": "2026-03-02T00:00:00Z", "to": "2026-03-02T00:00:00Z" },
            }),
            "filters.to",
            "period_backwards",
        ),
    ] {
        let reply = order(&app, admin, &body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
        let error = &reply.body["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{body}"
        );
    }
    assert_eq!(app.rows_in("jobs").await, 0);
}
