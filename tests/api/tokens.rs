//! Access tokens under attack: whatever is wrong with one, the answer is the same.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::keys;
use shared::domain::id::UserId;
use shared::domain::user::Role;
use tests::{Reply, TestApp, message, signed_with_secret};

const NOW: &str = "2026-03-02T09:00:00Z";

struct Stage {
    app: TestApp,
    mentee: UserId,
    header: Value,
    claims: Value,
    /// What somebody without any token is told.
    refusal: Reply,
}

async fn stage() -> Stage {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    app.at(NOW);
    let (header, claims) = app.token_parts(mentee).await;
    let refusal = app.ask(None, Method::GET, "/api/users/me", None).await;
    assert_eq!(refusal.status, StatusCode::UNAUTHORIZED);
    Stage {
        app,
        mentee,
        header,
        claims,
        refusal,
    }
}

fn with(object: &Value, field: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[field] = value;
    object
}

fn without(object: &Value, field: &str) -> Value {
    let mut object = object.clone();
    assert!(object.as_object_mut().unwrap().remove(field).is_some());
    object
}

impl Stage {
    /// Asks at the beginning of a second, so that the edges of time are sharp.
    async fn ask(&self, authorization: &[&str]) -> Reply {
        self.app.at(NOW);
        let call = self.app.call(Method::GET, "/api/users/me");
        let call = authorization
            .iter()
            .fold(call, |call, value| call.header("authorization", value));
        call.send().await
    }

    async fn accept(&self, token: &str, what: &str) {
        let reply = self.ask(&[&format!("Bearer {token}")]).await;
        assert_eq!(reply.status, StatusCode::OK, "{what}: {}", reply.text);
    }

    async fn refuse(&self, token: &str, what: &str) {
        self.refuse_header(&[&format!("Bearer {token}")], what)
            .await;
    }

    async fn refuse_header(&self, authorization: &[&str], what: &str) {
        let reply = self.ask(authorization).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{what}");
        assert_eq!(reply.text, self.refusal.text, "{what}");
        assert_eq!(reply.header("www-authenticate"), "Bearer", "{what}");
        assert_eq!(reply.code(), "unauthenticated");
    }

    async fn refuse_claims(&self, claims: &Value, what: &str) {
        let token = self.app.signed(&self.header, claims).await;
        self.refuse(&token, what).await;
    }

    async fn refuse_header_part(&self, header: &Value, what: &str) {
        let token = self.app.signed(header, &self.claims).await;
        self.refuse(&token, what).await;
    }

    /// A moment so many seconds from now.
    fn at(&self, seconds: i64) -> Value {
        json!(self.claims["iat"].as_i64().unwrap() + seconds)
    }
}

#[tokio::test]
async fn the_forger_of_these_tests_can_make_good_ones() {
    let stage = stage().await;
    let token = stage.app.signed(&stage.header, &stage.claims).await;
    stage.accept(&token, "the same header and claims").await;
}

#[tokio::test]
async fn nobody_chooses_the_algorithm() {
    let stage = stage().await;
    let good = stage.app.signed(&stage.header, &stage.claims).await;
    let signature = good.rsplit('.').next().unwrap();
    for algorithm in [
        "none", "None", "NONE", "nOnE", "HS256", "ES256", "RS256", "PS512", "",
    ] {
        let header = with(&stage.header, "alg", json!(algorithm));
        let unsigned = message(&header, &stage.claims);
        for forged in [
            format!("{unsigned}."),
            unsigned.clone(),
            format!("{unsigned}.{signature}"),
            stage.app.signed(&header, &stage.claims).await,
        ] {
            stage.refuse(&forged, algorithm).await;
        }
    }
    stage
        .refuse_header_part(&without(&stage.header, "alg"), "no algorithm")
        .await;
}

#[tokio::test]
async fn the_public_key_is_no_secret_to_sign_with() {
    let stage = stage().await;
    let header = with(&stage.header, "alg", json!("HS256"));
    let jwk = stage.app.public_key().await;
    let x = jwk["x"].as_str().unwrap();
    let raw = URL_SAFE_NO_PAD.decode(x).unwrap();
    // RFC 8410: the same key as a SubjectPublicKeyInfo.
    let prefix = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let der = [&prefix[..], &raw].concat();
    for secret in [&raw[..], &der, x.as_bytes(), jwk.to_string().as_bytes()] {
        let forged = signed_with_secret(secret, &header, &stage.claims);
        stage.refuse(&forged, "HS256").await;
    }
}

