//! `GET /api/auth/oauth/{provider}`

use axum::extract::State;
use serde::Serialize;
use shared::auth::opaque::OpaqueToken;
use shared::domain::identity::{Provider, SIGN_IN_LIFE};
use shared::http::{Answer, ApiError, AppState, MaybeActor, Path, Refused};
use shared::outside::oauth::Question;
use shared::store;
use shared::store::oauth::NewSignIn;
use utoipa::ToSchema;

use super::configured;
use super::proof::{Secrets, context};

/// A sign-in that has begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInBody {
    /// Where the browser goes next.
    authorize_url: String,
    /// Comes back with the browser. Keep it, and bring back no other: somebody else may have begun that one.
    state: String,
    /// Seconds in which it must come back.
    expires_in: i64,
}

/// Begin to sign in with another service.
///
/// Lead the browser to `authorize_url`. It comes back to `{APP_URL}/oauth/{provider}/callback` with `code` and `state`;
/// post both to the callback. Asked with an access token, it begins to link the service to that account instead.
#[utoipa::path(
    get,
    path = "/api/auth/oauth/{provider}",
    tag = "auth",
    params(("provider" = inline(Provider), Path)),
    security((), ("bearer" = [])),
    responses((status = OK, body = Answer<SignInBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn begin_sign_in(
    State(state): State<AppState>,
    MaybeActor(actor): MaybeActor,
    Path(provider): Path<String>,
) -> Result<Answer<SignInBody>, ApiError> {
    let (provider, us) = configured(&state, &provider).await?;
    let token = OpaqueToken::generate()?;
    let secrets = Secrets::generate()?;
    let question = Question {
        state: token.expose(),
        challenge: &secrets.challenge(),
        nonce: &secrets.nonce,
    };
    let authorize_url = state.oauth.authorize_url(provider, &us, question).await?;

    let now = state.clock.now();
    let hash = token.hash();
    let sealed = secrets.seal(&*state.data_keys().await?, &context(&hash))?;
    let new = NewSignIn {
        hash: &hash,
        provider,
        user: actor.map(|actor| actor.id),
        sealed: &sealed,
        expires_at: now + SIGN_IN_LIFE,
    };
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    store::oauth::insert(&tx, new, now).await?;
    tx.commit().await?;
    Ok(Answer::ok(SignInBody {
        authorize_url,
        state: token.expose().to_owned(),
        expires_in: SIGN_IN_LIFE.as_secs(),
    }))
}
