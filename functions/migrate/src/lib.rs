//! Brings a deployment up to date: the schema, and the keys that no template can generate. Safe to run again.
//!
//! It also verifies the audit log: `{"verify_audit": {}}`, or `{"verify_audit": {"day": "2026-03-02"}}`; and it replaces the key
//! of the access tokens without signing anybody out: `{"rotate_keys": "begin"}`, five minutes later `"switch"`, and twenty-one
//! minutes after that `"finish"`; `"now"` does it at once.
//!
//! And it opens the account of the first admin: `{"create_admin": {"email": "…"}}` returns a link that sets the password, once and
//! for 30 minutes. A password in the answer would stay good in every log it ends up in.

mod admin;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::auth::audit::{self, AuditReport};
use shared::auth::keys::{self, NewKeys};
use shared::auth::opaque::NoRandomness;
use shared::auth::rotation::{self, RotationError, Step};
use shared::domain::user::EmailError;
use shared::outside::secrets::SecretError;
use shared::state::AppState;
use shared::store::{self, StoreError};

pub use admin::FirstAdmin;

/// What is to be done, one thing at a time; with nothing in it, the deployment is brought up to date.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    verify_audit: Option<AuditTask>,
    rotate_keys: Option<Step>,
    create_admin: Option<AdminTask>,
}

/// Who the first admin is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminTask {
    email: String,
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
    /// A step in replacing the keys was taken.
    Rotated {
        /// Which one.
        keys_rotated: Step,
    },
    /// The first admin has an account.
    AdminCreated(FirstAdmin),
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
    /// The rotation of the keys.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// No secrets are configured.
    #[error("JWT_SIGNING_SECRET_ARN and JWT_PUBLIC_SECRET_ARN are not set")]
    NoSecrets,
    /// Nobody can say in which order.
    #[error("one thing at a time: verify_audit, rotate_keys or create_admin")]
    TwoTasks,
    /// The address of the admin.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// The link.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// There is an admin, who makes the others.
    #[error("there is an admin already, who opens accounts for the others")]
    AdminExists,
    /// The address belongs to somebody.
    #[error("there is an account with this address already")]
    AddressTaken,
}

/// Does what an invocation asks for.
///
/// # Errors
/// When a part of it fails; what was done stays done.
pub async fn invoke(state: &AppState, task: Task) -> Result<Outcome, MigrateError> {
    match (task.verify_audit, task.rotate_keys, task.create_admin) {
        (None, None, None) => Ok(Outcome::Migrated(run(state).await?)),
        (Some(task), None, None) => {
            let report = verify_audit(state, task.day).await?;
            Ok(Outcome::Audited(report))
        }
        (None, Some(keys_rotated), None) => {
            rotate_keys(state, keys_rotated).await?;
            Ok(Outcome::Rotated { keys_rotated })
        }
        (None, None, Some(task)) => {
            let admin = admin::create(state, &task.email).await?;
            Ok(Outcome::AdminCreated(admin))
        }
        _ => Err(MigrateError::TwoTasks),
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

/// Takes a step in replacing the key of the access tokens.
///
/// # Errors
/// When it is not time for it, or the secrets cannot be read or written.
pub async fn rotate_keys(state: &AppState, step: Step) -> Result<(), MigrateError> {
    let config = &state.config;
    let (Some(signing), Some(public)) = (&config.signing_secret, &config.public_keys_secret) else {
        return Err(MigrateError::NoSecrets);
    };
    let before = (
        state.secrets.get_fresh(signing).await?,
        state.secrets.get_fresh(public).await?,
    );
    let keys = rotation::rotate(step, &before.0, &before.1, state.clock.now())?;
    write(state, &keys, signing, public).await
}

/// The public half first: nobody may sign what nobody can check.
async fn write(
    state: &AppState,
    keys: &NewKeys,
    signing: &str,
    public: &str,
) -> Result<(), MigrateError> {
    state.secrets.put(public, &keys.public).await?;
    Ok(state.secrets.put(signing, &keys.signing).await?)
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
    write(state, &keys::generate()?, signing, public).await?;
    Ok(true)
}
