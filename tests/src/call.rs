//! One request and its answer, without a network in between.

use std::io::Read;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use shared::domain::id::UserId;
use shared::http::{MachineryCost, RequestCost};
use tower::ServiceExt;

use crate::TestApp;

/// A request that is being put together.
#[must_use = "a request that is not sent asks nothing"]
pub struct Call<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    peer: Option<SocketAddr>,
    router: Router,
}

/// An answer with everything about it.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; `null` when it is none.
    pub body: Value,
    /// The body as it came.
    pub text: String,
    /// What it cost the database.
    pub cost: RequestCost,
    /// What limits and idempotency cost beside it.
    pub machinery: RequestCost,
}

impl<'a> Call<'a> {
    pub(crate) fn new(app: &'a TestApp, method: Method, path: &str) -> Self {
        Self {
            app,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            peer: None,
            router: app.router(),
        }
    }

    /// Asks another router than the app's own.
    pub fn on(mut self, router: &Router) -> Self {
        self.router = router.clone();
        self
    }

    /// Asks as a person.
    pub async fn by(self, actor: UserId) -> Self {
        let token = self.app.token_of(actor).await;
        self.bearer(&token)
    }

    /// Asks with any token.
    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(
            name.parse::<HeaderName>().unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
        self
    }

    /// Asks from an address.
    pub fn from_peer(mut self, address: &str) -> Self {
        self.peer = Some(SocketAddr::new(address.parse().unwrap(), 4000));
        self
    }

    /// Sends JSON.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sends anything.
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut call = self.header(CONTENT_TYPE.as_str(), content_type);
        call.body = body.into();
        call
    }

    /// Gets the answer.
    pub async fn send(self) -> Reply {
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.path)
            .body(Body::from(self.body))
            .unwrap();
        *request.headers_mut() = self.headers;
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = self.router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let mut bytes = body.collect().await.unwrap().to_bytes().to_vec();
        if parts
            .headers
            .get(CONTENT_ENCODING)
            .is_some_and(|value| value == "gzip")
        {
            bytes = unpacked(&bytes);
        }
        Reply {
            status: parts.status,
            headers: parts.headers,
            cost: *parts.extensions.get::<RequestCost>().unwrap(),
            machinery: parts.extensions.get::<MachineryCost>().unwrap().0,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

fn unpacked(gzip: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(gzip)
        .read_to_end(&mut plain)
        .unwrap();
    plain
}

impl Reply {
    /// What was asked for.
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// The code of the first thing that is wrong.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["code"].as_str().unwrap_or_default()
    }

    /// Field and code of everything that is wrong, by field.
    pub fn problems(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let mut problems: Vec<_> = errors
            .iter()
            .map(|error| {
                (
                    error["field"].as_str().unwrap_or_default(),
                    error["code"].as_str().unwrap_or_default(),
                )
            })
            .collect();
        problems.sort_unstable();
        problems
    }

    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The answer as most tests want it.
    pub fn pair(self) -> (StatusCode, Value) {
        (self.status, self.body)
    }
}
