//! `admin create`: the first admin of a new deployment comes from a command, never from the API.

use shared::auth::opaque::OpaqueToken;
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
    let admin = User::new_admin(state.clock.id(), email, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    if !store::user::insert(&tx, &admin, Some(&hash)).await? {
        return Err("there is an account with this address already".into());
    }
    tx.commit().await?;
    Ok(password)
}
