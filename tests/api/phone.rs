//! Phone numbers: for their person and for admins, sealed in the database.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tests::TestApp;

const ME: &str = "/api/users/me";
const PHONE: &str = "+493012345678";

fn phone(number: &str) -> Value {
    json!({ "phone": number })
}

#[tokio::test]
async fn a_phone_number_comes_back_to_its_person_and_stands_nowhere_in_the_clear() {
    let app = TestApp::whole().await;
    let (mentee, admin) = (app.given_mentee().await, app.given_admin().await);

    let (status, body) = app.patch_as(mentee, ME, &phone(PHONE)).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["phone"], PHONE);
    let (_, by_admin) = app.get_as(admin, &format!("/api/users/{mentee}")).await;
    assert_eq!(by_admin["data"]["phone"], PHONE);
    let stored = app.stored_phone(mentee).await.unwrap();
    let digits = PHONE.trim_start_matches('+').as_bytes();
    for part in digits.windows(4) {
        assert!(!stored.windows(4).any(|bytes| bytes == part));
    }

    let (_, body) = app.patch_as(mentee, ME, &json!({ "phone": null })).await;
    assert_eq!(body["data"]["phone"], json!(null));
    assert_eq!(app.stored_phone(mentee).await, None);
}

#[tokio::test]
async fn only_the_international_form_is_taken() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    for bad in ["030 12345678", "+49 30 12345678", "+123", "call me"] {
        let reply = app
            .ask(Some(mentee), Method::PATCH, ME, Some(&phone(bad)))
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert_eq!(reply.problems(), [("phone", "invalid_phone")]);
    }
}

#[tokio::test]
async fn the_other_person_of_a_confirmed_session_sees_it_only_if_it_is_shown() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    app.patch_as(mentor, ME, &phone(PHONE)).await;
    let shown = async || {
        let (_, body) = app.get_as(mentee, &format!("/api/users/{mentor}")).await;
        body["data"]["phone"].clone()
    };
    let show = json!({ "visibility": {
        "location": true, "company": true, "languages": true, "profile_picture": true, "phone": true,
    } });

    app.given_confirmed_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    assert_eq!(shown().await, json!(null), "hidden until they show it");
    app.put_as(mentor, "/api/users/me/privacy", &show).await;
    assert_eq!(shown().await, PHONE);

    let stranger = app.given_mentee().await;
    let (_, body) = app.get_as(stranger, &format!("/api/users/{mentor}")).await;
    assert_eq!(body["data"]["phone"], json!(null));
    let (_, card) = app.get(&format!("/api/mentors/{mentor}")).await;
    assert!(!card.to_string().contains(PHONE));
}

#[tokio::test]
async fn a_rotated_key_opens_what_the_old_one_sealed_and_seals_it_anew_with_the_next_change() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    app.patch_as(mentee, ME, &phone(PHONE)).await;
    let secrets = tests::secrets();
    let (first, second) = (
        &secrets["data-keys"]["key_1"],
        "a second key that only the tests know",
    );
    let both = json!({ "active": "key_2", "key_1": first, "key_2": second });
    let rotated = app.router_with_data_keys(tests::api(), both).await;
    let second_only = json!({ "active": "key_2", "key_2": second });
    let later = app.router_with_data_keys(tests::api(), second_only).await;
    let sealed_by = async || {
        let stored = app.stored_phone(mentee).await.unwrap();
        String::from_utf8(stored[1..=usize::from(stored[0])].to_vec()).unwrap()
    };
    assert_eq!(sealed_by().await, "key_1");

    let read = app
        .call(Method::GET, ME)
        .on(&rotated)
        .by(mentee)
        .await
        .send()
        .await;
    assert_eq!(read.data()["phone"], PHONE);
    let change = json!({ "bio": "Hi" });
    let changed = app
        .call(Method::PATCH, ME)
        .on(&rotated)
        .by(mentee)
        .await
        .json(&change)
        .send()
        .await;

    assert_eq!(changed.data()["phone"], PHONE);
    assert_eq!(sealed_by().await, "key_2");
    let read = app
        .call(Method::GET, ME)
        .on(&later)
        .by(mentee)
        .await
        .send()
        .await;
    assert_eq!(read.data()["phone"], PHONE);
}

#[tokio::test]
async fn a_number_that_was_copied_to_somebody_else_does_not_open() {
    let app = TestApp::whole().await;
    let (mentee, thief) = (app.given_mentee().await, app.given_mentee().await);
    app.patch_as(mentee, ME, &phone(PHONE)).await;

    app.given_copied_phone(mentee, thief).await;

    let (status, body) = app.get_as(thief, ME).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!body.to_string().contains(PHONE));
}