#[tokio::test]
async fn keys_are_ours_and_nothing_in_a_token_brings_others() {
    let stage = stage().await;
    let kid = stage.header["kid"].as_str().unwrap().to_owned();
    for other in [
        json!("unknown"),
        json!(""),
        json!(format!("{kid}x")),
        json!("../../etc/passwd"),
        json!(7),
        json!(null),
    ] {
        let header = with(&stage.header, "kid", other.clone());
        stage
            .refuse_header_part(&header, &format!("kid {other}"))
            .await;
    }
    stage
        .refuse_header_part(&without(&stage.header, "kid"), "no kid")
        .await;

    // A key of the attacker's own, offered in every way that a header knows.
    let theirs = keys::generate().unwrap();
    let signer =
        shared::auth::token::Signer::new(&theirs.signing, "https://api.example.com").unwrap();
    let sub = stage.mentee;
    let sid = stage.claims["sid"].as_str().unwrap().parse().unwrap();
    let now = NOW.parse().unwrap();
    let stranger = signer
        .sign(sub, sid, Role::Admin, "1".to_owned(), now)
        .unwrap();
    stage.refuse(&stranger, "a stranger's key").await;
    let jwk = theirs.public["keys"][0].clone();
    for (field, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example.com/jwks.json")),
        ("x5u", json!("https://evil.example.com/cert.pem")),
        ("x5c", json!(["MIIB"])),
    ] {
        let header = with(&stage.header, field, value);
        let parts: Vec<&str> = stranger.split('.').collect();
        let forged = format!(
            "{}.{}.{}",
            message(&header, &stage.claims).split('.').next().unwrap(),
            parts[1],
            parts[2]
        );
        stage.refuse(&forged, field).await;
    }
}

#[tokio::test]
async fn a_token_for_somebody_else_or_of_another_kind_is_none() {
    let stage = stage().await;
    for (field, value) in [
        ("iss", json!("https://evil.example.com")),
        ("iss", json!("https://api.example.com/")),
        ("aud", json!("another-platform")),
        ("aud", json!([])),
        ("sub", json!("not-a-uuid")),
        ("sub", json!("00000000-0000-7000-8000-000000000000")),
        ("sid", json!("00000000-0000-7000-8000-000000000000")),
    ] {
        let claims = with(&stage.claims, field, value.clone());
        stage
            .refuse_claims(&claims, &format!("{field} {value}"))
            .await;
    }
    for kind in [
        json!("JWT"),
        json!("jwt"),
        json!("id_token"),
        json!(""),
        json!(null),
        json!("at+jwt "),
    ] {
        let header = with(&stage.header, "typ", kind.clone());
        stage
            .refuse_header_part(&header, &format!("typ {kind}"))
            .await;
    }
    stage
        .refuse_header_part(&without(&stage.header, "typ"), "no typ")
        .await;

    // What a sign-in with OpenID Connect would hand to a browser.
    let id_token = json!({
        "iss": stage.claims["iss"], "aud": "browser-client", "sub": stage.claims["sub"], "nonce": "n-0S6_WzA2Mj",
        "iat": stage.at(0), "exp": stage.at(900), "email": "ada@example.com", "email_verified": true,
    });
    let token = stage
        .app
        .signed(&with(&stage.header, "typ", json!("JWT")), &id_token)
        .await;
    stage.refuse(&token, "an id token").await;
    let token = stage.app.signed(&stage.header, &id_token).await;
    stage
        .refuse(&token, "an id token that poses as an access token")
        .await;
}

#[tokio::test]
async fn clocks_may_differ_by_thirty_seconds_and_no_more() {
    let stage = stage().await;
    for (field, seconds, is_good) in [
        ("exp", -29, true),
        ("exp", -31, false),
        ("exp", -86_400, false),
        ("nbf", 29, true),
        ("nbf", 31, false),
        ("nbf", 86_400, false),
    ] {
        let claims = with(&stage.claims, field, stage.at(seconds));
        let token = stage.app.signed(&stage.header, &claims).await;
        let what = format!("{field} {seconds}");
        if is_good {
            stage.accept(&token, &what).await;
        } else {
            stage.refuse(&token, &what).await;
        }
    }
    for strange in [
        json!("soon"),
        json!(null),
        json!(-1),
        json!(1e300),
        json!([]),
    ] {
        stage
            .refuse_claims(
                &with(&stage.claims, "exp", strange.clone()),
                &format!("exp {strange}"),
            )
            .await;
    }
}

#[tokio::test]
async fn every_claim_is_needed() {
    let stage = stage().await;
    for claim in [
        "iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "roles",
    ] {
        stage
            .refuse_claims(&without(&stage.claims, claim), claim)
            .await;
    }
    for whole in [json!({}), json!([]), json!(null), json!("x")] {
        stage.refuse_claims(&whole, "no claims at all").await;
    }
}

