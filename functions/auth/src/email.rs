//! `POST /api/auth/email/verify` and `POST /api/auth/email/resend`

use axum::extract::State;
use shared::auth::opaque;
use shared::domain::event::Event;
use shared::domain::user::{AccountError, Role};
use shared::http::limits::VERIFICATION_MAIL;
use shared::http::{Actor, Answer, ApiError, AppState, Json, Refused, UserBody};
use shared::store;

use crate::body::{Nothing, TokenBody};

/// Prove an address of mail.
///
/// The token is in the link of the mail; it is spent here, and by nothing else.
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
    Json(body): Json<TokenBody>,
) -> Result<Answer<UserBody>, ApiError> {
    let now = state.clock.now();
    let hash = opaque::hash(body.token.as_str());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let user = store::email_token::spend_verification(&tx, &hash, now)
        .await?
        .ok_or(AccountError::BadLink)?;
    store::user::update_verified(&tx, user, now).await?;
    let user = store::user::find(&tx, user)
        .await?
        .ok_or(AccountError::BadLink)?;
    if user.role() == Role::Mentor {
        store::catalog::raise(&tx).await?;
    }
    tx.commit().await?;
    Ok(Answer::ok(UserBody::open(&state, &user).await?))
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
