//! The second factor: what somebody typed is held against what is kept, and used up.

use jiff::Timestamp;
use shared::auth::sealed::{DataKeys, SealError};
use shared::auth::{opaque, totp};
use shared::domain::id::UserId;
use shared::domain::login::SignInFailure;
use shared::domain::totp::{SecondFactor, Secret, matching_step};
use shared::http::ApiError;
use shared::store::credentials::{Credentials, KeptTotp};
use shared::store::{self, Transaction};

use crate::body::FactorText;

/// What was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// A code of the app.
    Code,
    /// One of the ten codes for when it is lost.
    RecoveryCode,
}

/// What somebody typed as their second factor.
pub(crate) struct Typed<'a> {
    pub(crate) user: UserId,
    pub(crate) kept: &'a KeptTotp,
    pub(crate) text: &'a str,
}

impl Typed<'_> {
    /// Uses it up, if it is right; the person's row is held, so that two tries take turns.
    pub(crate) async fn spend(
        &self,
        tx: &Transaction<'_>,
        keys: &DataKeys,
        now: Timestamp,
    ) -> Result<Option<Spent>, ApiError> {
        let is_spent = match SecondFactor::parse(self.text) {
            SecondFactor::Code(code) => {
                let secret = open_secret(keys, self.user, &self.kept.secret)?;
                let step = matching_step(code, self.kept.last_step, now, |step| {
                    totp::code_at(&secret, step)
                });
                let Some(step) = step else { return Ok(None) };
                store::totp::spend_step(tx, self.user, step)
                    .await?
                    .then_some(Spent::Code)
            }
            SecondFactor::Recovery(code) => {
                let hash = opaque::hash(code.plain());
                let spent = store::totp::spend_recovery_code(tx, self.user, &hash, now).await?;
                spent.then_some(Spent::RecoveryCode)
            }
        };
        Ok(is_spent)
    }
}

/// Uses up what somebody typed, where a second factor is needed at all.
pub(crate) async fn require(
    tx: &Transaction<'_>,
    keys: &DataKeys,
    held: &Credentials,
    typed: Option<&FactorText>,
    now: Timestamp,
) -> Result<Result<Option<Spent>, SignInFailure>, ApiError> {
    let Some(kept) = &held.totp else {
        return Ok(Ok(None));
    };
    let Some(typed) = typed else {
        return Ok(Err(SignInFailure::CodeMissing));
    };
    let typed = Typed {
        user: held.user,
        kept,
        text: typed.as_str(),
    };
    let spent = typed.spend(tx, keys, now).await?;
    Ok(spent.map(Some).ok_or(SignInFailure::WrongCode))
}

/// Seals a secret for the table.
pub(crate) fn seal_secret(
    keys: &DataKeys,
    user: UserId,
    secret: &Secret,
) -> Result<Vec<u8>, SealError> {
    keys.seal(&place(user), secret.expose())
}

/// Opens a secret of the table.
pub(crate) fn open_secret(
    keys: &DataKeys,
    user: UserId,
    sealed: &[u8],
) -> Result<Secret, SealError> {
    keys.open(&place(user), sealed).map(Secret::kept)
}

fn place(user: UserId) -> String {
    format!("totps.secret|{user}")
}
