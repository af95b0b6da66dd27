//! `POST /api/auth/login`

use axum::extract::State;
use shared::auth::password;
use shared::domain::id::UserId;
use shared::domain::user::{AccountError, UserStatus};
use shared::http::limits::LOGIN_ACCOUNT;
use shared::http::{Answer, ApiError, AppState, Json, Refused};
use shared::store;

use crate::body::{LoginBody, TokensBody};
use crate::tokens::{open_login, tokens};

/// Sign in.
///
/// Wrong address, wrong password and a suspended account answer alike, and take as long.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "auth",
    request_body = LoginBody,
    responses((status = OK, body = Answer<TokensBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn log_in(
    State(state): State<AppState>,
    Json(body): Json<LoginBody>,
) -> Result<Answer<TokensBody>, ApiError> {
    LOGIN_ACCOUNT.take_for(&state, body.email.as_str()).await?;
    let user = authenticate(&state, &body).await?;
    LOGIN_ACCOUNT
        .forget_for(&state, body.email.as_str())
        .await?;
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let opened = open_login(&tx, &state.clock, user).await?;
    tx.commit().await?;
    Ok(Answer::ok(
        tokens(&state, &opened, state.clock.now()).await?,
    ))
}

async fn authenticate(state: &AppState, body: &LoginBody) -> Result<UserId, ApiError> {
    // The connection goes back before the hash: it takes long, and others wait for a connection.
    let known = store::user::find_credentials(&state.db.client().await?, &body.email).await?;
    let hash = known
        .as_ref()
        .and_then(|credentials| credentials.password_hash.clone());
    let is_right = password::verify(body.password.clone(), hash).await?;
    let known = known.filter(|credentials| is_right && credentials.status != UserStatus::Suspended);
    Ok(known.ok_or(AccountError::BadCredentials)?.user)
}
