//! `POST /api/auth/totp`, `POST /api/auth/totp/confirm` and `DELETE /api/auth/totp`: two-factor sign-in.

use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use shared::auth::{opaque, totp};
use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::event::Event;
use shared::domain::totp::{RecoveryCode, SecondFactor, Secret, TotpError, matching_step};
use shared::http::limits::SECOND_FACTOR;
use shared::http::{Actor, Answer, ApiError, AppState, Caller, Json, Proof, Refused};
use shared::store::{self, Transaction};

use crate::answer::{RecoveryCodesBody, TotpBody};
use crate::body::{CodeBody, PasswordBody, TotpOffBody};
use crate::factor::{Typed, open_secret, seal_secret};

/// Start to set up two-factor sign-in.
///
/// Nothing changes until the first code is confirmed; starting again replaces the secret.
#[utoipa::path(
    post,
    path = "/api/auth/totp",
    tag = "auth",
    security(("bearer" = [])),
    request_body = PasswordBody,
    responses((status = OK, body = Answer<TotpBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn start_totp(
    State(state): State<AppState>,
    Caller(origin): Caller,
    actor: Actor,
    Json(body): Json<PasswordBody>,
) -> Result<Answer<TotpBody>, ApiError> {
    let known = proof(actor, &origin, &body.password).check(&state).await?;
    let (secret, keys) = (totp::generate_secret()?, state.data_keys().await?);
    let sealed = seal_secret(&keys, actor.id, &secret)?;
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    if !store::totp::replace_pending(&tx, actor.id, &sealed, state.clock.now()).await? {
        return Err(TotpError::AlreadyOn.into());
    }
    tx.commit().await?;
    Ok(Answer::ok(TotpBody {
        otpauth_uri: secret.uri(&known.email),
        secret: secret.expose().to_owned(),
    }))
}

/// Switch two-factor sign-in on with the first code.
///
/// The answer holds ten recovery codes, this once.
#[utoipa::path(
    post,
    path = "/api/auth/totp/confirm",
    tag = "auth",
    security(("bearer" = [])),
    request_body = CodeBody,
    responses((status = OK, body = Answer<RecoveryCodesBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn confirm_totp(
    State(state): State<AppState>,
    Caller(origin): Caller,
    actor: Actor,
    Json(body): Json<CodeBody>,
) -> Result<Answer<RecoveryCodesBody>, ApiError> {
    SECOND_FACTOR
        .take_for(&state, &actor.id.to_string())
        .await?;
    let (keys, now) = (state.data_keys().await?, state.clock.now());
    let codes = totp::generate_recovery_codes()?;

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let held = store::credentials::lock(&tx, actor.id).await?;
    if held.is_some_and(|held| held.totp.is_some()) {
        return Err(TotpError::AlreadyOn.into());
    }
    let pending = store::totp::find_pending(&tx, actor.id).await?;
    let secret = open_secret(&keys, actor.id, &pending.ok_or(TotpError::NotSetUp)?)?;
    let changed = Change {
        state: &state,
        origin: &origin,
        actor,
    };
    let Some(step) = first_step(&secret, body.code.as_str(), now) else {
        return Err(changed.fail(tx).await?);
    };
    store::totp::confirm(&tx, actor.id, step, &hashes(&codes), now).await?;
    changed
        .finish(
            tx,
            AuditAction::TotpEnabled,
            Event::TotpEnabled { user_id: actor.id },
        )
        .await?;
    let recovery_codes = codes.iter().map(ToString::to_string).collect();
    Ok(Answer::ok(RecoveryCodesBody { recovery_codes }))
}

/// Switch two-factor sign-in off.
#[utoipa::path(
    delete,
    path = "/api/auth/totp",
    tag = "auth",
    security(("bearer" = [])),
    request_body = TotpOffBody,
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn delete_totp(
    State(state): State<AppState>,
    Caller(origin): Caller,
    actor: Actor,
    Json(body): Json<TotpOffBody>,
) -> Result<StatusCode, ApiError> {
    SECOND_FACTOR
        .take_for(&state, &actor.id.to_string())
        .await?;
    proof(actor, &origin, &body.password).check(&state).await?;
    let (keys, now) = (state.data_keys().await?, state.clock.now());

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let held = store::credentials::lock(&tx, actor.id).await?;
    let kept = held.and_then(|held| held.totp).ok_or(TotpError::NotSetUp)?;
    let changed = Change {
        state: &state,
        origin: &origin,
        actor,
    };
    let typed = Typed {
        user: actor.id,
        kept: &kept,
        text: body.code.as_str(),
    };
    if typed.spend(&tx, &keys, now).await?.is_none() {
        return Err(changed.fail(tx).await?);
    }
    store::totp::delete(&tx, actor.id).await?;
    changed
        .finish(
            tx,
            AuditAction::TotpDisabled,
            Event::TotpDisabled { user_id: actor.id },
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

const fn proof<'a>(actor: Actor, origin: &'a Origin, password: &'a str) -> Proof<'a> {
    Proof {
        actor,
        origin,
        password,
        failure: AuditAction::TotpChangeFailed,
    }
}

/// The step whose code proves that an app has the secret.
fn first_step(secret: &Secret, typed: &str, now: Timestamp) -> Option<i64> {
    match SecondFactor::parse(typed) {
        SecondFactor::Code(code) => {
            matching_step(code, None, now, |step| totp::code_at(secret, step))
        }
        SecondFactor::Recovery(_) => None,
    }
}

fn hashes(codes: &[RecoveryCode]) -> Vec<Vec<u8>> {
    codes
        .iter()
        .map(|code| opaque::hash(code.plain()))
        .collect()
}

/// A second factor that is being switched on or off.
struct Change<'a> {
    state: &'a AppState,
    origin: &'a Origin,
    actor: Actor,
}

impl Change<'_> {
    /// Logs that the code was wrong, and gives the answer.
    async fn fail(&self, tx: Transaction<'_>) -> Result<ApiError, ApiError> {
        self.log(
            &tx,
            self.entry(AuditAction::TotpChangeFailed)
                .because("wrong_code"),
        )
        .await?;
        tx.commit().await?;
        Ok(TotpError::WrongCode.into())
    }

    /// Promises the mail, logs the change and makes it permanent.
    async fn finish(
        &self,
        tx: Transaction<'_>,
        action: AuditAction,
        event: Event,
    ) -> Result<(), ApiError> {
        let clock = &self.state.clock;
        store::outbox::append(&tx, clock.id(), clock.now(), event).await?;
        self.log(&tx, self.entry(action)).await?;
        Ok(tx.commit().await?)
    }

    fn entry(&self, action: AuditAction) -> AuditEntry {
        AuditEntry::own(action, self.actor.id).on(self.actor.login())
    }

    async fn log(&self, tx: &Transaction<'_>, entry: AuditEntry) -> Result<(), ApiError> {
        let clock = &self.state.clock;
        Ok(store::audit::append(tx, clock.id(), clock.now(), self.origin, &entry).await?)
    }
}
