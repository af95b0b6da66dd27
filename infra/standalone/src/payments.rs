//! A stand-in for the payment provider: it keeps books of its own, apart from the platform's, does every question once
//! per `Idempotency-Key`, and has test cards and faults for everything that can go wrong. No money moves.
//!
//! | `payment_method` | what happens |
//! |---|---|
//! | `pm_card_ok` | the amount is held, and taken when it is asked for |
//! | `pm_card_action` | the payer has to agree on a page first |
//! | `pm_card_declined`, `pm_card_insufficient_funds`, `pm_card_expired` | refused |
//! | `pm_card_capture_fails` | the amount is held, and cannot be taken |
//! | `pm_card_timeout` | the amount is held, but the answer gets lost once |
//! | anything else | refused as unknown |
#![expect(
    clippy::disallowed_types,
    reason = "another service's answers, outside the API and its envelope"
)]

mod cards;
mod ledger;
mod page;

use std::fs;
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path as PathOf, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::sleep;

use ledger::{Answer, Hold, Ledger};
pub use ledger::{Entry, EntryKind};

/// What the platform is to it.
const KEY: &str = "known-to-everybody-on-this-machine";

/// How long a slow answer takes.
const SLOW: Duration = Duration::from_millis(400);

/// What goes wrong, until it is told otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Every answer is 503, and nothing is done.
    Down,
    /// Every answer is no JSON, though all is done.
    Garbage,
    /// All is done, and the answer comes late.
    Slow,
    /// All is done, and no answer comes.
    AnswerLost,
    /// Nothing is done, and no answer comes.
    Hang,
}

/// The provider. Clones are the same one.
#[derive(Clone)]
pub struct PaymentStandIn(Arc<Inner>);

struct Inner {
    url: String,
    file: Option<PathBuf>,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    ledger: Ledger,
    fault: Fault,
    questions: u64,
}

impl PaymentStandIn {
    /// Starts it on a listener; it runs until the runtime ends. With a file its books survive that.
    ///
    /// # Errors
    /// When the listener has no address, or the file holds no books.
    pub fn start(listener: TcpListener, file: Option<&Path>) -> io::Result<Self> {
        let url = format!("http://{}", listener.local_addr()?);
        let mut ledger: Ledger = match file.map(fs::read) {
            Some(Ok(text)) => serde_json::from_slice(&text)?,
            None | Some(Err(_)) => Ledger::default(),
        };
        ledger.url.clone_from(&url);
        let provider = Self(Arc::new(Inner {
            url,
            file: file.map(Path::to_path_buf),
            books: Mutex::new(Books {
                ledger,
                ..Books::default()
            }),
        }));
        let router = provider.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(provider)
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Every movement of money, in order.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.books().ledger.entries().to_vec()
    }

    /// How many questions have reached it, repeated ones included.
    #[must_use]
    pub fn questions(&self) -> u64 {
        self.books().questions
    }

    /// Lets things go wrong, or right again.
    pub fn fail(&self, fault: Fault) {
        self.books().fault = fault;
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn router(&self) -> Router {
        Router::new()
            .route("/v1/payments", post(authorize))
            .route("/v1/payments/{id}", get(show))
            .route("/v1/payments/{id}/capture", post(capture))
            .route("/v1/payments/{id}/refund", post(refund))
            .route("/pay/{id}", get(page::show).post(page::decide))
            .with_state(self.clone())
    }

    /// Writes in the books, and keeps them before anybody hears of it.
    fn write<T>(&self, change: impl FnOnce(&mut Ledger) -> T) -> io::Result<T> {
        let mut books = self.books();
        let mut ledger = books.ledger.clone();
        let changed = change(&mut ledger);
        if let Some(file) = &self.0.file {
            let new = file.with_extension("new");
            fs::write(&new, serde_json::to_vec(&ledger)?)?;
            fs::rename(new, file)?;
        }
        books.ledger = ledger;
        Ok(changed)
    }

    /// Answers a question that changes something: once per key, whatever goes wrong with the answer.
    async fn once(
        &self,
        headers: &HeaderMap,
        question: &[&str],
        change: impl FnOnce(&mut Ledger) -> Answer,
    ) -> Response {
        if let Some(refused) = self.wall(headers).await {
            return refused;
        }
        let Some(key) = header(headers, "idempotency-key") else {
            return refuse(StatusCode::BAD_REQUEST, "idempotency_key_required");
        };
        let written = self.write(|ledger| ledger.once(key, &question.join("|"), change));
        match written {
            Ok(answer) => self.hand_over(answer).await,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    /// Who asks, and whether anybody is there to be asked.
    async fn wall(&self, headers: &HeaderMap) -> Option<Response> {
        let fault = {
            let mut books = self.books();
            books.questions += 1;
            books.fault
        };
        match fault {
            Fault::Down => return Some(StatusCode::SERVICE_UNAVAILABLE.into_response()),
            Fault::Hang => pending().await,
            Fault::None | Fault::Garbage | Fault::Slow | Fault::AnswerLost => {}
        }
        let bearer = header(headers, AUTHORIZATION.as_str());
        let is_known = bearer.and_then(|value| value.strip_prefix("Bearer ")) == Some(KEY);
        (!is_known).then(|| refuse(StatusCode::UNAUTHORIZED, "unauthenticated"))
    }

    async fn hand_over(&self, answer: Answer) -> Response {
        if answer.is_lost {
            pending::<()>().await;
        }
        let fault = self.books().fault;
        match fault {
            Fault::AnswerLost => pending().await,
            Fault::Slow => sleep(SLOW).await,
            Fault::Garbage => return "<html>We are moving!</html>".into_response(),
            Fault::None | Fault::Down | Fault::Hang => {}
        }
        let status = StatusCode::from_u16(answer.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(answer.body)).into_response()
    }
}

/// What the platform is to it, as its secret holds it.
#[must_use]
pub fn registration() -> Value {
    json!({ "key": KEY })
}

/// What is to be held.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderBody {
    amount: i64,
    currency: String,
    payment_method: String,
    order: String,
}

async fn authorize(
    State(provider): State<PaymentStandIn>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(order) = serde_json::from_slice::<OrderBody>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "malformed");
    };
    let text = String::from_utf8_lossy(&body).into_owned();
    let order = Hold {
        order: order.order,
        amount: order.amount,
        currency: order.currency,
        method: order.payment_method,
    };
    let change = |ledger: &mut Ledger| ledger.authorize(order);
    provider.once(&headers, &["authorize", &text], change).await
}

async fn show(
    State(provider): State<PaymentStandIn>,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Response {
    if let Some(refused) = provider.wall(&headers).await {
        return refused;
    }
    let shown = provider.books().ledger.show(&id);
    provider.hand_over(shown).await
}

async fn capture(
    State(provider): State<PaymentStandIn>,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Response {
    let change = |ledger: &mut Ledger| ledger.capture(&id);
    provider.once(&headers, &["capture", &id], change).await
}

async fn refund(
    State(provider): State<PaymentStandIn>,
    headers: HeaderMap,
    PathOf(id): PathOf<String>,
) -> Response {
    let change = |ledger: &mut Ledger| ledger.refund(&id);
    provider.once(&headers, &["refund", &id], change).await
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn refuse(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "error": { "code": code } }))).into_response()
}
