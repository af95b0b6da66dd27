//! Text messages: to the phones of those who want them, if there is a provider.

use shared::domain::letter::{Letter, Office, Reader};
use shared::domain::user::SealedPhone;
use shared::outside::sms::{TextError, TextProvider};
use shared::state::AppState;
use shared::store::notification::{Outcome, Reader as Account};
use shared::store::{self, Transaction};
use shared::worker::WorkError;

/// Writes a text message: the number of the phone and what it says; `None` for those who have named no phone.
pub(crate) async fn write(
    state: &AppState,
    tx: &Transaction<'_>,
    office: &Office,
    (letter, account): (&Letter, &Account),
) -> Result<Option<(String, String)>, WorkError> {
    let sealed = store::notification::find_phone(tx, account.id).await?;
    let Some(SealedPhone(sealed)) = sealed else {
        return Ok(None);
    };
    let later = |why: &dyn std::error::Error| WorkError::Later(why.to_string());
    let keys = state.data_keys().await.map_err(|error| later(&error))?;
    let phone = keys.open(&SealedPhone::context(account.id), &sealed);
    let phone = phone.map_err(|error| later(&error))?;
    let text = letter.text_message(&Reader::from(account), office);
    Ok(Some((phone, text)))
}

/// Hands a text message over.
pub(crate) async fn hand_over(state: &AppState, phone: &str, text: &str) -> Outcome {
    let sent = match state.texts().await {
        Ok(Some(texts)) => texts.send(phone, text).await,
        // Whoever had chosen them before they were switched off.
        Ok(None) => Err(TextError::Never("there is no provider".to_owned())),
        Err(problem) => Err(TextError::Later(problem.to_string())),
    };
    match sent {
        Ok(id) => Outcome::Sent(id),
        Err(TextError::Later(why)) => Outcome::Refused(why),
        Err(TextError::Never(why)) => Outcome::Failed(why),
        Err(TextError::Unknown(why)) => Outcome::Unknown(why),
    }
}
