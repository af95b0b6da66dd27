//! What only its owner may change.

use shared::domain::id::UserId;
use shared::domain::user::Actor;
use shared::http::ApiError;

/// A mentor keeps only what is theirs; that others have a `thing` like it is nobody's business.
pub(crate) fn require_self(actor: Actor, mentor: UserId, thing: &str) -> Result<(), ApiError> {
    if actor.id == mentor {
        Ok(())
    } else {
        Err(ApiError::not_found(thing))
    }
}
