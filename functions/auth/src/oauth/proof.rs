//! Who has come back: asked of the provider once, remembered for who must add something.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use shared::auth::opaque::{self, NoRandomness, OpaqueToken};
use shared::auth::sealed::{DataKeys, SealError};
use shared::domain::id::UserId;
use shared::domain::identity::{Identity, IdentityError};
use shared::domain::value::Text;
use shared::http::{ApiError, AppState};
use shared::outside::oauth::{OAuthError, Proof};
use shared::store;
use shared::store::oauth::SignIn;

use super::configured;

pub(super) type Code = Text<1, 2000>;
pub(super) type StateToken = Text<20, 200>;

/// What only we know of a sign-in.
#[derive(Serialize, Deserialize)]
pub(super) struct Secrets {
    verifier: String,
    pub(super) nonce: String,
}

impl Secrets {
    pub(super) fn generate() -> Result<Self, NoRandomness> {
        Ok(Self {
            verifier: OpaqueToken::generate()?.expose().to_owned(),
            nonce: OpaqueToken::generate()?.expose().to_owned(),
        })
    }

    /// What the provider gets to see of the verifier (RFC 7636 §4.2).
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(opaque::hash(&self.verifier))
    }

    pub(super) fn seal(&self, keys: &DataKeys, context: &str) -> Result<Vec<u8>, ApiError> {
        seal(keys, context, self)
    }
}

/// Where sealed parts of a sign-in belong.
pub(super) fn context(hash: &[u8]) -> String {
    format!("oauth_states|{}", URL_SAFE_NO_PAD.encode(hash))
}

/// What has come back from the browser.
pub(super) struct Returned<'a> {
    pub(super) provider: &'a str,
    pub(super) state: &'a StateToken,
    pub(super) code: &'a Code,
    /// Who links it to their account; nobody when it is for signing in.
    pub(super) person: Option<UserId>,
}

/// Who it was, and the sign-in that is still to be ended.
pub(super) struct Proven {
    pub(super) identity: Identity,
    pub(super) sign_in: Vec<u8>,
}

/// Finds out who has come back.
pub(super) async fn prove(state: &AppState, returned: Returned<'_>) -> Result<Proven, ApiError> {
    let (provider, us) = configured(state, returned.provider).await?;
    let hash = opaque::hash(returned.state.as_str());
    let code_hash = opaque::hash(returned.code.as_str());
    let keys = state.data_keys().await?;
    let (now, context) = (state.clock.now(), context(&hash));

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let claimed = store::oauth::claim(&tx, &hash, provider, now).await?;
    tx.commit().await?;
    drop(client);
    let sign_in = claimed
        .filter(|sign_in| sign_in.user == returned.person)
        .ok_or(IdentityError::InvalidState)?;
    if let Some(identity) = remembered(&sign_in, &code_hash, &keys, &context)? {
        return Ok(Proven {
            identity,
            sign_in: hash,
        });
    }

    let secrets: Secrets = open(&keys, &context, &sign_in.sealed)?;
    let proof = Proof {
        code: returned.code.as_str(),
        verifier: &secrets.verifier,
        nonce: &secrets.nonce,
    };
    let told = state.oauth.identify(provider, &us, proof, now).await;
    let mut client = state.db.client().await?;
    if matches!(told, Err(OAuthError::Unavailable { .. })) {
        store::oauth::release(&client, &hash).await?;
    }
    let identity = told?;
    let sealed = seal(&keys, &context, &identity)?;
    let tx = client.transaction();
    store::oauth::update_told(&tx, &hash, &code_hash, &sealed).await?;
    tx.commit().await?;
    Ok(Proven {
        identity,
        sign_in: hash,
    })
}

/// What the provider has said before, to whoever knows the same code.
fn remembered(
    sign_in: &SignIn,
    code_hash: &[u8],
    keys: &DataKeys,
    context: &str,
) -> Result<Option<Identity>, ApiError> {
    match &sign_in.told {
        None => Ok(None),
        Some((told_for, sealed)) if told_for == code_hash => open(keys, context, sealed).map(Some),
        Some(_) => Err(IdentityError::InvalidState.into()),
    }
}

fn seal(keys: &DataKeys, context: &str, what: &impl Serialize) -> Result<Vec<u8>, ApiError> {
    let text = serde_json::to_string(what).map_err(|_| ApiError::internal())?;
    Ok(keys.seal(context, &text)?)
}

fn open<T: for<'a> Deserialize<'a>>(
    keys: &DataKeys,
    context: &str,
    sealed: &[u8],
) -> Result<T, ApiError> {
    let text: Result<String, SealError> = keys.open(context, sealed);
    serde_json::from_str(&text?).map_err(|_| ApiError::internal())
}
