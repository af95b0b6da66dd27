//! `POST /api/auth/email/verify` and `POST /api/auth/email/resend`

use axum::extract::State;
use jiff::Timestamp;
use shared::auth::opaque;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::link::LinkPurpose;
use shared::domain::user::{AccountError, Role, UserError};
use shared::http::limits::VERIFICATION_MAIL;
use shared::http::{Actor, Answer, ApiError, AppState, Caller, Json, Refused, UserBody};
use shared::store::email_token::SpentLink;
use shared::store::{self, Transaction};

use crate::answer::Nothing;
use crate::body::TokenBody;

/// Prove an address of mail.
///
/// The token is in the link of the mail; it is spent here, and by nothing else. The link of a mail about a change of
/// address makes the new one yours.
#[utoipa::path(
    post,
    path = "/api/auth/email/verify",
    tag = "auth",
    request_body = TokenBody,
    responses((status = OK, body = Answer<UserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn verify_email(
    State(state): State<AppState>,
    Caller(origin): Caller,
    Json(body): Json<TokenBody>,
) -> Result<Answer<UserBody>, ApiError> {
    let now = state.clock.now();
    let hash = opaque::hash(body.token.as_str());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let purposes = [LinkPurpose::VerifyEmail, LinkPurpose::ChangeEmail];
    let spent = store::email_token::spend(&tx, &hash, &purposes, now).await?;
    let spent = spent.ok_or(AccountError::BadLink)?;
    let action = prove(&tx, &spent, now).await?;
    // Whoever opened the link has read a mail there.
    let (user, ()) = futures_util::try_join!(
        store::user::find(&tx, spent.user),
        store::delivery::lift_bounce(&tx, spent.user),
    )?;
    let user = user.ok_or(AccountError::BadLink)?;
    if user.role() == Role::Mentor {
        store::catalog::raise(&tx).await?;
    }
    let entry = AuditEntry::own(action, user.id);
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(Answer::ok(UserBody::open(&state, &user).await?))
}

/// Notes that the address of an account is proven, after making a new one its own where the link says so.
async fn prove(
    tx: &Transaction<'_>,
    spent: &SpentLink,
    now: Timestamp,
) -> Result<AuditAction, ApiError> {
    let Some(email) = &spent.email else {
        store::user::update_verified(tx, spent.user, now).await?;
        return Ok(AuditAction::EmailVerified);
    };
    if !store::credentials::update_email(tx, spent.user, email, now).await? {
        return Err(UserError::EmailTaken.into());
    }
    store::email_token::delete_open(tx, spent.user).await?;
    Ok(AuditAction::EmailChanged)
}

/// Ask for another mail that proves the address.
///
/// Links of earlier mails stop working.
#[utoipa::path(
    post,
    path = "/api/auth/email/resend",
    tag = "auth",
    security(("bearer" = [])),
    responses((status = ACCEPTED, body = Answer<Nothing>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn resend_verification(
    State(state): State<AppState>,
    actor: Actor,
) -> Result<Answer<Nothing>, ApiError> {
    VERIFICATION_MAIL
        .take_for(&state, &actor.id.to_string())
        .await?;
    if !actor.is_verified {
        let mut client = state.db.client().await?;
        let tx = client.transaction();
        let event = Event::VerificationRequested { user_id: actor.id };
        store::outbox::append(&tx, state.clock.id(), state.clock.now(), event).await?;
        tx.commit().await?;
    }
    Ok(Answer::accepted(
        Nothing {},
        "unless your address is confirmed already, a mail is on its way",
    ))
}
