//! `POST /api/auth/oauth/{provider}/callback`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use shared::auth::sealed::DataKeys;
use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::id::UserId;
use shared::domain::identity::{Door, Identity, IdentityError, Provider};
use shared::domain::login::SignInFailure;
use shared::domain::time::Zone;
use shared::domain::user::{AccountError, Email, Role, UserStatus};
use shared::http::limits::LOGIN_ACCOUNT;
use shared::http::{Answer, ApiError, AppState, Caller, Json, Path, Problems, Refused};
use shared::store::{self, StoreError, Transaction};
use utoipa::ToSchema;

use super::give;
use super::proof::{Code, Proven, Returned, StateToken, prove};
use crate::answer::TokensBody;
use crate::attempt::{Failed, note};
use crate::body::{FactorText, NewRole};
use crate::factor::{self, Spent};
use crate::newcomer::Newcomer;
use crate::tokens::{Opened, open_login, tokens};

/// What the browser has brought back, and what a new account needs.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallbackBody {
    code: Code,
    state: StateToken,
    /// Needed when there is no account yet.
    #[deserr(default)]
    #[schema(nullable = false)]
    role: Option<NewRole>,
    /// Of a new account; UTC when left out.
    #[deserr(default)]
    #[schema(nullable = false)]
    timezone: Option<Zone>,
    /// The code of the authenticator app, or a recovery code; needed where two-factor sign-in is on.
    #[deserr(default)]
    #[schema(nullable = false, example = "123456")]
    totp: Option<FactorText>,
}

/// Sign in with what another service has confirmed.
///
/// Whoever is new gets an account; without `role` that is refused with `role_required`. Where two-factor sign-in is on,
/// `totp_required` asks for `totp`. In both cases send the same code and state again with what was missing. An account
/// with the same address is linked if both sides have proven the address; else log in with the password, and link it.
#[utoipa::path(
    post,
    path = "/api/auth/oauth/{provider}/callback",
    tag = "auth",
    params(("provider" = inline(Provider), Path)),
    request_body = CallbackBody,
    responses((status = OK, body = Answer<TokensBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn finish_sign_in(
    State(state): State<AppState>,
    Caller(origin): Caller,
    Path(provider): Path<String>,
    Json(body): Json<CallbackBody>,
) -> Result<Answer<TokensBody>, ApiError> {
    let returned = Returned {
        provider: &provider,
        state: &body.state,
        code: &body.code,
        person: None,
    };
    let proven = prove(&state, returned).await?;
    let account = format!("{provider} {}", proven.identity.subject);
    if body.totp.is_some() {
        LOGIN_ACCOUNT.take_for(&state, &account).await?;
    }
    match enter(&state, &proven, &body, &origin).await? {
        Ok(opened) => {
            LOGIN_ACCOUNT.forget_for(&state, &account).await?;
            let now = state.clock.now();
            Ok(Answer::ok(tokens(&state, &opened, now).await?))
        }
        Err(failed) => Err(note(&state, &origin, &account, failed).await?),
    }
}

/// Opens the door that the identity leads to, ends the sign-in, and opens the login.
async fn enter(
    state: &AppState,
    proven: &Proven,
    body: &CallbackBody,
    origin: &Origin,
) -> Result<Result<Opened, Failed>, ApiError> {
    let (now, keys) = (state.clock.now(), state.data_keys().await?);
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let door = find_door(&tx, &proven.identity).await?;
    let (user, mut entries) = match &door {
        Door::Known(user) | Door::Link(user) => {
            match let_in(&tx, &keys, *user, body.totp.as_ref(), now).await? {
                Ok(entries) => (*user, entries),
                Err(failed) => return Ok(Err(failed)),
            }
        }
        Door::New(email) => welcome(&tx, state, &proven.identity, email, body).await?,
    };
    if matches!(door, Door::Link(_)) {
        entries.push(give(&tx, state, &proven.identity, user).await?);
    }
    if !store::oauth::delete(&tx, &proven.sign_in).await? {
        return Err(IdentityError::InvalidState.into());
    }
    let opened = open_login(&tx, &state.clock, origin, user).await?;
    let provider = proven.identity.provider.as_str();
    entries.push(AuditEntry::own(AuditAction::LoginSucceeded, user).because(provider));
    for entry in entries {
        let entry = entry.on(opened.login);
        store::audit::append(&tx, state.clock.id(), now, origin, &entry).await?;
    }
    tx.commit().await?;
    Ok(Ok(opened))
}

async fn find_door(tx: &Transaction<'_>, identity: &Identity) -> Result<Door, ApiError> {
    let known = store::identity::find_holder(tx, identity).await?;
    let namesake = match identity.proven_email() {
        Some(email) if known.is_none() => store::identity::lock_namesake(tx, &email).await?,
        _ => None,
    };
    Ok(identity.open(known, namesake)?)
}

/// Lets somebody in who has an account: not if it is shut out, and with their second factor where they have one.
async fn let_in(
    tx: &Transaction<'_>,
    keys: &DataKeys,
    user: UserId,
    typed: Option<&FactorText>,
    now: Timestamp,
) -> Result<Result<Vec<AuditEntry>, Failed>, ApiError> {
    let held = store::credentials::lock(tx, user)
        .await?
        .ok_or(AccountError::BadCredentials)?;
    let spent = match held.status {
        UserStatus::Suspended => Err(SignInFailure::Suspended),
        UserStatus::Active | UserStatus::Inactive => {
            factor::require(tx, keys, &held, typed, now).await?
        }
    };
    let who = Some(user);
    Ok(spent
        .map(|spent| match spent {
            Some(Spent::RecoveryCode) => {
                vec![AuditEntry::own(AuditAction::RecoveryCodeUsed, user)]
            }
            Some(Spent::Code) | None => Vec::new(),
        })
        .map_err(|why| Failed { who, why }))
}

/// Opens an account without a password, whose address the provider has proven.
async fn welcome(
    tx: &Transaction<'_>,
    state: &AppState,
    identity: &Identity,
    email: &Email,
    body: &CallbackBody,
) -> Result<(UserId, Vec<AuditEntry>), ApiError> {
    let now = state.clock.now();
    let newcomer = Newcomer {
        email: email.clone(),
        role: body.role.ok_or(IdentityError::RoleRequired)?,
        first_name: identity.first_name.clone(),
        last_name: identity.last_name.clone(),
        timezone: body.timezone.clone().unwrap_or(Zone::UTC),
    };
    let mut user = newcomer.into_user(state.clock.id(), &state.config, now);
    user.email_verified_at = Some(now);
    // Somebody else has just taken the address, or the identity: the next try finds them.
    if !store::user::insert(tx, &user, None).await? {
        return Err(StoreError::Collision.into());
    }
    let given = store::identity::insert(tx, identity, user.id, now).await?;
    given.map_err(|_| StoreError::Collision)?;
    if user.role() == Role::Mentor {
        store::catalog::raise(tx).await?;
    }
    let provider = identity.provider.as_str();
    let entries = [AuditAction::UserCreated, AuditAction::IdentityLinked]
        .map(|action| AuditEntry::own(action, user.id).because(provider));
    Ok((user.id, entries.to_vec()))
}
