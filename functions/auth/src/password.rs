//! `POST /api/auth/password/forgot`, `POST /api/auth/password/reset` and `POST /api/auth/password/change`

use axum::extract::State;
use http::StatusCode;
use shared::auth::opaque;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::link::LinkPurpose;
use shared::domain::user::{AccountError, NewPassword, PasswordHash, PasswordRules};
use shared::http::limits::{FORGOT_ACCOUNT, LOGIN_ACCOUNT};
use shared::http::{Actor, Answer, ApiError, AppState, Caller, Json, Proof, Refused};
use shared::store;

use crate::answer::Nothing;
use crate::body::{ChangePasswordBody, ForgotBody, ResetBody};

const CHECK_MAIL: &str =
    "if this address has an account, a mail with a link for a new password is on its way";

/// Hashes a new password that keeps the rules.
pub(crate) async fn hash_new(
    state: &AppState,
    password: &NewPassword,
    personal: &[String],
) -> Result<PasswordHash, ApiError> {
    let rules = PasswordRules {
        needs_classes: state.config.password_requires_classes,
        personal,
    };
    let accepted = password.accept(&rules)?.to_owned();
    Ok(state.passwords().await?.hash(accepted).await?)
}

/// Ask for a link to set a new password.
///
/// The answer is the same for every address, and so is the work behind it.
#[utoipa::path(
    post,
    path = "/api/auth/password/forgot",
    tag = "auth",
    request_body = ForgotBody,
    responses((status = ACCEPTED, body = Answer<Nothing>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn forgot_password(
    State(state): State<AppState>,
    Caller(origin): Caller,
    Json(body): Json<ForgotBody>,
) -> Result<Answer<Nothing>, ApiError> {
    FORGOT_ACCOUNT.take_for(&state, body.email.as_str()).await?;
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let known = store::credentials::find(&tx, &body.email).await?;
    let user_id = known.map(|known| known.user);
    let event = Event::PasswordResetRequested { user_id };
    let entry = AuditEntry::by_stranger(AuditAction::PasswordResetRequested, user_id);
    store::outbox::append(&tx, state.clock.id(), now, event).await?;
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(Answer::accepted(Nothing {}, CHECK_MAIL))
}

/// Set a new password by the link of a mail.
///
/// The token is spent here, and by nothing else. Every device is signed out, and nobody is signed in: log in with the
/// new password then.
#[utoipa::path(
    post,
    path = "/api/auth/password/reset",
    tag = "auth",
    request_body = ResetBody,
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn reset_password(
    State(state): State<AppState>,
    Caller(origin): Caller,
    Json(body): Json<ResetBody>,
) -> Result<StatusCode, ApiError> {
    let (now, purpose) = (state.clock.now(), LinkPurpose::ResetPassword);
    let token = opaque::hash(body.token.as_str());
    let known = find_owner(&state, &token).await?;
    let password = hash_new(&state, &body.password, &known.personal_words()).await?;

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    store::credentials::lock(&tx, known.user).await?;
    let spent = store::email_token::spend(&tx, &token, &[purpose], now).await?;
    let user_id = spent.ok_or(AccountError::BadLink)?.user;
    let event = Event::PasswordChanged { user_id };
    futures_util::try_join!(
        store::credentials::update_password(&tx, user_id, &password),
        store::login::revoke_all(&tx, user_id, None, now),
        store::email_token::delete_open(&tx, user_id),
        store::outbox::append(&tx, state.clock.id(), now, event),
    )?;
    let entry = AuditEntry::own(AuditAction::PasswordChanged, user_id).because("reset");
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    drop(client);
    // Whoever guessed at this account has used its tries up: its owner gets theirs back.
    let account = known.email.as_str();
    LOGIN_ACCOUNT.forget_for(&state, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads whose password a link may set; the connection goes back before the hash.
async fn find_owner(
    state: &AppState,
    token: &[u8],
) -> Result<store::credentials::Credentials, ApiError> {
    let client = state.db.client().await?;
    let purpose = LinkPurpose::ResetPassword;
    let found = store::email_token::find(&client, token, purpose, state.clock.now()).await?;
    let user = found.ok_or(AccountError::BadLink)?;
    let known = store::credentials::find_of(&client, user).await?;
    Ok(known.ok_or(AccountError::BadLink)?)
}

/// Change your password.
///
/// Every other device is signed out.
#[utoipa::path(
    post,
    path = "/api/auth/password/change",
    tag = "auth",
    security(("bearer" = [])),
    request_body = ChangePasswordBody,
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_password(
    State(state): State<AppState>,
    Caller(origin): Caller,
    actor: Actor,
    Json(body): Json<ChangePasswordBody>,
) -> Result<StatusCode, ApiError> {
    let now = state.clock.now();
    let proof = Proof {
        actor,
        origin: &origin,
        password: &body.current_password,
        failure: AuditAction::PasswordChangeFailed,
    };
    let known = proof.check(&state).await?;
    let password = hash_new(&state, &body.password, &known.personal_words()).await?;

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let held = store::credentials::lock(&tx, actor.id).await?;
    held.filter(|held| held.password == known.password)
        .ok_or(AccountError::WrongPassword)?;
    let event = Event::PasswordChanged { user_id: actor.id };
    futures_util::try_join!(
        store::credentials::update_password(&tx, actor.id, &password),
        store::login::revoke_all(&tx, actor.id, actor.login(), now),
        store::email_token::delete_open(&tx, actor.id),
        store::outbox::append(&tx, state.clock.id(), now, event),
    )?;
    let entry = AuditEntry::own(AuditAction::PasswordChanged, actor.id).on(actor.login());
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
