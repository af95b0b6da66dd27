//! `Idempotency-Key`: a POST that is sent again, because its answer was lost, is answered again and not done again.
//!
//! An operation takes part by naming [`IdempotencyKey`] among the `params` of its document, and by ending with
//! [`Answer::commit`](super::Answer::commit): what the document promises is what happens here.
//!
//! The request is claimed before its handler runs, in a statement of its own. `Answer::commit` then writes the sealed answer
//! in the transaction of the effect, where `owner` is the fence: whoever lost the claim to somebody else changes nothing. So
//! effect and answer become true at the same instant, and there is no moment to be killed in between. The claim reaches the
//! transaction through the task, as the request's meter does: no handler passes it on.
//!
//! Refusals that will be the same tomorrow (404, 409, 422) are kept as well, after the rollback. Everything else gives the
//! claim back, and when nobody is left to give it back, the lease ends. Answers are kept whole, whatever their size: a pointer
//! to the resource would be another answer than the first. Anonymous requests have no scope that keeps their keys apart from
//! those of strangers, so theirs are ignored; registering, logging in and asking for mails are safe to repeat as they are.

mod kept;
mod key;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode};
use uuid::Uuid;

use super::contract::Operation;
use super::error::ApiError;
use super::guard;
use super::input::read_body;
use crate::auth::sealed::DataKeys;
use crate::domain::user::Actor;
use crate::state::AppState;
use crate::store::idempotency::{self, Intent, Standing};
use crate::store::meter::apart;
use crate::store::{StoreError, Transaction};

use key::{IDEMPOTENCY_KEY, parse};

pub(super) use kept::Kept;
pub use key::IdempotencyKey;

/// How long one execution may take: what a function may, and five seconds.
const LEASE: Duration = Duration::from_secs(15);

tokio::task_local! {
    static CLAIM: Arc<Claim>;
}

/// The right to execute a request, and to keep its answer.
struct Claim {
    intent: Intent,
    owner: Uuid,
    seal: Arc<DataKeys>,
    is_kept: AtomicBool,
}

/// Lets a request of a POST that honours keys be executed once.
pub(super) async fn once(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some((actor, key)) = keyed(&request) else {
        return next.run(request).await;
    };
    // In a box: most requests have no key, and need not carry the room for one.
    let begun = Box::pin(begin(&state, actor, key, request));
    match apart(begun).await {
        Err(refused) => refused.into_response(),
        Ok(Begun::Replayed(response)) => response,
        Ok(Begun::Claimed(claim, request)) => {
            let response = CLAIM.scope(Arc::clone(&claim), next.run(*request)).await;
            apart(Box::pin(claim.settle(&state, response))).await
        }
    }
}

/// Who sent which key, when the request has one that is honoured.
fn keyed(request: &Request) -> Option<(Actor, Result<String, ApiError>)> {
    let operation = request.extensions().get::<Operation>()?;
    let is_honoured = *request.method() == Method::POST && operation.takes_header(&IDEMPOTENCY_KEY);
    if !is_honoured || !request.headers().contains_key(IDEMPOTENCY_KEY) {
        return None;
    }
    let actor = guard::actor(request.extensions())?;
    Some((actor, parse(request.headers())))
}

enum Begun {
    Claimed(Arc<Claim>, Box<Request>),
    Replayed(Response),
}

async fn begin(
    state: &AppState,
    actor: Actor,
    key: Result<String, ApiError>,
    request: Request,
) -> Result<Begun, ApiError> {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    let intent = Intent {
        user: actor.id,
        operation: operation(&parts),
        key: key?,
    };
    let claim = Claim {
        intent,
        owner: state.clock.id(),
        seal: state.answer_keys().await?,
        is_kept: AtomicBool::new(false),
    };
    let fingerprint = fingerprint(&[
        claim.intent.operation.as_bytes(),
        parts.uri.path().as_bytes(),
        &body,
    ]);
    let client = state.db.client().await?;
    let standing =
        idempotency::claim(&client, &claim.intent, &fingerprint, claim.owner, LEASE).await?;
    match standing {
        Standing::Claimed => {
            let request = Request::from_parts(parts, Body::from(body));
            Ok(Begun::Claimed(Arc::new(claim), Box::new(request)))
        }
        Standing::Done(sealed) => Ok(Begun::Replayed(claim.open(&sealed)?.again()?)),
        Standing::InProgress => Err(in_progress()),
        Standing::Reused => Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "this Idempotency-Key was sent with another request: choose a new one",
        )),
    }
}

