//! What people decide about their own account: the name they are found by, and whether they are there.

use http::{Method, StatusCode};
use serde_json::json;
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
