//! A stand-in for the provider of text messages: it speaks the part of Twilio's HTTP API that hands a message over.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use shared::http::Path;
use tokio::net::TcpListener;

use crate::{Setup, TestApp, api};

const ACCOUNT: &str = "AC00000000000000000000000000000001";
/// `AC00000000000000000000000000000001:a token` in base64.
const BASIC: &str = "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTphIHRva2Vu";

/// What we are to the provider.
pub(crate) fn registration() -> Value {
    json!({ "account_sid": ACCOUNT, "auth_token": "a token" })
}

/// The provider, and what it was given.
#[derive(Clone, Default)]
pub struct Texts {
    sent: Arc<Mutex<Vec<Sent>>>,
    /// The answer to the next message, instead of taking it.
    refusal: Arc<Mutex<Option<(StatusCode, i64)>>>,
}

/// A text message that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The number of the phone.
    pub to: String,
    /// Our number.
    pub from: String,
    /// What it says.
    pub body: String,
}

impl TestApp {
    /// An app of all areas that sends text messages.
    pub async fn with_texts() -> (Self, Texts) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let texts = Texts::default();
        let path = "/2010-04-01/Accounts/{account}/Messages.json";
        let router = Router::new().route(path, post(take));
        let router = router.with_state(texts.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let setup = Setup {
            texts: Some(url),
            ..Setup::default()
        };
        (Self::with(api(), setup).await, texts)
    }
}

impl Texts {
    /// What was taken, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// Refuses the next message with a status and a code.
    pub fn refuse_next(&self, status: StatusCode, code: i64) {
        *self.refusal.lock().unwrap() = Some((status, code));
    }
}

async fn take(
    State(texts): State<Texts>,
    Path(account): Path<String>,
    headers: HeaderMap,
    form: String,
) -> (StatusCode, String) {
    let is_known = headers
        .get(AUTHORIZATION)
        .is_some_and(|value| value == BASIC);
    if account != ACCOUNT || !is_known {
        return refused(StatusCode::UNAUTHORIZED, 20003);
    }
    if let Some((status, code)) = texts.refusal.lock().unwrap().take() {
        return refused(status, code);
    }
    let form: HashMap<_, _> = form_urlencoded::parse(form.as_bytes()).collect();
    let field = |name: &str| form.get(name).map(ToString::to_string).unwrap_or_default();
    let sent = Sent {
        to: field("To"),
        from: field("From"),
        body: field("Body"),
    };
    if sent.body.is_empty() || sent.body.chars().count() > 1600 {
        return refused(StatusCode::BAD_REQUEST, 21602);
    }
    let mut all = texts.sent.lock().unwrap();
    all.push(sent);
    let sid = format!("SM{:032}", all.len());
    (
        StatusCode::CREATED,
        json!({ "sid": sid, "status": "queued", "error_code": null }).to_string(),
    )
}

fn refused(status: StatusCode, code: i64) -> (StatusCode, String) {
    let body = json!({ "code": code, "message": "No", "status": status.as_u16() });
    (status, body.to_string())
}
