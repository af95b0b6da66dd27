//! What people decide about their own account: the name they are found by, and whether they are there.

use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::user::Role;
use tests::TestApp;

const ME: &str = "/api/users/me";

#[tokio::test]
async fn a_user_name_belongs_to_one_person_whatever_its_case() {
    let app = TestApp::whole().await;
    let (ada, grace) = (app.given_mentee().await, app.given_mentor().await);
    let name = |name: &str| json!({ "username": name });

    let (status, body) = app.patch_as(ada, ME, &name("Ada.L-1")).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["username"], "ada.l-1");
    let taken = app
        .ask(Some(grace), Method::PATCH, ME, Some(&name("ADA.l-1")))
        .await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(taken.problems(), [("username", "username_taken")]);
    for bad in ["ab", "ada lovelace", "ädä"] {
        let refused = app
            .ask(Some(grace), Method::PATCH, ME, Some(&name(bad)))
            .await;
        assert_eq!(refused.problems(), [("username", "invalid_username")]);
    }

    assert_eq!(
        app.patch_as(ada, ME, &name("Ada.L-1")).await.0,
        StatusCode::OK
    );
    let (_, body) = app.patch_as(ada, ME, &json!({ "username": null })).await;
    assert_eq!(body["data"]["username"], json!(null));
    let (status, _) = app.patch_as(grace, ME, &name("ada.l-1")).await;
    assert_eq!(status, StatusCode::OK, "a name that was given up is free");
}

#[tokio::test]
async fn who_pauses_is_hidden_and_comes_back() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let card = format!("/api/mentors/{mentor}");
    let become_status = async |status: &str| {
        let (_, body) = app
            .patch_as(mentor, ME, &json!({ "status": status, "bio": status }))
            .await;
        assert_eq!(body["data"]["status"], status);
        assert_eq!(body["data"]["bio"], status);
    };

    become_status("inactive").await;
    assert_eq!(app.get(&card).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get_as(mentor, ME).await.0, StatusCode::OK);
    become_status("active").await;
    assert_eq!(app.get(&card).await.0, StatusCode::OK);

    let reply = app
        .ask(
            Some(mentor),
            Method::PATCH,
            ME,
            Some(&json!({ "status": "suspended", "bio": 7 })),
        )
        .await;
    assert_eq!(
        reply.problems(),
        [("bio", "wrong_type"), ("status", "unknown_value")]
    );
    let log: Vec<_> = app.audit_log().await;
    let words: Vec<&str> = log.iter().map(|[action, ..]| action.as_str()).collect();
    assert_eq!(words, ["user_status_change", "user_status_change"]);
}

#[tokio::test]
async fn who_is_going_to_be_deleted_comes_back_by_restoring_the_account_only() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let path = format!("/api/users/{mentor}");
    let delete = json!({ "reason": "as asked by mail" });
    app.ask(Some(admin), Method::DELETE, &path, Some(&delete))
        .await;
    app.given_login(mentor, Role::Mentor).await;

    let own = app
        .ask(
            Some(mentor),
            Method::PATCH,
            ME,
            Some(&json!({ "status": "active" })),
        )
        .await;
    let standing = json!({ "status": "active", "reason": "come back" });
    let by_admin = app
        .ask(
            Some(admin),
            Method::PUT,
            &format!("{path}/status"),
            Some(&standing),
        )
        .await;

    for refused in [own, by_admin] {
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert_eq!(refused.problems(), [("status", "deletion_requested")]);
    }
    let (status, _) = app.patch_as(mentor, ME, &json!({ "bio": "Bye" })).await;
    assert_eq!(status, StatusCode::OK);
    app.post_as(mentor, "/api/users/me/restore", &json!({}))
        .await;
    let card = format!("/api/mentors/{mentor}");
    assert_eq!(app.get(&card).await.0, StatusCode::OK);
}

#[tokio::test]
async fn of_who_is_erased_there_is_nothing_left_to_change() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let path = format!("/api/users/{mentee}");
    let change = json!({ "username": "ada", "phone": "+493012345678" });
    app.patch_as(mentee, ME, &change).await;

    let erase = json!({ "reason": "as asked by mail", "now": true });
    app.ask(Some(admin), Method::DELETE, &path, Some(&erase))
        .await;

    assert_eq!(app.stored_phone(mentee).await, None);
    for (method, what, body) in [
        (Method::PATCH, "", json!({ "bio": "Back" })),
        (
            Method::PUT,
            "/role",
            json!({ "role": "admin", "reason": "x" }),
        ),
        (
            Method::PUT,
            "/status",
            json!({ "status": "active", "reason": "x" }),
        ),
    ] {
        let path = format!("{path}{what}");
        let reply = app.ask(Some(admin), method, &path, Some(&body)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    let (_, listed) = app.get_as(admin, "/api/users?role=mentee").await;
    assert_eq!(listed["data"], json!([]));
    let other = app.given_mentee().await;
    let (status, _) = app.patch_as(other, ME, &json!({ "username": "ada" })).await;
    assert_eq!(status, StatusCode::OK, "the name is free");
}
