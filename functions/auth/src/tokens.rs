//! A login that is opened, and a pair of tokens as a sign-in and a refresh give it.

use jiff::Timestamp;
use shared::auth::opaque::OpaqueToken;
use shared::clock::Clock;
use shared::domain::audit::Origin;
use shared::domain::id::{LoginId, UserId};
use shared::domain::login::{ACCESS_TOKEN_LIFE, LOGIN_LIFE, REFRESH_TOKEN_LIFE};
use shared::domain::user::User;
use shared::http::{ApiError, AppState, UserBody};
use shared::store::login::{NewLogin, NewRefreshToken};
use shared::store::{self, Transaction};

use crate::answer::TokensBody;

/// When a refresh token that is issued now ends: never after its login.
pub(crate) fn refresh_ends_at(now: Timestamp, login_ends_at: Timestamp) -> Timestamp {
    (now + REFRESH_TOKEN_LIFE).min(login_ends_at)
}

/// A login with its newest refresh token.
pub(crate) struct Opened {
    pub(crate) login: LoginId,
    pub(crate) user: User,
    pub(crate) refresh: OpaqueToken,
}

/// Opens a login for a person who has proven who they are; their row is held, so that logins are counted in turn.
pub(crate) async fn open_login(
    tx: &Transaction<'_>,
    clock: &Clock,
    origin: &Origin,
    user: UserId,
) -> Result<Opened, ApiError> {
    let (login, now) = (clock.id(), clock.now());
    let refresh = OpaqueToken::generate()?;
    let ends_at = now + LOGIN_LIFE;
    let token = NewRefreshToken {
        hash: &refresh.hash(),
        issued_at: now,
        expires_at: refresh_ends_at(now, ends_at),
    };
    let new = NewLogin {
        id: login,
        user,
        ends_at,
        origin,
        token,
    };
    let opened = store::login::insert(tx, new);
    let ((), user) = futures_util::try_join!(opened, store::user::find(tx, user))?;
    Ok(Opened {
        login,
        user: user.ok_or(ApiError::unauthenticated())?,
        refresh,
    })
}

/// Signs the access token, and puts the pair together.
pub(crate) async fn tokens(
    state: &AppState,
    opened: &Opened,
    now: Timestamp,
) -> Result<TokensBody, ApiError> {
    let user = &opened.user;
    let jti = state.clock.id::<shared::domain::id::EventId>().to_string();
    let access_token = state
        .signer()
        .await?
        .sign(user.id, opened.login, user.role(), jti, now)?;
    Ok(TokensBody {
        access_token,
        refresh_token: opened.refresh.expose().to_owned(),
        token_type: "Bearer",
        expires_in: ACCESS_TOKEN_LIFE.as_secs(),
        user: UserBody::open(state, user).await?,
    })
}
