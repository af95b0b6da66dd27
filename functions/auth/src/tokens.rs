//! A pair of tokens, as a sign-in and a refresh give it.

use jiff::Timestamp;
use shared::auth::opaque::OpaqueToken;
use shared::domain::id::LoginId;
use shared::domain::login::{ACCESS_TOKEN_LIFE, REFRESH_TOKEN_LIFE};
use shared::domain::user::User;
use shared::http::{ApiError, AppState, UserBody};

use crate::body::TokensBody;

/// When a refresh token that is issued now ends: never after its login.
pub(crate) fn refresh_ends_at(now: Timestamp, login_ends_at: Timestamp) -> Timestamp {
    (now + REFRESH_TOKEN_LIFE).min(login_ends_at)
}

/// Signs the access token, and puts the pair together.
pub(crate) async fn tokens(
    state: &AppState,
    login: LoginId,
    user: &User,
    refresh: &OpaqueToken,
    now: Timestamp,
) -> Result<TokensBody, ApiError> {
    let jti = state.clock.id::<shared::domain::id::EventId>().to_string();
    let access_token = state
        .signer()
        .await?
        .sign(user.id, login, user.role(), jti, now)?;
    Ok(TokensBody {
        access_token,
        refresh_token: refresh.expose().to_owned(),
        token_type: "Bearer",
        expires_in: ACCESS_TOKEN_LIFE.as_secs(),
        user: UserBody::from(user),
    })
}
