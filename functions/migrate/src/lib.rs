//! Brings a deployment up to date: the schema, and the keys that no template can generate. Safe to run again.

use serde::Serialize;
use serde_json::Value;
use shared::auth::keys;
use shared::outside::secrets::SecretError;
use shared::state::AppState;
use shared::store::{self, StoreError};

/// What was done.
#[derive(Debug, Serialize)]
pub struct Report {
    /// How many migrations were applied.
    pub migrations_applied: usize,
    /// Whether a new pair of keys was made.
    pub keys_made: bool,
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The secrets.
    #[error(transparent)]
    Secrets(#[from] SecretError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] keys::KeyError),
}

/// Applies missing migrations, and makes the keys for tokens if there are none.
///
/// # Errors
/// When a part of it fails; what was done stays done.
pub async fn run(state: &AppState) -> Result<Report, MigrateError> {
    let migrations_applied = store::migrate::run(&state.db).await?;
    let keys_made = ensure_keys(state).await?;
    Ok(Report {
        migrations_applied,
        keys_made,
    })
}

async fn ensure_keys(state: &AppState) -> Result<bool, MigrateError> {
    let (Some(signing), Some(public)) = (
        &state.config.signing_secret,
        &state.config.public_keys_secret,
    ) else {
        return Ok(false);
    };
    let present = state.secrets.get(signing).await;
    if present.is_ok_and(|secret| secret.get("pkcs8").is_some_and(Value::is_string)) {
        return Ok(false);
    }
    let keys = keys::generate()?;
    // The public half first: nobody may sign what nobody can check.
    state.secrets.put(public, &keys.public).await?;
    state.secrets.put(signing, &keys.signing).await?;
    Ok(true)
}
