//! The wall in front of every handler: who asks, and how often. One round trip, before anything else is read.

use std::cmp::Reverse;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Extensions, Method};

use super::edge::ClientAddress;
use super::error::{ApiError, Exhausted};
use super::limits::{self, Policy, Subject};
use crate::auth::token::Claims;
use crate::domain::user::{Actor, Role};
use crate::state::AppState;
use crate::store::limit::Verdict;
use crate::store::meter::Meter;
use crate::store::{Client, StoreError, login};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Who asks, as far as the token says.
#[derive(Clone, Copy, Debug)]
enum Asker {
    Anonymous,
    Known(Actor),
    /// A token was sent and proves nothing (any more).
    Rejected,
}

type Taken = Vec<(Policy, Verdict)>;

/// Finds out who asks, takes the request from their limits, and lets it pass or not.
pub(super) async fn guard(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(route) = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned())
    else {
        return next.run(request).await;
    };
    if is_free(&route) {
        return next.run(request).await;
    }
    let asked = Asked {
        token: bearer(&request).map(str::to_owned),
        address: request
            .extensions()
            .get::<ClientAddress>()
            .map(|client| client.0),
        method: request.method().clone(),
        route,
    };
    match admit(&state, asked).await {
        Err(refused) => refused.into_response(),
        Ok((who, taken)) => {
            let denied = taken
                .iter()
                .filter(|(_, verdict)| !verdict.is_allowed)
                .map(|(_, verdict)| verdict.retry_after)
                .max();
            let mut response = if let Some(wait) = denied {
                ApiError::rate_limited(wait).into_response()
            } else {
                request.extensions_mut().insert(who);
                next.run(request).await
            };
            show_limits(&mut response, taken);
            response
        }
    }
}

/// Pages that cost nothing and must answer even when the database does not.
fn is_free(route: &str) -> bool {
    route.starts_with("/api/health")
        || route.starts_with("/api/docs")
        || route == "/api/openapi.json"
}

/// What the wall needs to know of a request.
struct Asked {
    token: Option<String>,
    address: Option<IpAddr>,
    method: Method,
    route: String,
}

impl Asked {
    /// Reading goes on while limits cannot be counted; guessing passwords and writing must not go on without them.
    fn is_harmless(&self) -> bool {
        let is_read = self.method == Method::GET || self.method == Method::HEAD;
        is_read && !self.route.starts_with("/api/auth/")
    }
}

async fn admit(state: &AppState, asked: Asked) -> Result<(Asker, Taken), ApiError> {
    let claims = match &asked.token {
        None => None,
        Some(token) => state
            .verifier()
            .await?
            .verify(token, state.clock.now())
            .ok(),
    };
    let wanted = wanted(state, &asked, claims.as_ref()).await?;

    let (actor, taken) = look_up(state, claims.as_ref(), &wanted).await;
    let actor = actor?;
    let taken = match taken {
        Ok(taken) => taken,
        Err(failure) => {
            tracing::error!(%failure, "limits cannot be counted");
            asked
                .is_harmless()
                .then(Vec::new)
                .ok_or_else(ApiError::unavailable)?
        }
    };
    let who = match (asked.token, actor) {
        (None, _) => Asker::Anonymous,
        (Some(_), Some(actor)) => Asker::Known(actor),
        (Some(_), None) => Asker::Rejected,
    };
    Ok((who, taken))
}

/// The token of the request. Of two nobody can say which is meant, so that they are none.
fn bearer(request: &Request) -> Option<&str> {
    let mut sent = request.headers().get_all(AUTHORIZATION).iter();
    let value = sent.next()?.to_str().ok()?;
    if sent.next().is_some() {
        return Some("");
    }
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The limits that this request counts against, with their keys.
async fn wanted(
    state: &AppState,
    asked: &Asked,
    claims: Option<&Claims>,
) -> Result<Vec<(Policy, Vec<u8>)>, ApiError> {
    let subject = Subject {
        person: claims.map(|claims| claims.sub.to_string()),
        address: asked.address,
        route: asked.route.clone(),
    };
    let mut wanted = Vec::with_capacity(3);
    for policy in limits::policies_for(&asked.method, &asked.route, claims.is_some()) {
        let key = state.mac(policy.name, &policy.subject(&subject)).await?;
        wanted.push((policy.set_by(&state.config), key));
    }
    Ok(wanted)
}

/// Asks the database both questions at once. What limits cost is counted apart from the request.
async fn look_up(
    state: &AppState,
    claims: Option<&Claims>,
    wanted: &[(Policy, Vec<u8>)],
) -> (Result<Option<Actor>, StoreError>, Result<Taken, StoreError>) {
    let client: Client = match state.db.client().await {
        Ok(client) => client,
        // Who is nobody needs no database to be so.
        Err(failure) if claims.is_none() => return (Ok(None), Err(failure)),
        Err(failure) => return (Err(failure), Ok(Vec::new())),
    };
    let who = async {
        match claims {
            Some(claims) => login::find_actor(&client, claims.sid, claims.sub).await,
            None => Ok(None),
        }
    };
    let counted = wanted.iter().map(|(policy, key)| {
        let client = &client;
        async move { Ok((*policy, policy.take(client, key).await?)) }
    });
    let limits = Arc::new(Meter::default()).measure(futures_util::future::try_join_all(counted));
    futures_util::join!(who, limits)
}

/// Shows the limit that is tightest, and all that count the request.
fn show_limits(response: &mut Response, mut taken: Taken) {
    let exhausted = response.extensions().get::<Exhausted>();
    taken.extend(exhausted.map(|Exhausted(policy, verdict)| (*policy, *verdict)));
    // What refuses is shown first, and of several the longest: nobody is told to come back too early.
    let tightest = taken.iter().min_by_key(|(_, verdict)| {
        (
            verdict.is_allowed,
            verdict.remaining,
            Reverse(verdict.reset),
        )
    });
    let Some((policy, verdict)) = tightest else {
        return;
    };
    let all: Vec<String> = taken.iter().map(|(policy, _)| policy.header()).collect();
    let pairs = [
        (RATE_LIMIT, policy.state_header(verdict)),
        (RATE_LIMIT_POLICY, all.join(", ")),
    ];
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
}

fn asker(extensions: &Extensions) -> Asker {
    extensions
        .get::<Asker>()
        .copied()
        .unwrap_or(Asker::Anonymous)
}

/// Who asks, if they have logged in.
pub(super) fn actor(extensions: &Extensions) -> Option<Actor> {
    match asker(extensions) {
        Asker::Known(actor) => Some(actor),
        Asker::Anonymous | Asker::Rejected => None,
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        actor(&parts.extensions).ok_or_else(ApiError::unauthenticated)
    }
}

/// Whoever asks, if they have logged in.
#[derive(Clone, Copy, Debug)]
pub struct MaybeActor(pub Option<Actor>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        match asker(&parts.extensions) {
            Asker::Known(actor) => Ok(Self(Some(actor))),
            Asker::Anonymous => Ok(Self(None)),
            Asker::Rejected => Err(ApiError::unauthenticated()),
        }
    }
}

macro_rules! role_extractor {
    ($($(#[$doc:meta])* $name:ident: $role:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name(pub Actor);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
                let actor = Actor::from_request_parts(parts, state).await?;
                match actor.role {
                    Role::$role => Ok(Self(actor)),
                    _ => Err(ApiError::forbidden()),
                }
            }
        }
    )+};
}

role_extractor! {
    /// A mentor.
    Mentor: Mentor;
    /// A mentee.
    Mentee: Mentee;
    /// An admin.
    Admin: Admin;
}
