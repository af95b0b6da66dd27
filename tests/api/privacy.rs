//! Exports and deletions: everything about a person can be had, and nothing of them stays.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use shared::http::JobBody;
use shared::worker::run_schedule;
use tests::{ACCOUNT_PASSWORD, Hours, Reply, TRACE, TestApp, unzipped};

const NOW: &str = "2026-03-02T08:00:00Z";
const TEN: &str = "2026-03-04T10:00:00Z";

async fn ask(app: &TestApp, actor: UserId, method: Method, path: &str) -> Reply {
    app.ask(Some(actor), method, path, None).await
}

async fn export(app: &TestApp, actor: UserId) -> Reply {
    ask(app, actor, Method::POST, "/api/users/me/export").await
}

/// Asks for an export, lets the worker write it, and reads the file.
async fn exported(app: &TestApp, actor: UserId) -> std::collections::BTreeMap<String, Value> {
    app.given_bucket().await;
    let asked = export(app, actor).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    app.work_on_export().await.unwrap();
    let job = ask(app, actor, Method::GET, asked.header("location")).await;
    let path = job.data()["result_path"]
        .as_str()
        .expect("a path")
        .to_owned();
    let download = ask(app, actor, Method::GET, &path).await;
    let (status, bytes) = app.fetch(download.data()["url"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    unzipped(&bytes)
}

async fn events(app: &TestApp, kind: &str) -> usize {
    let events = app.outbox().await;
    events.iter().filter(|event| event["type"] == kind).count()
}

/// Somebody with a password, logged in.
async fn given_member(app: &TestApp, email: &str, role: Role) -> UserId {
    let person = app.given_account(email, role).await;
    app.given_login(person, role).await;
    person
}

async fn leave(app: &TestApp, person: UserId) -> Reply {
    let body = json!({ "password": ACCOUNT_PASSWORD });
    app.ask(Some(person), Method::DELETE, "/api/users/me", Some(&body))
        .await
}

async fn upkeep(app: &TestApp) -> usize {
    run_schedule(&app.state, upkeep_cron::fire).await.unwrap()
}

#[tokio::test]
async fn an_export_holds_everything_about_a_person() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    app.given_session(mentee, mentor, TEN).await;
    let stranger = app.given_mentee().await;
    app.given_session(stranger, mentor, "2026-03-04T12:00:00Z")
        .await;
    let phone = json!({ "phone": "+493012345678" });
    app.patch_as(mentee, "/api/users/me", &phone).await;

    let files = exported(&app, mentee).await;

    assert_eq!(files["users.json"][0]["id"], mentee.to_string());
    assert_eq!(
        files["users.json"][0]["email"],
        format!("{mentee}@example.com")
    );
    assert_eq!(files["users.json"][0].get("password_hash"), None);
    assert_eq!(files["sessions.json"].as_array().unwrap().len(), 1);
    assert_eq!(files["sessions.json"][0]["topic"], "Pricing");
    assert_eq!(files["audit_log.json"][0]["action"], "sensitive_read");
    assert_eq!(files["jobs.json"][0]["kind"], "export");
    let readme = files["README.txt"].as_str().unwrap();
    assert!(readme.contains("sessions (1)"), "{readme}");
    assert_eq!(files["users.json"][0]["phone"], "+493012345678");
    let sheet = files["users.csv"].as_str().unwrap();
    let (names, values) = sheet.split_once("\r\n").unwrap();
    assert!(names.contains(",phone,") && values.contains(",'+493012345678,"));
    assert_eq!(files["offerings.csv"], "");
    let text = Value::from_iter(files.clone()).to_string();
    assert!(!text.contains(&stranger.to_string()), "{text}");

    let mentors = exported(&app, mentor).await;
    assert_eq!(mentors["availability.json"].as_array().unwrap().len(), 5);
    assert_eq!(mentors["sessions.json"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn one_export_runs_at_a_time() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;

    let all = futures_util::future::join_all((0..8).map(|_| export(&app, mentee))).await;

    let ids: std::collections::BTreeSet<&str> = all
        .iter()
        .map(|reply| reply.data()["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 1);
    assert!(all.iter().all(|reply| reply.status == StatusCode::ACCEPTED));
    assert_eq!(events(&app, "job.queued").await, 1);
}

#[tokio::test]
async fn a_job_is_its_owners_alone() {
    let app = TestApp::whole().await;
    let (mentee, other) = (app.given_mentee().await, app.given_mentee().await);
    let asked = export(&app, mentee).await;
    let id = asked.data()["id"].as_str().unwrap();

    let own = ask(
        &app,
        mentee,
        Method::GET,
        &format!("/api/users/me/jobs/{id}"),
    )
    .await;
    assert_eq!(
        (own.status, &own.data()["status"]),
        (StatusCode::OK, &json!("queued"))
    );
    for path in [
        format!("/api/users/me/jobs/{id}"),
        format!("/api/users/me/export/{id}"),
    ] {
        let foreign = ask(&app, other, Method::GET, &path).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{path}");
    }
    let early = ask(
        &app,
        mentee,
        Method::GET,
        &format!("/api/users/me/export/{id}"),
    )
    .await;
    assert_eq!(
        (early.status, early.code()),
        (StatusCode::CONFLICT, "job_not_ready")
    );
}

#[tokio::test]
async fn a_file_can_be_had_for_a_day_and_an_address_for_minutes() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let mentee = app.given_mentee().await;
    let asked = export(&app, mentee).await;
    app.work_on_export().await.unwrap();
    let path = format!(
        "/api/users/me/export/{}",
        asked.data()["id"].as_str().unwrap()
    );

    let first = ask(&app, mentee, Method::GET, &path).await;
    let url = first.data()["url"].as_str().unwrap();
    assert!(url.contains("X-Amz-Expires=300&"), "{url}");
    assert!(url.contains("X-Amz-Signature="), "{url}");

    app.at("2026-03-03T08:30:00Z");
    app.given_login(mentee, Role::Mentee).await;
    let late = ask(&app, mentee, Method::GET, &path).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "job_expired")
    );
}

#[tokio::test]
async fn an_address_that_has_run_out_opens_nothing() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let key = format!("exports/{}/test.zip", app.given_mentee().await);
    let bytes = b"a file".to_vec();
    app.state
        .files
        .put(&key, "application/zip", bytes.clone())
        .await
        .unwrap();

    let good = app.link_for(&key, Duration::from_mins(1)).await.unwrap();
    assert_eq!(app.fetch(&good).await, (200, bytes));
    let short = app.link_for(&key, Duration::from_secs(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(app.fetch(&short).await.0, 403);

    app.state.files.delete(&key).await.unwrap();
    app.state.files.delete(&key).await.unwrap();
    assert_eq!(app.fetch(&good).await.0, 404);
}

#[tokio::test]
async fn a_worker_that_is_killed_sends_no_second_mail() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let mentee = app.given_mentee().await;
    export(&app, mentee).await;

    app.given_busy_job_worker().await;
    assert!(app.work_on_export().await.is_err());
    app.given_killed_job_worker().await;
    app.work_on_export().await.unwrap();
    app.work_on_export().await.unwrap();

    assert_eq!(events(&app, "export.ready").await, 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_tried_again_and_then_given_up() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let asked = export(&app, mentee).await;
    let path = asked.header("location").to_owned();
    let mut broken = app.state.clone();
    let config = shared::config::Config {
        export_bucket: None,
        ..(*app.state.config).clone()
    };
    broken.files = shared::outside::s3::Files::new(&config);
    let record = app.promised("export").await;

    for attempt in 1..5 {
        assert!(
            export_worker::handle(broken.clone(), record.clone())
                .await
                .is_err()
        );
        let job = ask(&app, mentee, Method::GET, &path).await;
        assert_eq!(job.data()["status"], "queued");
        assert_eq!(job.data()["attempts"], attempt);
        assert_eq!(job.data()["error"], "the file could not be written");
    }
    export_worker::handle(broken.clone(), record).await.unwrap();

    let job = ask(&app, mentee, Method::GET, &path).await;
    assert_eq!(job.data()["status"], "failed");
    assert_eq!(events(&app, "export.ready").await, 0);
    // Another one can be asked for.
    let again = export(&app, mentee).await;
    assert_ne!(again.data()["id"], asked.data()["id"]);
}

#[tokio::test]
async fn leaving_needs_the_password() {
    let app = TestApp::whole().await;
    let person = given_member(&app, "ada@example.com", Role::Mentee).await;
    let nothing = ask(&app, person, Method::DELETE, "/api/users/me").await;
    assert_eq!(
        (nothing.status, nothing.code()),
        (StatusCode::BAD_REQUEST, "password_required")
    );
    let wrong = json!({ "password": "Wrong-Passw0rd!" });
    let wrong = app
        .ask(Some(person), Method::DELETE, "/api/users/me", Some(&wrong))
        .await;
    assert_eq!(
        (wrong.status, wrong.code()),
        (StatusCode::FORBIDDEN, "wrong_password")
    );
    assert_eq!(
        app.told().await.last().unwrap(),
        "user_deletion_fail: wrong_password"
    );
    assert_eq!(leave(&app, person).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn without_a_password_a_fresh_sign_in_is_needed() {
    let app = TestApp::whole().await;
    let person = app.given_mentee().await;
    app.given_no_password(person).await;
    app.at("2026-03-02T08:11:00Z");
    let stale = ask(&app, person, Method::DELETE, "/api/users/me").await;
    assert_eq!(
        (stale.status, stale.code()),
        (StatusCode::FORBIDDEN, "login_too_old")
    );
    app.given_login(person, Role::Mentee).await;
    let fresh = ask(&app, person, Method::DELETE, "/api/users/me").await;
    assert_eq!(fresh.status, StatusCode::ACCEPTED, "{}", fresh.text);
}

#[tokio::test]
async fn whoever_leaves_is_signed_out_and_their_sessions_are_called_off() {
    let app = TestApp::whole().await;
    let mentor = given_member(&app, "ada@example.com", Role::Mentor).await;
    let mentee = app.given_mentee().await;
    let session = app.given_confirmed_session(mentee, mentor, TEN).await;

    let left = leave(&app, mentor).await;

    assert_eq!(left.data()["status"], "inactive");
    assert!(
        left.data()["erase_after"]
            .as_str()
            .unwrap()
            .starts_with("2026-03-16T08:00:")
    );
    let signed_out = ask(&app, mentor, Method::GET, "/api/users/me").await;
    assert_eq!(signed_out.status, StatusCode::UNAUTHORIZED);
    let kept = ask(
        &app,
        mentee,
        Method::GET,
        &format!("/api/sessions/{session}"),
    )
    .await;
    assert_eq!(kept.data()["status"], "cancelled");
    assert_eq!(app.planned_reminders(&session.to_string()).await, 0);
    assert_eq!(events(&app, "session.cancelled").await, 1);
    assert_eq!(events(&app, "user.deletion_requested").await, 1);
    assert_eq!(app.audited().await, ["user_deletion_request"]);
}

#[tokio::test]
async fn within_two_weeks_everything_can_be_undone() {
    let app = TestApp::whole().await;
    let person = given_member(&app, "ada@example.com", Role::Mentee).await;
    leave(&app, person).await;

    app.at("2026-03-16T07:00:00Z");
    assert_eq!(upkeep(&app).await, 0);
    app.given_login(person, Role::Mentee).await;
    let back = ask(&app, person, Method::POST, "/api/users/me/restore").await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text);
    assert_eq!(
        back.data(),
        &json!({ "status": "active", "erase_after": null })
    );
    let again = ask(&app, person, Method::POST, "/api/users/me/restore").await;
    assert_eq!(again.code(), "deletion_not_requested");

    app.at("2026-03-20T07:00:00Z");
    assert_eq!(upkeep(&app).await, 0);
    assert_eq!(events(&app, "user.deletion_cancelled").await, 1);
}

#[tokio::test]
async fn an_erasure_leaves_no_trace_in_any_column_of_any_table() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    for role in [Role::Mentor, Role::Mentee] {
        app.at(NOW);
        let email = format!("{TRACE}-{}@example.com", role.as_str());
        let person = given_member(&app, &email, role).await;
        let other = match role {
            Role::Mentor => app.given_mentee().await,
            Role::Mentee | Role::Admin => app.given_mentor().await,
        };
        let (mentee, mentor) = if role == Role::Mentor {
            (other, person)
        } else {
            (person, other)
        };
        let session = app.given_confirmed_session(mentee, mentor, TEN).await;
        app.given_hours(mentor, Hours::OFFICE).await;
        let times = json!({ "proposed_times": ["2026-03-05T10:00:00Z"], "reason": "A clash." });
        let path = format!("/api/sessions/{session}/reschedule-requests");
        assert_eq!(app.post_as(person, &path, &times).await.0, 201);
        app.given_verification_token(person).await;
        app.given_refused_mail(person).await;
        let written = json!({ "content": "Hello!" });
        let (status, _) = app
            .post_as(
                person,
                &format!("/api/sessions/{session}/messages"),
                &written,
            )
            .await;
        assert_eq!(status, StatusCode::CREATED);
        let held = app
            .given_completed_session(mentee, mentor, "2026-02-27T10:00:00Z")
            .await;
        for author in [mentee, mentor] {
            let mut said = json!({
                "session_id": held, "rating": 4, "helpfulness_rating": 4, "would_recommend": true, "is_anonymous": false,
            });
            assert_eq!(app.post_as(author, "/api/feedback", &said).await.0, 201);
            said.as_object_mut().unwrap().remove("session_id");
            said["rating"] = json!(3);
            let path = format!("/api/feedback/{held}");
            assert_eq!(app.put_as(author, &path, &said).await.0, 200);
        }
        export(&app, person).await;
        app.work_on_export().await.unwrap();
        let matched = app.post_as(mentee, "/api/matching/match", &json!({})).await;
        assert_eq!(matched.0, StatusCode::OK, "{}", matched.1);
        // Codes of ours, and the words of the other one.
        let not_theirs = match role {
            Role::Mentor => ["sessions.topic", "sessions.mentee_notes"],
            Role::Mentee | Role::Admin => ["sessions.mentor_notes", "sessions.meeting_link"],
        };
        let codes = ["sessions.currency", "sessions.program", "matches.program"];
        let not_theirs = [&not_theirs[..], &codes].concat();
        let written = app.given_traces_of(person, &not_theirs).await;
        for place in [
            "users.first_name",
            "users.bio",
            "sessions.notes",
            "session_history.reason",
            "reschedule_requests.reason",
            "matches.reasoning",
            "messages.content",
            "feedback.written_feedback",
            "feedback_history.written_feedback",
            "notifications.error",
        ] {
            assert!(
                written.iter().any(|known| known == place),
                "{place}: {written:?}"
            );
        }
        let link = app
            .link_for(&app.files_of(person).await[0], Duration::from_mins(5))
            .await
            .unwrap();
        assert_eq!(app.fetch(&link).await.0, 200);
        app.given_deletion_due(person).await;

        assert_eq!(upkeep(&app).await, 1);
        // What was promised has reached the queues by then.
        app.given_days_pass(8).await;
        upkeep(&app).await;

        let left = app.leftovers(&[TRACE]).await;
        assert!(left.is_empty(), "{left:#?}");
        assert_eq!(app.fetch(&link).await.0, 404);
        app.given_login(
            other,
            if role == Role::Mentor {
                Role::Mentee
            } else {
                Role::Mentor
            },
        )
        .await;
        let list = ask(&app, other, Method::GET, "/api/sessions").await;
        assert_eq!(list.data()[1]["id"], session.to_string(), "{}", list.text);
        assert_eq!(upkeep(&app).await, 0);
    }
    assert!(app.audited().await.contains(&"user_deleted".to_owned()));
}

#[tokio::test]
async fn an_admin_deletes_an_account_with_a_reason() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let (admin, mentee, other) = (
        app.given_admin().await,
        app.given_mentee().await,
        app.given_mentee().await,
    );
    let path = format!("/api/users/{mentee}");
    let delete = |actor: UserId, path: String, body: Value| {
        let app = &app;
        async move {
            app.ask(Some(actor), Method::DELETE, &path, Some(&body))
                .await
        }
    };

    let refused = delete(other, path.clone(), json!({ "reason": "spam" })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let silent = delete(admin, path.clone(), json!({})).await;
    assert_eq!(silent.problems(), [("reason", "missing_field")]);
    let later = delete(admin, path.clone(), json!({ "reason": "asked by letter" })).await;
    assert_eq!(later.status, StatusCode::ACCEPTED, "{}", later.text);
    assert!(later.data()["erase_after"].is_string());

    let now = delete(
        admin,
        path.clone(),
        json!({ "reason": "asked by letter", "now": true }),
    )
    .await;
    assert_eq!(now.status, StatusCode::ACCEPTED, "{}", now.text);
    assert!(now.data()["erase_after"].is_null());
    let gone = delete(
        admin,
        path,
        json!({ "reason": "asked by letter", "now": true }),
    )
    .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(
        app.leftovers(&[&format!("{mentee}@example.com")]).await,
        Vec::<String>::new()
    );
    assert_eq!(
        app.audited().await,
        ["authz_fail", "user_deletion_request", "user_deleted"]
    );
}

#[tokio::test]
async fn what_was_kept_long_enough_is_forgotten() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    app.given_verification_token(mentee).await;
    app.given_refused_mail(mentee).await;
    export(&app, mentee).await;
    upkeep(&app).await;
    let rows = |table: &'static str| app.rows_in(table);
    assert_eq!((rows("outbox").await, rows("refresh_tokens").await), (1, 1));

    app.given_days_pass(8).await;
    app.at("2026-03-20T08:00:00Z");
    upkeep(&app).await;
    assert_eq!(rows("outbox").await, 0);
    assert_eq!((rows("refresh_tokens").await, rows("logins").await), (1, 1));

    app.given_days_pass(30).await;
    app.at("2026-05-10T08:00:00Z");
    upkeep(&app).await;
    assert_eq!((rows("refresh_tokens").await, rows("logins").await), (0, 0));
    assert_eq!(
        (rows("email_tokens").await, rows("notifications").await),
        (0, 1)
    );
    assert_eq!(app.leftovers(&[TRACE]).await, Vec::<String>::new());

    app.given_days_pass(366).await;
    upkeep(&app).await;
    assert_eq!(rows("notifications").await, 0);
}

#[test]
fn a_job_shows_no_internals() {
    // Its result names a file in a bucket, which nobody outside needs to know.
    let job = shared::domain::job::Job::queue(
        uuid::Uuid::from_u128(1).into(),
        shared::domain::job::JobKind::Export,
        uuid::Uuid::from_u128(2).into(),
        NOW.parse().unwrap(),
    )
    .0;
    let shown = serde_json::to_value(JobBody::from(job)).unwrap();
    let mut fields: Vec<&str> = shown
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "attempts",
            "created_at",
            "error",
            "finished_at",
            "id",
            "kind",
            "progress",
            "result_path",
            "started_at",
            "status",
            "version",
        ]
    );
}
