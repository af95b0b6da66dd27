//! `POST /api/auth/refresh`

use axum::extract::State;
use shared::auth::opaque::{self, OpaqueToken};
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::login::LoginError;
use shared::http::{Answer, ApiError, AppState, Caller, Json, Refused};
use shared::store;
use shared::store::login::NewRefreshToken;

use crate::answer::TokensBody;
use crate::body::RefreshBody;
use crate::tokens::{Opened, refresh_ends_at, tokens};

/// Change a refresh token into a new pair of tokens.
///
/// Each token is used once. If the answer was lost, the same token may be sent once more within 10 seconds;
/// a used token that comes back later signs the device out.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "auth",
    request_body = RefreshBody,
    responses((status = OK, body = Answer<TokensBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    Caller(origin): Caller,
    Json(body): Json<RefreshBody>,
) -> Result<Answer<TokensBody>, ApiError> {
    let now = state.clock.now();
    let parent = opaque::hash(body.refresh_token.as_str());
    let child = OpaqueToken::generate()?;

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let presented = store::login::lock_refresh_token(&tx, &parent)
        .await?
        .ok_or(LoginError::Ended)?;
    if let Err(refused) = presented.state.present(now) {
        if refused == LoginError::Reused {
            store::login::revoke(&tx, presented.login, presented.user, now).await?;
            let entry = AuditEntry::by_stranger(AuditAction::TokenReused, Some(presented.user))
                .on(presented.login);
            store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
            tx.commit().await?;
        }
        return Err(refused.into());
    }
    let expires_at = refresh_ends_at(now, presented.login_ends_at);
    let token = NewRefreshToken {
        hash: &child.hash(),
        issued_at: now,
        expires_at,
    };
    store::login::rotate(&tx, &parent, token).await?;
    let user = store::user::find(&tx, presented.user)
        .await?
        .ok_or(LoginError::Ended)?;
    tx.commit().await?;
    let opened = Opened {
        login: presented.login,
        user,
        refresh: child,
    };
    Ok(Answer::ok(tokens(&state, &opened, now).await?))
}
