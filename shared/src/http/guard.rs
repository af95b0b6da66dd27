//! The wall in front of every handler: who asks, and how often. One round trip, before anything else is read.
//!
//! An API key takes two: what it may be counted as is known only when it is found. Else whoever invents keys
//! would be counted anew with each of them.

use std::cmp::Reverse;
use std::net::IpAddr;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Extensions, Method};

use super::denial::{Denial, RoleRefused};
use super::edge::ClientAddress;
use super::error::{ApiError, Exhausted};
use super::limits::{self, Policy, Subject};
use crate::auth::opaque;
use crate::auth::token::Claims;
use crate::config::Config;
use crate::domain::api_key::{ApiKeyError, KEY_MARK, Scope};
use crate::domain::id::{Id, UserId};
use crate::domain::totp::TotpError;
use crate::domain::user::{Actor, Role};
use crate::state::AppState;
use crate::store::limit::Verdict;
use crate::store::meter::apart;
use crate::store::{Client, StoreError, api_key, login};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Who asks, as far as the token says.
#[derive(Clone, Copy, Debug)]
enum Asker {
    Anonymous,
    Known(Actor),
    /// An API key that is good, but not for this.
    Beyond(Actor),
    /// A token was sent and proves nothing (any more).
    Rejected,
}

/// Left on the answer to a request whose token proves nothing: that is counted in the log, and nowhere else.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokenRejected;

/// Who asked, left on the answer for the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedBy(UserId);

impl AskedBy {
    /// Names them in the log, and nowhere else: 16 hex digits of the SHA-256 of their id.
    pub(super) fn hash(self) -> String {
        let hash = digest(&SHA256, self.0.uuid().as_bytes());
        let start: [u8; 8] = std::array::from_fn(|index| hash.as_ref()[index]);
        format!("{:016x}", u64::from_be_bytes(start))
    }
}

/// With what a request comes.
enum Presented {
    Nothing,
    Token(Claims),
    Key(String),
    /// A token that proves nothing.
    Rubbish,
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
            let mut response = match (denied, who) {
                (Some(wait), _) => ApiError::rate_limited(wait).into_response(),
                (None, Asker::Beyond(actor)) => {
                    let (parts, _) = request.into_parts();
                    Denial::of(&parts, actor).answer(ApiKeyError::InsufficientScope.into())
                }
                (None, _) => {
                    request.extensions_mut().insert(who);
                    next.run(request).await
                }
            };
            if let Asker::Known(actor) | Asker::Beyond(actor) = who {
                response.extensions_mut().insert(AskedBy(actor.id));
            }
            if matches!(who, Asker::Rejected) {
                response.extensions_mut().insert(TokenRejected);
            }
            if let Some(denial) = response.extensions_mut().remove::<Denial>() {
                denial.note(&state).await;
            }
            show_limits(&mut response, taken);
            response
        }
    }
}

/// Pages that cost nothing and must answer even when the database does not.
fn is_free(route: &str) -> bool {
    route.starts_with("/api/health")
        || route.starts_with("/api/docs")
        || route.starts_with("/admin")
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

    /// Goes on with what is harmless when limits cannot be counted.
    fn tolerate(&self, taken: Result<Taken, StoreError>) -> Result<Taken, ApiError> {
        taken.or_else(|failure| {
            tracing::error!(%failure, "limits cannot be counted");
            self.is_harmless()
                .then(Vec::new)
                .ok_or_else(ApiError::unavailable)
        })
    }
}

