//! The API as a client meets it: through API Gateway.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::Value;

/// How long the gateway may take: a cold start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The token of somebody who is not signed in.
pub(crate) const NOBODY: &str = "";

pub(crate) struct Api {
    http: Client,
    endpoint: String,
    host: String,
}

impl Api {
    /// The gateway tells its APIs apart by the name of the host, which leads to no address here.
    pub(crate) fn new(endpoint: &str, id: &str) -> Self {
        let http = tests::http_client().timeout(PATIENCE);
        let (_, port) = endpoint.rsplit_once(':').unwrap();
        Self {
            http: http.build().unwrap(),
            endpoint: endpoint.to_owned(),
            host: format!("{id}.execute-api.localhost:{port}"),
        }
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Answer {
        self.call(Method::GET, token, path, None).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, token, path, Some(body)).await
    }

    pub(crate) async fn put(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, token, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, token, path, Some(body)).await
    }

    async fn call(&self, method: Method, token: &str, path: &str, body: Option<&Value>) -> Answer {
        let call = format!("{method} {path}");
        let url = format!("{}{path}", self.endpoint);
        let mut request = self.http.request(method, url).header("host", &self.host);
        if token != NOBODY {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        Answer { call, status, text }
    }
}

/// What came back.
pub(crate) struct Answer {
    call: String,
    status: u16,
    text: String,
}

impl Answer {
    /// The data of an answer with this status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        self.body(status)["data"].take()
    }

    /// The code of a refusal with this status.
    #[track_caller]
    pub(crate) fn code(&self, status: u16) -> String {
        let body = self.body(status);
        body["errors"][0]["code"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn body(&self, status: u16) -> Value {
        let Self { call, text, .. } = self;
        assert_eq!(self.status, status, "{call} answered {text}");
        serde_json::from_str(text).unwrap()
    }
}