#[tokio::test]
async fn the_roles_in_a_token_are_not_believed() {
    let stage = stage().await;
    let claims = with(&stage.claims, "roles", json!(["admin"]));
    let token = stage.app.signed(&stage.header, &claims).await;
    let reply = stage.ask(&[&format!("Bearer {token}")]).await;
    assert_eq!(reply.data()["role"], "mentee", "the database knows better");
}

#[tokio::test]
async fn one_bit_anywhere_spoils_a_token() {
    let stage = stage().await;
    let good = stage.app.signed(&stage.header, &stage.claims).await;
    let segments: Vec<Vec<u8>> = good
        .split('.')
        .map(|segment| URL_SAFE_NO_PAD.decode(segment).unwrap())
        .collect();
    for index in 0..3 {
        let bits = segments[index].len() * 8;
        for bit in (0..bits).step_by(bits / 40).chain([bits - 1]) {
            let mut bent = segments.clone();
            bent[index][bit / 8] ^= 1 << (bit % 8);
            let forged: Vec<String> = bent
                .iter()
                .map(|segment| URL_SAFE_NO_PAD.encode(segment))
                .collect();
            stage
                .refuse(&forged.join("."), &format!("bit {bit} of segment {index}"))
                .await;
        }
    }
}

#[tokio::test]
async fn the_same_signature_is_written_in_one_way_only() {
    let stage = stage().await;
    let good = stage.app.signed(&stage.header, &stage.claims).await;
    // 64 bytes leave four bits of the last letter unused; a second spelling would be a second token.
    let last = good.chars().last().unwrap();
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = letters.find(last).unwrap();
    let other = letters.chars().nth(place ^ 1).unwrap();
    let respelt = format!("{}{other}", &good[..good.len() - 1]);
    for forged in [
        respelt,
        format!("{good}=="),
        format!("{good}\u{20}."),
        format!("{good}.x"),
        format!(".{good}"),
    ] {
        stage.refuse(&forged, &forged).await;
    }
}

#[tokio::test]
async fn what_is_no_access_token_is_none() {
    let stage = stage().await;
    let refresh = stage.app.given_login(stage.mentee, Role::Mentee).await;
    stage.refuse(&refresh, "a refresh token").await;
    let link = stage.app.given_verification_token(stage.mentee).await;
    stage.refuse(&link, "the token of a mail").await;
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, refresh.as_bytes()));
    stage
        .refuse(&hash, "what is stored of a refresh token")
        .await;
    let long = "x".repeat(8000);
    for garbage in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "null",
        "undefined",
        "{}",
        &long,
    ] {
        stage.refuse(garbage, garbage).await;
    }
}

#[tokio::test]
async fn of_two_tokens_neither_counts() {
    let stage = stage().await;
    let good = stage.app.signed(&stage.header, &stage.claims).await;
    let bearer = format!("Bearer {good}");
    for both in [
        &[bearer.as_str(), bearer.as_str()][..],
        &[&bearer, "Bearer x"],
        &["Bearer x", &bearer],
        &[&format!("{bearer}, {bearer}")],
        &[&format!("{bearer} {good}")],
        &[&format!("Basic YTpi, {bearer}")],
    ] {
        stage.refuse_header(both, "two tokens").await;
    }
    let in_query = format!("/api/users/me?access_token={good}");
    let reply = stage.app.ask(None, Method::GET, &in_query, None).await;
    assert_ne!(
        reply.status,
        StatusCode::OK,
        "a token in the address ends up in logs"
    );
}

#[tokio::test]
async fn a_token_that_proves_nothing_does_not_fall_back_to_nobody() {
    let stage = stage().await;
    let hours = format!("/api/mentors/{}/slots", stage.mentee);
    let call = stage.app.call(Method::GET, &hours).bearer("a.b.c");
    let reply = call.send().await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nonsense_in_the_authorization_header_is_no_login() {
    let app = TestApp::whole().await;
    for value in ["Bearer", "Bearer ", "Bearer a.b.c", "Basic YTpi", "x"] {
        let reply = app
            .call(Method::GET, "/api/users/me")
            .header("authorization", value)
            .send()
            .await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{value:?}");
        assert_eq!(reply.code(), "unauthenticated");
    }
}

#[tokio::test]
async fn a_token_that_nobody_signed_is_no_login() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let good = app.token_of(mentee).await;
    let parts: Vec<&str> = good.split('.').collect();
    // {"alg":"none","typ":"at+jwt"} and {"alg":"HS256","typ":"at+jwt"}
    for header in [
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9",
    ] {
        for signature in ["", parts[2]] {
            let forged = format!("{header}.{}.{signature}", parts[1]);
            let call = app.call(Method::GET, "/api/users/me").bearer(&forged);
            assert_eq!(call.send().await.status, StatusCode::UNAUTHORIZED);
        }
    }
}