async fn admit(state: &AppState, asked: Asked) -> Result<(Asker, Taken), ApiError> {
    let claims = match present(state, &asked).await? {
        Presented::Key(key) => return admit_key(state, &asked, &key).await,
        Presented::Token(claims) => Some(claims),
        Presented::Nothing | Presented::Rubbish => None,
    };
    let subject = claims.as_ref().map(|claims| claims.sub.to_string());
    let wanted = wanted(state, &asked, subject).await?;

    let (mut actor, mut taken) = look_up(state, claims.as_ref(), &wanted).await;
    // A connection may have died since the last request; the next one is new.
    if matches!(actor, Err(StoreError::Lost(_))) {
        (actor, taken) = look_up(state, claims.as_ref(), &wanted).await;
    }
    let actor = actor?;
    let taken = asked.tolerate(taken)?;
    let who = match (asked.token, actor) {
        (None, _) => Asker::Anonymous,
        (Some(_), Some(actor)) => Asker::Known(set_by(&state.config, actor)),
        (Some(_), None) => Asker::Rejected,
    };
    Ok((who, taken))
}

/// Whether admins need a second factor, this place has configured.
fn set_by(config: &Config, actor: Actor) -> Actor {
    Actor {
        needs_totp: actor.needs_totp && config.admin_totp_required,
        ..actor
    }
}

async fn present(state: &AppState, asked: &Asked) -> Result<Presented, ApiError> {
    let Some(token) = &asked.token else {
        return Ok(Presented::Nothing);
    };
    if token.starts_with(KEY_MARK) {
        return Ok(Presented::Key(token.clone()));
    }
    let verified = state.verifier().await?.verify(token, state.clock.now());
    Ok(verified.map_or(Presented::Rubbish, Presented::Token))
}

/// A key that is good is counted by itself, any other by the address it comes from.
async fn admit_key(state: &AppState, asked: &Asked, key: &str) -> Result<(Asker, Taken), ApiError> {
    let client = state.db.client().await?;
    let found = api_key::find_actor(&client, &opaque::hash(key), state.clock.now()).await?;
    let subject = found
        .as_ref()
        .map(|(actor, _)| format!("{:?}", actor.credential));
    let wanted = wanted(state, asked, subject).await?;
    let taken = asked.tolerate(take(&client, &wanted).await)?;
    let needed = Scope::needed(asked.method.as_str(), &asked.route);
    let who = match found {
        None => Asker::Rejected,
        Some((actor, scopes)) if needed.is_some_and(|needed| scopes.contains(&needed)) => {
            Asker::Known(set_by(&state.config, actor))
        }
        Some((actor, _)) => Asker::Beyond(actor),
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
    known: Option<String>,
) -> Result<Vec<(Policy, Vec<u8>)>, ApiError> {
    let is_known = known.is_some();
    let subject = Subject {
        person: known,
        address: asked.address,
        route: asked.route.clone(),
    };
    let mut wanted = Vec::with_capacity(3);
    for policy in limits::policies_for(&asked.method, &asked.route, is_known) {
        let key = state.mac(policy.name, &policy.subject(&subject)).await?;
        wanted.push((policy.set_by(&state.config), key));
    }
    Ok(wanted)
}

/// Asks the database both questions at once.
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
    futures_util::join!(who, take(&client, wanted))
}

/// Takes the request from its limits. What that costs is counted apart from the request.
async fn take(client: &Client, wanted: &[(Policy, Vec<u8>)]) -> Result<Taken, StoreError> {
    let counted = wanted
        .iter()
        .map(|(policy, key)| async move { Ok((*policy, policy.take(client, key).await?)) });
    apart(futures_util::future::try_join_all(counted)).await
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
        Asker::Anonymous | Asker::Rejected | Asker::Beyond(_) => None,
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
            Asker::Rejected | Asker::Beyond(_) => Err(ApiError::unauthenticated()),
        }
    }
}

macro_rules! role_extractor {
    ($($(#[$doc:meta])* $name:ident: $role:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name(pub Actor);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = RoleRefused;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RoleRefused> {
                let actor = Actor::from_request_parts(parts, state).await?;
                match actor.role {
                    Role::$role if actor.needs_totp => {
                        Err(ApiError::from(TotpError::SetupRequired).into())
                    }
                    Role::$role => Ok(Self(actor)),
                    _ => Err(Denial::of(parts, actor).into()),
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
