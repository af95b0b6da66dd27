//! `POST /api/auth/login`

use axum::extract::State;
use shared::http::limits::{LOGIN_ACCOUNT, LOGIN_PAIR, LOGIN_TOTAL, take_all};
use shared::http::{Answer, ApiError, AppState, Caller, Json, Network, Refused};

use crate::answer::TokensBody;
use crate::attempt::{Attempt, note};
use crate::body::LoginBody;

/// Sign in.
///
/// Wrong address, wrong password, an account without a password and a suspended one answer alike, and take as long.
/// Where two-factor sign-in is on, a right password without `totp` answers `totp_required`: send both then.
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
    Caller(origin): Caller,
    Network(network): Network,
    Json(body): Json<LoginBody>,
) -> Result<Answer<TokensBody>, ApiError> {
    let account = body.email.as_str();
    let pair = format!("{account} {network}");
    let limits = [
        (LOGIN_ACCOUNT, account),
        (LOGIN_PAIR, &pair),
        (LOGIN_TOTAL, ""),
    ];
    take_all(&state, &limits).await?;
    let attempt = Attempt {
        state: &state,
        origin: &origin,
        body: &body,
    };
    match attempt.make().await? {
        Ok(tokens) => {
            LOGIN_ACCOUNT.forget_for(&state, account).await?;
            Ok(Answer::ok(tokens))
        }
        Err(failed) => Err(note(&state, &origin, account, failed).await?),
    }
}
