//! Mails leave no faster than they may: the account's turn is waited for, a person's mails rest.

use jiff::Timestamp;
use shared::domain::id::UserId;
use shared::domain::notification::Pace;
use shared::state::AppState;
use shared::store::Transaction;
use shared::store::limit::{self, Quota};
use shared::worker::WorkError;
use tokio::time::sleep;

/// What the keys of these limits are made of.
const SCOPE: &str = "mail-pace";

/// Until when one more mail to a person must rest, if it must. It counts once the transaction commits.
pub(crate) async fn rest_for(
    state: &AppState,
    tx: &Transaction<'_>,
    person: UserId,
    now: Timestamp,
) -> Result<Option<Timestamp>, WorkError> {
    let quota = quota(Pace::of_person(state.config.rate_limit_scale));
    let key = key(state, &person.to_string()).await?;
    let verdict = limit::take_within(tx, &key, quota).await?;
    let wait = (!verdict.is_allowed).then_some(verdict.retry_after);
    Ok(wait.map(|wait| now + wait))
}

/// Waits for the turn of one more mail.
pub(crate) async fn wait_for_turn(state: &AppState) -> Result<(), WorkError> {
    let quota = quota(Pace::of_account(state.config.mail_rate_per_second));
    let key = key(state, "account").await?;
    let client = state.db.client().await?;
    let turn = limit::reserve(&client, &key, quota, Pace::PATIENCE).await?;
    // Nobody else can use the connection while this one sleeps with it.
    drop(client);
    let too_many = || WorkError::Later("too many mails are leaving".to_owned());
    sleep(turn.ok_or_else(too_many)?).await;
    Ok(())
}

const fn quota(pace: Pace) -> Quota {
    Quota {
        burst: pace.burst,
        interval: pace.interval,
    }
}

async fn key(state: &AppState, whose: &str) -> Result<Vec<u8>, WorkError> {
    let mac = state.mac(SCOPE, whose).await;
    mac.map_err(|error| WorkError::Later(error.to_string()))
}
