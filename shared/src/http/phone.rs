//! Phone numbers on their way in and out: sealed for the database, opened for whom they may be shown to.

use super::error::ApiError;
use crate::auth::sealed::{DataKeys, SealError};
use crate::domain::id::UserId;
use crate::domain::user::{Phone, SealedPhone, User};
use crate::state::AppState;

/// Seals a phone number for the row of its person.
///
/// # Errors
/// When the machine has no randomness to give.
pub fn seal_phone(
    keys: &DataKeys,
    person: UserId,
    phone: &Phone,
) -> Result<SealedPhone, SealError> {
    keys.seal(&SealedPhone::context(person), phone.expose())
        .map(SealedPhone)
}

/// Seals the phone number of a person anew, so that it leaves the key it was sealed with.
///
/// # Errors
/// When no key fits it.
pub fn reseal_phone(keys: &DataKeys, user: &User) -> Result<Option<SealedPhone>, SealError> {
    let Some(SealedPhone(sealed)) = &user.phone else {
        return Ok(None);
    };
    let context = SealedPhone::context(user.id);
    let phone = keys.open(&context, sealed)?;
    keys.seal(&context, &phone).map(SealedPhone).map(Some)
}

/// Opens the phone number of a person, if they have one.
///
/// # Errors
/// When the keys cannot be had, or none fits.
pub async fn open_phone(state: &AppState, user: &User) -> Result<Option<String>, ApiError> {
    let Some(SealedPhone(sealed)) = &user.phone else {
        return Ok(None);
    };
    let keys = state.data_keys().await?;
    Ok(Some(keys.open(&SealedPhone::context(user.id), sealed)?))
}
