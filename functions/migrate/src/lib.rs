//! Brings a deployment up to date: the schema, and the keys that no template can generate. Safe to run again.
//! It also verifies the audit log, for whoever deploys: `{"verify_audit": {}}`, or `{"verify_audit": {"day": "2026-03-02"}}`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::auth::audit::{self, AuditReport};
use shared::auth::keys;
use shared::outside::secrets::SecretError;
use shared::state::AppState;
use shared::store::{self, StoreError};

/// What is to be done; with nothing in it, the deployment is brought up to date.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    verify_audit: Option<AuditTask>,
}

/// Which part of the audit log is verified.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditTask {
    day: Option<Date>,
}

/// What has come of it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// The deployment is up to date.
    Migrated(Report),
    /// The audit log was verified.
    Audited(AuditReport),
}

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

/// Does what an invocation asks for.
///
/// # Errors
/// When a part of it fails; what was done stays done.
pub async fn invoke(state: &AppState, task: Task) -> Result<Outcome, MigrateError> {
    match task.verify_audit {
        None => Ok(Outcome::Migrated(run(state).await?)),
        Some(task) => Ok(Outcome::Audited(verify_audit(state, task.day).await?)),
    }
}

/// Verifies the audit log, or one day of it.
///
/// # Errors
/// When the database cannot be used.
pub async fn verify_audit(
    state: &AppState,
    day: Option<Date>,
) -> Result<AuditReport, MigrateError> {
    let client = state.db.client().await?;
    Ok(audit::verify(&client, day, state.clock.now()).await?)
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
