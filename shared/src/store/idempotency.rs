//! POSTs that were sent with an `Idempotency-Key`: one execution each, and its answer for a day.
//!
//! started ──keep──▶ done (the answer is there)
//!    ├──release──▶ forgotten
//!    └──(lease over)──▶ started by another owner

use std::time::Duration;

use tokio_postgres::types::Type;
use uuid::Uuid;

use super::db::Param;
use super::{Client, Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};

/// What is executed once: keys of two people, or of two operations, have nothing to do with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Who sent it.
    pub user: UserId,
    /// Method and route template.
    pub operation: String,
    /// What the client calls it.
    pub key: String,
}

/// What became of an intent so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the asker's to execute, until the lease ends.
    Claimed,
    /// Somebody executes it at this moment.
    InProgress,
    /// It was done: the sealed answer.
    Done(Vec<u8>),
    /// The key was used for another request.
    Reused,
}

/// Claims an intent for `owner`, or says why not. It commits by itself, so that all others see the claim at once.
///
/// What lapsed or expired is claimed anew. A row that somebody else has just written is not seen yet: it is in progress.
pub async fn claim(
    client: &Client,
    intent: &Intent,
    fingerprint: &[u8],
    owner: Uuid,
    lease: Duration,
) -> Result<Standing, StoreError> {
    let row = client
        .query_opt(
            "WITH claimed AS (
               INSERT INTO idempotency AS kept (user_id, operation, key, fingerprint, owner, lease_until, expires_at)
               VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6),
                       clock_timestamp() + interval '24 hours')
               ON CONFLICT (user_id, operation, key) DO UPDATE
                  SET fingerprint = excluded.fingerprint, owner = excluded.owner, answer = NULL,
                      lease_until = excluded.lease_until, expires_at = excluded.expires_at
                WHERE kept.expires_at < clock_timestamp()
                   OR (    kept.answer IS NULL AND kept.lease_until < clock_timestamp()
                       AND kept.fingerprint = excluded.fingerprint)
               RETURNING owner)
             SELECT true AS is_claimed, true AS is_same, NULL::bytea AS answer FROM claimed
             UNION ALL
             SELECT false, fingerprint = $4, answer
               FROM idempotency
              WHERE user_id = $1 AND operation = $2 AND key = $3 AND NOT EXISTS (SELECT FROM claimed)",
            &[
                (&intent.user.uuid(), Type::UUID),
                (&intent.operation, Type::TEXT),
                (&intent.key, Type::TEXT),
                (&fingerprint, Type::BYTEA),
                (&owner, Type::UUID),
                (&lease.as_secs_f64(), Type::FLOAT8),
            ],
        )
        .await?;
    let Some(row) = row else {
        return Ok(Standing::InProgress);
    };
    let (is_claimed, is_same): (bool, bool) = (row.try_get("is_claimed")?, row.try_get("is_same")?);
    Ok(match row.try_get::<_, Option<Vec<u8>>>("answer")? {
        _ if is_claimed => Standing::Claimed,
        _ if !is_same => Standing::Reused,
        None => Standing::InProgress,
        Some(answer) => Standing::Done(answer),
    })
}

const KEEP: &str = "
    UPDATE idempotency
       SET answer = $5
     WHERE user_id = $1 AND operation = $2 AND key = $3 AND owner = $4 AND answer IS NULL";

/// Keeps the answer in the transaction of the effect itself; `false` when the claim is another's by now.
pub async fn keep(
    tx: &Transaction<'_>,
    intent: &Intent,
    owner: Uuid,
    answer: &[u8],
) -> Result<bool, StoreError> {
    let kept = tx
        .execute(KEEP, &kept(intent, &intent.user.uuid(), &owner, &answer))
        .await?;
    Ok(kept == 1)
}

/// What `KEEP` is told.
fn kept<'a>(
    intent: &'a Intent,
    user: &'a Uuid,
    owner: &'a Uuid,
    answer: &'a &[u8],
) -> [Param<'a>; 5] {
    [
        (user, Type::UUID),
        (&intent.operation, Type::TEXT),
        (&intent.key, Type::TEXT),
        (owner, Type::UUID),
        (answer, Type::BYTEA),
    ]
}

/// Keeps an answer that changed nothing, such as a refusal.
pub async fn keep_alone(
    client: &Client,
    intent: &Intent,
    owner: Uuid,
    answer: &[u8],
) -> Result<(), StoreError> {
    client
        .execute_alone(KEEP, &kept(intent, &intent.user.uuid(), &owner, &answer))
        .await?;
    Ok(())
}

/// Gives a claim back, so that the next request executes. An answer that is kept stays: its effect has happened.
pub async fn release(client: &Client, intent: &Intent, owner: Uuid) -> Result<(), StoreError> {
    client
        .execute_alone(
            "DELETE FROM idempotency
              WHERE user_id = $1 AND operation = $2 AND key = $3 AND owner = $4 AND answer IS NULL",
            &[
                (&intent.user.uuid(), Type::UUID),
                (&intent.operation, Type::TEXT),
                (&intent.key, Type::TEXT),
                (&owner, Type::UUID),
            ],
        )
        .await?;
    Ok(())
}

/// Forgets what is older than a day.
pub async fn purge(client: &Client) -> Result<u64, StoreError> {
    client
        .execute_alone(
            "DELETE FROM idempotency WHERE expires_at < clock_timestamp()",
            &[],
        )
        .await
}
