//! `/api/auth/oauth/{provider}`: sign-in with the services that people have accounts with already.
//!
//! A sign-in is begun here, answered in the browser, and brought back with a code. Begun with an access token it links
//! the service to that person's account, and only they can bring it back; begun without, it signs in. Both are
//! separate addresses, so that nobody is linked who only meant to sign in.

pub(crate) mod begin;
pub(crate) mod callback;
pub(crate) mod link;
mod proof;

use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::domain::identity::{Identity, IdentityError, Provider};
use shared::http::{ApiError, AppState};
use shared::outside::oauth::Registration;
use shared::store::{self, Transaction};

/// Reads a provider of the path that is configured.
async fn configured(
    state: &AppState,
    provider: &str,
) -> Result<(Provider, Registration), ApiError> {
    let provider = Provider::parse(provider)?;
    let us = state.registration(provider).await?;
    Ok((provider, us.ok_or(IdentityError::UnknownProvider)?))
}

/// Gives an identity to a person who had an account before, and lets them know by mail.
async fn give(
    tx: &Transaction<'_>,
    state: &AppState,
    identity: &Identity,
    user: UserId,
) -> Result<AuditEntry, ApiError> {
    let now = state.clock.now();
    store::identity::insert(tx, identity, user, now).await??;
    let event = Event::IdentityLinked {
        user_id: user,
        provider: identity.provider,
    };
    store::outbox::append(tx, state.clock.id(), now, event).await?;
    Ok(AuditEntry::own(AuditAction::IdentityLinked, user).because(identity.provider.as_str()))
}