/// Method and route template: the same for all ids.
fn operation(parts: &Parts) -> String {
    let route = parts.extensions.get::<MatchedPath>();
    format!(
        "{} {}",
        parts.method,
        route.map_or_else(|| parts.uri.path(), MatchedPath::as_str)
    )
}

/// Tells two requests apart; the length of each part keeps their borders.
fn fingerprint(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = Context::new(&SHA256);
    for part in parts {
        digest.update(&(part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finish().as_ref().to_vec()
}

fn in_progress() -> ApiError {
    ApiError::new(
        StatusCode::CONFLICT,
        "idempotency_in_progress",
        "a request with this Idempotency-Key is being answered: ask again in a moment",
    )
    .after(Duration::from_secs(1))
}

impl Claim {
    /// Keeps an answer that no transaction kept, or gives the claim back.
    async fn settle(&self, state: &AppState, response: Response) -> Response {
        let status = response.status();
        if status.is_success() && self.is_kept.load(Ordering::Relaxed) {
            return response;
        }
        let is_final = status.is_success()
            || matches!(
                status,
                StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY
            );
        let (kept, response) = if is_final {
            Kept::read(response).await
        } else {
            (None, response)
        };
        // The request is answered all the same; without this the lease ends by itself.
        if let Err(failure) = self.put_down(state, kept).await {
            tracing::warn!(%failure, "a claim on an idempotency key could not be settled");
        }
        response
    }

    async fn put_down(&self, state: &AppState, kept: Option<Kept>) -> Result<(), StoreError> {
        let client = state.db.client().await?;
        match kept.and_then(|kept| self.seal(&kept).ok()) {
            Some(sealed) => {
                idempotency::keep_alone(&client, &self.intent, self.owner, &sealed).await
            }
            None => idempotency::release(&client, &self.intent, self.owner).await,
        }
    }

    /// Names the row, so that no answer can be put in another's place.
    fn context(&self) -> String {
        let Intent {
            user,
            operation,
            key,
        } = &self.intent;
        format!("idempotency|{user}|{operation}|{key}")
    }

    fn seal(&self, kept: &Kept) -> Result<Vec<u8>, ApiError> {
        let text = serde_json::to_string(kept).map_err(|_| ApiError::internal())?;
        self.seal
            .seal(&self.context(), &text)
            .map_err(|_| ApiError::internal())
    }

    fn open(&self, sealed: &[u8]) -> Result<Kept, ApiError> {
        let text = self.seal.open(&self.context(), sealed);
        let kept = text.ok().and_then(|text| serde_json::from_str(&text).ok());
        kept.ok_or_else(|| {
            tracing::error!("a kept answer cannot be read");
            ApiError::internal()
        })
    }
}

/// Keeps the answer of the request that is being answered, if it came with a key.
///
/// # Errors
/// When somebody else has taken over: nothing may be committed then.
pub(super) async fn keep(
    tx: &Transaction<'_>,
    answer: impl FnOnce() -> Result<Kept, ApiError>,
) -> Result<(), ApiError> {
    let Ok(claim) = CLAIM.try_with(Arc::clone) else {
        return Ok(());
    };
    let sealed = claim.seal(&answer()?)?;
    let kept = idempotency::keep(tx, &claim.intent, claim.owner, &sealed);
    let kept = apart(kept).await?;
    if !kept {
        return Err(in_progress());
    }
    claim.is_kept.store(true, Ordering::Relaxed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_knows_where_its_parts_end() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
        assert_eq!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"ab", b"c"]));
    }
}
