//! `POST /api/auth/email/change` and `POST /api/auth/email/revert`
//!
//! Whether the new address is free is found out by whoever writes the mails: here both cases are one, so that nobody
//! learns which addresses have an account.

use axum::extract::State;
use http::StatusCode;
use shared::auth::opaque;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::id::EmailChangeId;
use shared::domain::link::LinkPurpose;
use shared::domain::user::{AccountError, UserError};
use shared::http::limits::EMAIL_CHANGE;
use shared::http::{Actor, Answer, ApiError, AppState, Caller, Json, Proof, Refused};
use shared::store;

use crate::answer::Nothing;
use crate::body::{ChangeEmailBody, TokenBody};

const CHECK_MAIL: &str =
    "we have sent a mail to the new address: open the link in it to confirm the change";

/// Change your address of mail.
///
/// It changes once the link in the mail to the new address is opened (see `POST /api/auth/email/verify`). The old
/// address gets a link that takes the change back, for 7 days. The answer is the same for every address.
#[utoipa::path(
    post,
    path = "/api/auth/email/change",
    tag = "auth",
    security(("bearer" = [])),
    request_body = ChangeEmailBody,
    responses((status = ACCEPTED, body = Answer<Nothing>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_email(
    State(state): State<AppState>,
    Caller(origin): Caller,
    actor: Actor,
    Json(body): Json<ChangeEmailBody>,
) -> Result<Answer<Nothing>, ApiError> {
    let proof = Proof {
        actor,
        origin: &origin,
        password: &body.password,
        failure: AuditAction::EmailChangeFailed,
    };
    proof.check(&state).await?;
    EMAIL_CHANGE.take_for(&state, &actor.id.to_string()).await?;
    let (change_id, user_id) = (state.clock.id::<EmailChangeId>(), actor.id);
    let (clock, now) = (&state.clock, state.clock.now());

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let requested = Event::EmailChangeRequested { user_id, change_id };
    let announced = Event::EmailChangeAnnounced { user_id, change_id };
    futures_util::try_join!(
        store::email_change::insert(&tx, change_id, user_id, &body.email, now),
        store::outbox::append(&tx, clock.id(), now, requested),
        store::outbox::append(&tx, clock.id(), now, announced),
    )?;
    let entry = AuditEntry::own(AuditAction::EmailChangeRequested, user_id).on(actor.login());
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(Answer::accepted(Nothing {}, CHECK_MAIL))
}

/// Take a change of your address back.
///
/// The token is in the link of the mail to the old address; it works whether the change was confirmed or not. Every
/// device is signed out: whoever changed the address may not be you. Set a new password next.
#[utoipa::path(
    post,
    path = "/api/auth/email/revert",
    tag = "auth",
    request_body = TokenBody,
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn revert_email(
    State(state): State<AppState>,
    Caller(origin): Caller,
    Json(body): Json<TokenBody>,
) -> Result<StatusCode, ApiError> {
    let now = state.clock.now();
    let token = opaque::hash(body.token.as_str());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let spent = store::email_token::spend(&tx, &token, &[LinkPurpose::RevertEmail], now).await?;
    let spent = spent.ok_or(AccountError::BadLink)?;
    let (user, email) = (spent.user, spent.email.ok_or(AccountError::BadLink)?);
    if !store::credentials::update_email(&tx, user, &email, now).await? {
        return Err(UserError::EmailTaken.into());
    }
    futures_util::try_join!(
        store::email_change::delete_of(&tx, user),
        store::email_token::delete_open(&tx, user),
        store::email_token::delete_later_reverts(&tx, user, spent.expires_at),
        store::login::revoke_all(&tx, user, None, now),
    )?;
    let entry = AuditEntry::own(AuditAction::EmailReverted, user);
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
