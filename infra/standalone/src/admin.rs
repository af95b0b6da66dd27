//! `admin create`: the first admin of a new deployment comes from a command, never from the API.

use jiff::Timestamp;
use shared::auth::opaque::OpaqueToken;
use shared::domain::id::UserId;
use shared::domain::profile::{Profile, RoleProfile};
use shared::domain::time::Zone;
use shared::domain::user::{Email, User};
use shared::state::AppState;
use shared::store;

use crate::development::Failure;

/// Opens a verified admin account and returns its password, which nobody can read again.
///
/// # Errors
/// When the address is none, has an account already, or the database cannot be used.
pub async fn create(state: &AppState, email: &str) -> Result<String, Failure> {
    let email = Email::parse(email)?;
    let password = OpaqueToken::generate()?.expose().to_owned();
    let hash = state.passwords().await?.hash(password.clone()).await?;
    let admin = admin(state.clock.id(), email, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    if !store::user::insert(&tx, &admin, Some(&hash)).await? {
        return Err("there is an account with this address already".into());
    }
    tx.commit().await?;
    Ok(password)
}

fn admin(id: UserId, email: Email, now: Timestamp) -> User {
    let (first_name, last_name) = ("Program".to_owned(), "Manager".to_owned());
    let profile = Profile::new(first_name, last_name, Zone::UTC, RoleProfile::Admin);
    User {
        email_verified_at: Some(now),
        ..User::new(id, email, profile, now)
    }
}
