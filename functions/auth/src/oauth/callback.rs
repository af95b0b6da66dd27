//! `POST /api/auth/oauth/{provider}/callback`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::id::UserId;
use shared::domain::identity::{Door, Identity, IdentityError, Provider};
use shared::domain::time::Zone;
use shared::domain::user::{AccountError, Email, Role, UserStatus};
use shared::http::{Answer, ApiError, AppState, Caller, Json, Path, Problems, Refused};
use shared::store::{self, StoreError, Transaction};
use utoipa::ToSchema;

use super::give;
use super::proof::{Code, Proven, Returned, StateToken, prove};
use crate::answer::TokensBody;
use crate::body::NewRole;
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
}

/// Sign in with what another service has confirmed.
///
/// Whoever is new gets an account; without `role` that is refused with `role_required`, and the same code and state may
/// be sent again with it. An account with the same address is linked if both sides have proven the address; else log in
/// with the password, and link it.
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
    let opened = enter(&state, &proven, &body, &origin).await?;
    Ok(Answer::ok(
        tokens(&state, &opened, state.clock.now()).await?,
    ))
}

/// Opens the door that the identity leads to, ends the sign-in, and opens the login.
async fn enter(
    state: &AppState,
    proven: &Proven,
    body: &CallbackBody,
    origin: &Origin,
) -> Result<Opened, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let (user, mut entries) = match find_door(&tx, &proven.identity).await? {
        Door::Known(user) => (let_in(&tx, user).await?, Vec::new()),
        Door::Link(user) => {
            let user = let_in(&tx, user).await?;
            (user, vec![give(&tx, state, &proven.identity, user).await?])
        }
        Door::New(email) => welcome(&tx, state, &proven.identity, email, body).await?,
    };
    if !store::oauth::delete(&tx, &proven.sign_in).await? {
        return Err(IdentityError::InvalidState.into());
    }
    let opened = open_login(&tx, &state.clock, origin, user).await?;
    let provider = proven.identity.provider.as_str();
    entries.push(AuditEntry {
        login: Some(opened.login),
        ..AuditEntry::own(AuditAction::LoginSucceeded, user).because(provider)
    });
    for entry in entries {
        store::audit::append(&tx, state.clock.id(), now, origin, &entry).await?;
    }
    tx.commit().await?;
    Ok(opened)
}

async fn find_door(tx: &Transaction<'_>, identity: &Identity) -> Result<Door, ApiError> {
    let known = store::identity::find_holder(tx, identity).await?;
    let namesake = match identity.proven_email() {
        Some(email) if known.is_none() => store::identity::lock_namesake(tx, &email).await?,
        _ => None,
    };
    Ok(identity.open(known, namesake)?)
}

/// Whoever is shut out is told what everybody is told who cannot log in.
async fn let_in(tx: &Transaction<'_>, user: UserId) -> Result<UserId, ApiError> {
    let found = store::user::lock(tx, user).await?;
    let found = found.filter(|user| user.status != UserStatus::Suspended);
    Ok(found.ok_or(AccountError::BadCredentials)?.id)
}

/// Opens an account without a password, whose address the provider has proven.
async fn welcome(
    tx: &Transaction<'_>,
    state: &AppState,
    identity: &Identity,
    email: Email,
    body: &CallbackBody,
) -> Result<(UserId, Vec<AuditEntry>), ApiError> {
    let now = state.clock.now();
    let newcomer = Newcomer {
        email,
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
