//! The platform, as a program sees it: every request is told with its answer, and checked.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::answer::{Step, Wrong, check, worth_telling};
use crate::brief::Depth;
use crate::people::Person;
use crate::tell::Teller;

/// No request of this story takes longer.
const PATIENCE: Duration = Duration::from_secs(40);

pub(crate) struct Api {
    base: String,
    http: Client,
    pub(crate) teller: Teller,
}

/// How much of a request and its answer is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// What was asked for, and the status of the answer.
    Lines,
    /// Also the bodies; that of the answer so deep.
    Whole(Depth),
}

/// A request, and the status that its answer should have.
pub(crate) struct Call<'a> {
    who: Option<&'a Person>,
    method: Method,
    path: String,
    body: Option<Value>,
    expected: StatusCode,
    told: Told,
}

impl<'a> Call<'a> {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            who: None,
            method,
            path: path.into(),
            body: None,
            expected: StatusCode::OK,
            told: Told::Whole(Depth::USUAL),
        }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::POST, path).body(body)
    }

    pub(crate) fn put(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::PUT, path).body(body)
    }

    pub(crate) fn body(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    pub(crate) fn by(self, person: &'a Person) -> Self {
        Self {
            who: Some(person),
            ..self
        }
    }

    pub(crate) fn expect(self, expected: StatusCode) -> Self {
        Self { expected, ..self }
    }

    /// Shows no bodies: the like of them has just been shown.
    pub(crate) fn briefly(self) -> Self {
        Self {
            told: Told::Lines,
            ..self
        }
    }

    /// Shows also what lies deep in the answer.
    pub(crate) fn in_depth(self) -> Self {
        Self {
            told: Told::Whole(Depth::DEEP),
            ..self
        }
    }

    /// Shows nothing of it, unless it goes wrong.
    pub(crate) fn quietly(self) -> Self {
        Self {
            told: Told::Nothing,
            ..self
        }
    }
}

impl Api {
    pub(crate) fn new(base: String, teller: Teller) -> Self {
        let http = tests::http_client()
            .timeout(PATIENCE)
            .build()
            .unwrap_or_default();
        Self { base, http, teller }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request and checks the status of its answer; returns its body.
    pub(crate) async fn send(&self, call: Call<'_>) -> Step<Value> {
        self.tell_request(&call);
        let lost = |error: reqwest::Error| self.unreachable(&error);
        let mut answer = self.request(&call).send().await.map_err(lost)?;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS && call.expected != answer.status() {
            self.wait_for_turn(&answer).await;
            answer = self.request(&call).send().await.map_err(lost)?;
        }
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(lost)?;
        let body: Value = match bytes.as_ref() {
            b"" => Value::Null,
            bytes => serde_json::from_slice(bytes)
                .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into()),
        };
        self.tell_answer(&call, status, &body);
        check(
            status == call.expected,
            format!(
                "{} {} should answer {}, not {status}: {body}",
                call.method, call.path, call.expected
            ),
        )?;
        Ok(body)
    }

    /// Time flies in this story, limits count in real seconds: a client that is asked to wait does so.
    async fn wait_for_turn(&self, refused: &reqwest::Response) {
        let wait = refused.headers().get(RETRY_AFTER);
        let seconds = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
        let seconds = seconds.unwrap_or(1);
        self.teller.say(&format!(
            "429: too often for now, so it waits {seconds} s as Retry-After says"
        ));
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    fn tell_request(&self, call: &Call<'_>) {
        if call.told == Told::Nothing {
            return;
        }
        let who = call.who.map_or("", |person| person.first_name);
        self.teller.asked(who, call.method.as_str(), &call.path);
        if let (Told::Whole(_), Some(body)) = (call.told, &call.body) {
            self.teller.body(body, Depth::WHOLE);
        }
    }

    fn tell_answer(&self, call: &Call<'_>, status: StatusCode, body: &Value) {
        if call.told == Told::Nothing {
            return;
        }
        self.teller
            .answered(&status.to_string(), status.is_success());
        if let Told::Whole(depth) = call.told {
            self.teller.body(&worth_telling(body), depth);
        }
    }

    fn request(&self, call: &Call<'_>) -> reqwest::RequestBuilder {
        let mut request = self
            .http
            .request(call.method.clone(), format!("{}{}", self.base, call.path));
        if let Some(person) = call.who {
            request = request.header("x-forwarded-for", &person.address);
            if let Some(token) = &person.access_token {
                request = request.bearer_auth(token);
            }
        }
        match &call.body {
            Some(body) => request.json(body),
            None => request,
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Wrong {
        if error.is_connect() {
            let base = &self.base;
            return Wrong::new(format!(
                "nobody answers at {base}: start the platform with `make run` in another terminal"
            ));
        }
        Wrong::new(format!("an answer did not arrive: {error}"))
    }

    /// Makes sure that it is there, in the development mode, with the real time on its clock.
    pub(crate) async fn find_platform(&self) -> Step<()> {
        self.teller.step("Is the platform there?");
        let health = self.send(Call::get("/api/health")).await?;
        check(health["success"] == true, "the platform is not well")?;
        let clock = self.reset_clock().await;
        clock.map_err(|wrong| {
            Wrong::new(format!(
                "the clock cannot be set, which needs the development mode ({wrong})"
            ))
        })
    }

    pub(crate) async fn reset_clock(&self) -> Step<()> {
        self.send(Call::put("/dev/clock", json!({ "now": null })).quietly())
            .await?;
        Ok(())
    }
}
