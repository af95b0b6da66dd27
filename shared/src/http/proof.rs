//! The password once more, before something that changes who an account belongs to (ASVS 7.5.1).

use super::error::ApiError;
use super::limits::PASSWORD_AGAIN;
use super::{Actor, AppState};
use crate::domain::audit::{AuditAction, AuditEntry, Origin};
use crate::domain::user::AccountError;
use crate::store;
use crate::store::credentials::Credentials;

/// Somebody who is signed in types their password again.
pub struct Proof<'a> {
    /// Who.
    pub actor: Actor,
    /// From where, for the audit log.
    pub origin: &'a Origin,
    /// What they typed.
    pub password: &'a str,
    /// What the audit log calls it when the password is wrong.
    pub failure: AuditAction,
}

impl Proof<'_> {
    /// Checks the password; a wrong one is counted and written to the audit log.
    ///
    /// # Errors
    /// When it is wrong, tried too often, or there is none.
    pub async fn check(&self, state: &AppState) -> Result<Credentials, ApiError> {
        let who = self.actor.id.to_string();
        PASSWORD_AGAIN.take_for(state, &who).await?;
        let client = state.db.client().await?;
        let known = store::credentials::find_of(&client, self.actor.id).await?;
        // The connection goes back before the hash, which takes long.
        drop(client);
        let known = known.ok_or(ApiError::unauthenticated())?;
        let kept = known.password.clone().ok_or(AccountError::NoPassword)?;
        let passwords = state.passwords().await?;
        if passwords
            .verify(self.password.to_owned(), Some(kept))
            .await?
        {
            PASSWORD_AGAIN.forget_for(state, &who).await?;
            return Ok(known);
        }
        self.note_failure(state).await?;
        Err(AccountError::WrongPassword.into())
    }

    async fn note_failure(&self, state: &AppState) -> Result<(), ApiError> {
        let entry = AuditEntry::own(self.failure, self.actor.id)
            .on(self.actor.login())
            .because("wrong_password");
        let mut client = state.db.client().await?;
        let tx = client.transaction();
        store::audit::append(
            &tx,
            state.clock.id(),
            state.clock.now(),
            self.origin,
            &entry,
        )
        .await?;
        Ok(tx.commit().await?)
    }
}
