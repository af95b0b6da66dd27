//! Bodies that are too large, not JSON, or JSON that cannot be trusted.

use http::{Method, StatusCode};
use serde_json::json;
use tests::TestApp;

use super::{REGISTER, is_refusal};

#[tokio::test]
async fn a_body_larger_than_a_mebibyte_is_413() {
    let app = TestApp::whole().await;
    let send = async |length: usize| {
        let body = format!("{{\"email\": \"{}\"}}", "x".repeat(length));
        app.call(Method::POST, REGISTER)
            .body("application/json", body)
            .send()
            .await
    };
    let fits = send(1024 * 1024 - 13).await;
    assert_eq!(fits.status, StatusCode::BAD_REQUEST);
    let too_large = send(1024 * 1024 - 12).await;
    assert_eq!(too_large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(is_refusal(&too_large));
    assert_eq!(too_large.code(), "body_too_large");
}

#[tokio::test]
async fn a_body_that_is_not_sent_as_json_is_415() {
    let app = TestApp::whole().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "multipart/form-data; boundary=x",
        "",
    ] {
        let reply = app
            .call(Method::POST, REGISTER)
            .body(kind, "{}")
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        assert!(is_refusal(&reply));
        assert_eq!(reply.code(), "unsupported_media_type");
    }
    let reply = app.call(Method::POST, REGISTER).send().await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let reply = app
        .call(Method::POST, REGISTER)
        .body("Application/JSON; charset=utf-8", "{}")
        .send()
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn json_that_is_not_good_json_is_refused() {
    let app = TestApp::whole().await;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let long = format!("{{\"a\": [{}1]}}", "1,".repeat(600));
    for body in [
        &b""[..],
        b"{",
        b"nonsense",
        b"{} {}",
        b"{\"a\":1,\"a\":2}",
        b"\"\\u0000\"",
        b"\"\\ud800\"",
        b"\xff\xfe",
        b"{\"a\":1e999}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
        long.as_bytes(),
    ] {
        let reply = app
            .call(Method::POST, REGISTER)
            .body("application/json", body)
            .send()
            .await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{shown}");
        assert!(is_refusal(&reply));
        assert_eq!(reply.code(), "malformed_json", "{shown}");
    }
    for body in ["null", "[]", "1", "\"x\"", "true"] {
        let reply = app
            .call(Method::POST, REGISTER)
            .body("application/json", body)
            .send()
            .await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::BAD_REQUEST, "wrong_type"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_compressed_body_is_415() {
    let app = TestApp::whole().await;
    let send = async |coding: &str| {
        let call = app.call(Method::POST, REGISTER);
        let call = call.body("application/json", "{}");
        call.header("content-encoding", coding).send().await.status
    };
    assert_eq!(send("gzip").await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send("identity").await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_kind_of_bad_value_is_named_with_its_field() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let words: Vec<String> = (0..500).map(|n| n.to_string()).collect();
    for (field, value, code) in [
        ("bio", json!("x".repeat(1001)), "too_long"),
        ("first_name", json!("x".repeat(10_000)), "too_long"),
        ("first_name", json!(" "), "too_short"),
        ("bio", json!("a\u{1}b"), "control_character"),
        ("bio", json!(7), "wrong_type"),
        ("languages", json!(words), "too_many"),
        ("languages", json!(["de", "de"]), "repeated_entry"),
        ("years_experience", json!(1_000_000_000), "out_of_range"),
        ("years_experience", json!(-1), "out_of_range"),
        ("years_experience", json!(1.5), "wrong_type"),
        ("years_experience", json!(u64::MAX), "out_of_range"),
        ("stages", json!(["unicorn"]), "unknown_value"),
        ("timezone", json!("Berlin"), "invalid_timezone"),
        (
            "profile_picture_url",
            json!("https://169.254.169.254/"),
            "invalid_url",
        ),
        // What an answer shows and nobody may write.
        ("id", json!(mentor), "unknown_field"),
        ("role", json!("admin"), "unknown_field"),
        ("status", json!("suspended"), "unknown_value"),
        ("email_verified", json!(true), "unknown_field"),
        ("vetting", json!("approved"), "unknown_field"),
        ("version", json!(7), "unknown_field"),
        ("__proto__", json!({}), "unknown_field"),
    ] {
        let body = json!({ field: value });
        let reply = app
            .ask(Some(mentor), Method::PATCH, "/api/users/me", Some(&body))
            .await;
        assert_eq!(
            reply.status,
            StatusCode::BAD_REQUEST,
            "{field}: {}",
            reply.text
        );
        let (named, found) = reply.problems()[0];
        assert!(
            named.starts_with(field) && found == code,
            "{field} {code}: {}",
            reply.text
        );
    }
}
