//! What only a developer may do is there with the development flag only.

use axum::body::Body;
use http::{Request, StatusCode};
use reqwest::Method;
use serde_json::json;
use tower::ServiceExt;

use crate::house::House;

#[tokio::test]
async fn without_the_flag_nothing_answers_below_dev() {
    let house = House::start().await;
    let app = standalone::platform::app(&house.state, None);

    for (method, path) in [
        ("GET", "/dev/mailbox"),
        ("PUT", "/dev/clock"),
        ("POST", "/dev/tick"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::from("{}"))
            .unwrap();
        let answer = app.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    house.stop().await;
}

#[tokio::test]
async fn the_clock_can_be_set_and_brought_back() {
    let house = House::start().await;

    let set = house
        .ask(
            Method::PUT,
            "/dev/clock",
            None,
            Some(json!({ "now": "2030-01-01T00:00:00Z" })),
        )
        .await;
    assert_eq!(set.status, 200);
    assert!(
        set.body["now"]
            .as_str()
            .unwrap()
            .starts_with("2030-01-01T00:00:0")
    );
    let back = house
        .ask(
            Method::PUT,
            "/dev/clock",
            None,
            Some(json!({ "now": null })),
        )
        .await;
    assert_eq!(back.status, 200);
    assert!(!back.body["now"].as_str().unwrap().starts_with("2030"));

    let unknown = house
        .ask(
            Method::POST,
            "/dev/tick",
            None,
            Some(json!({ "job": "nonsense" })),
        )
        .await;
    assert_eq!(unknown.status, 400);
    assert_eq!(unknown.body["success"], false);
    house.stop().await;
}

#[tokio::test]
async fn the_page_of_a_verification_mail_spends_nothing_by_being_opened() {
    let house = House::start().await;
    let body = json!({
        "email": "ada@example.com", "password": "Demo-Passw0rd!", "role": "mentee",
        "first_name": "Ada", "last_name": "Test", "timezone": "UTC",
    });
    house.post("/api/auth/register", body).await;
    let mail = house
        .mail_to("ada@example.com", "verify-email?token=")
        .await;
    let token = crate::house::token_in(&mail);

    let page = house
        .ask(
            Method::GET,
            &format!("/verify-email?token={token}"),
            None,
            None,
        )
        .await;
    assert_eq!(page.status, 200);
    let verified = house
        .post("/api/auth/email/verify", json!({ "token": token }))
        .await;
    assert_eq!(verified.status, 200, "{}", verified.body);
    assert_eq!(
        house
            .post("/api/auth/email/verify", json!({ "token": token }))
            .await
            .status,
        400
    );
    house.stop().await;
}
