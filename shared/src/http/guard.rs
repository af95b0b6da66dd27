//! The wall in front of every handler: who asks, and how often. One round trip, before anything else is read.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Extensions, Method};

use super::edge::ClientAddress;
use super::error::ApiError;
use super::limits::{self, Policy};
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
                .find(|(_, verdict)| !verdict.is_allowed)
                .map(|(_, verdict)| verdict.retry_after);
            let mut response = if let Some(wait) = denied {
                ApiError::rate_limited(wait).into_response()
            } else {
                request.extensions_mut().insert(who);
                next.run(request).await
            };
            show_limits(&mut response, &taken, state.config.rate_limit_scale);
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

    let looked_up = look_up(state, claims.as_ref(), &wanted).await;
    let (actor, taken) = match looked_up {
        Ok(found) => found,
        Err(failure) if claims.is_none() && asked.method == Method::GET => {
            tracing::warn!(%failure, "limits are not counted at the moment");
            (None, Vec::new())
        }
        Err(failure) => return Err(failure.into()),
    };
    let who = match (asked.token, actor) {
        (None, _) => Asker::Anonymous,
        (Some(_), Some(actor)) => Asker::Known(actor),
        (Some(_), None) => Asker::Rejected,
    };
    Ok((who, taken))
}

fn bearer(request: &Request) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The limits that this request counts against, with their keys.
async fn wanted(
    state: &AppState,
    asked: &Asked,
    claims: Option<&Claims>,
) -> Result<Vec<(Policy, Vec<u8>)>, ApiError> {
    let subject = match (claims, asked.address) {
        (Some(claims), _) => claims.sub.to_string(),
        (None, Some(address)) => limits::network(address),
        (None, None) => "nowhere".to_owned(),
    };
    let mut wanted = Vec::with_capacity(2);
    for policy in limits::policies_for(&asked.method, &asked.route, claims.is_some())
        .into_iter()
        .flatten()
    {
        wanted.push((policy, state.mac(policy.name, &subject).await?));
    }
    Ok(wanted)
}

/// Asks the database both questions at once. What limits cost is counted apart from the request.
async fn look_up(
    state: &AppState,
    claims: Option<&Claims>,
    wanted: &[(Policy, Vec<u8>)],
) -> Result<(Option<Actor>, Taken), StoreError> {
    let client: Client = state.db.client().await?;
    let who = async {
        match claims {
            Some(claims) => login::find_actor(&client, claims.sid, claims.sub).await,
            None => Ok(None),
        }
    };
    let counted = wanted.iter().map(|(policy, key)| {
        let client = &client;
        async move { Ok((*policy, policy.take(state, client, key).await?)) }
    });
    let limits = Arc::new(Meter::default()).measure(futures_util::future::try_join_all(counted));
    futures_util::try_join!(who, limits)
}

fn show_limits(response: &mut Response, taken: &Taken, scale: u32) {
    let Some((policy, verdict)) = taken.iter().min_by_key(|(_, verdict)| verdict.remaining) else {
        return;
    };
    let all: Vec<String> = taken
        .iter()
        .map(|(policy, _)| policy.header(scale))
        .collect();
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
