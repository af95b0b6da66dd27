//! The base: its webhook, how far its log was read, and how far everything was compared.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::domain::id::{Id, JobId};
use crate::domain::sync::{Base, Hook, POLL_EVERY};
use crate::store::{Read, StoreError, Transaction};

const TABLE: &str = "airtable_bases";

/// The base that the platform follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptBase {
    /// Its id.
    pub id: String,
    /// Its webhook, and until when nobody asks.
    pub base: Base,
    /// Who we are there.
    pub account: Option<String>,
    /// The id of the table of people.
    pub people: Option<String>,
    /// The id of the table of sessions.
    pub sessions: Option<String>,
    /// The id of the field that says whose record it is.
    pub platform_field: Option<String>,
    /// Where the log goes on.
    pub cursor: i64,
    /// Whether everything is to be compared.
    pub is_comparing: bool,
    /// Since when it is.
    pub compared_since: Option<Timestamp>,
    /// Where that goes on.
    pub compare_offset: Option<String>,
}

/// Switches the platform over to a base, or off.
pub async fn switch(tx: &Transaction<'_>, base: Option<&str>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE airtable_bases SET is_on = false WHERE is_on AND base_id IS DISTINCT FROM $1",
        &[(&base, Type::TEXT)],
    )
    .await?;
    tx.execute(
        "INSERT INTO airtable_bases (base_id, is_on) SELECT $1, true WHERE $1 IS NOT NULL
         ON CONFLICT (base_id) DO UPDATE SET is_on = true, is_comparing = true, compared_for = NULL
          WHERE NOT airtable_bases.is_on",
        &[(&base, Type::TEXT)],
    )
    .await?;
    Ok(())
}

/// Whether the platform follows this base, or none if none is meant.
pub async fn is_on(db: &impl Read, base: Option<&str>) -> Result<bool, StoreError> {
    let row = db
        .query_opt("SELECT base_id FROM airtable_bases WHERE is_on", &[])
        .await?;
    let known: Option<String> = row.map(|row| row.try_get("base_id")).transpose()?;
    Ok(known.as_deref() == base)
}

/// Finds the base that the platform follows.
pub async fn find_base(db: &impl Read) -> Result<Option<KeptBase>, StoreError> {
    let row = db
        .query_opt(
            "SELECT base_id, account, people_table, sessions_table, platform_field, webhook_id, expires_at,
                    refreshed_at, polled_at, cursor, is_comparing, compared_since, compare_offset, blocked_until
               FROM airtable_bases WHERE is_on",
            &[],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Finds what the pings of a webhook are signed with, sealed.
pub async fn find_hook_secret(
    db: &impl Read,
    webhook: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = db
        .query_opt(
            "SELECT webhook_secret FROM airtable_bases WHERE webhook_id = $1 AND is_on",
            &[(&webhook, Type::TEXT)],
        )
        .await?;
    let secret = row.map(|row| row.try_get::<_, Option<Vec<u8>>>("webhook_secret"));
    Ok(secret.transpose()?.flatten())
}

/// Whether a worker would find anything to do: the webhook, the log, a comparison, or people and sessions who wait.
pub async fn is_work_due(db: &impl Read, now: Timestamp) -> Result<bool, StoreError> {
    let row = db
        .query_one(
            "SELECT EXISTS (
               SELECT FROM airtable_bases
                WHERE is_on AND (blocked_until IS NULL OR blocked_until <= $1)
                  AND (is_comparing OR webhook_id IS NULL OR expires_at <= $1 OR polled_at <= $2
                       OR EXISTS (SELECT FROM users WHERE airtable_sync_status = 'pending' AND erased_at IS NULL)
                       OR EXISTS (SELECT FROM airtable_records r JOIN users u ON u.id = r.user_id
                                   WHERE u.erased_at IS NOT NULL AND r.record_id IS NOT NULL AND r.deleted_at IS NULL)
                       OR EXISTS (SELECT FROM sessions WHERE airtable_version IS DISTINCT FROM version
                                                         AND sessions_table IS NOT NULL))
             ) AS is_due",
            &[
                (&now, Type::TIMESTAMPTZ),
                (&(now - POLL_EVERY), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(row.try_get("is_due")?)
}

/// Writes what was learnt of the tables of a base.
pub async fn update_schema(tx: &Transaction<'_>, base: &KeptBase) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE airtable_bases
                SET account = $2, people_table = $3, sessions_table = $4, platform_field = $5
              WHERE base_id = $1",
            &[
                (&base.id, Type::TEXT),
                (&base.account, Type::TEXT),
                (&base.people, Type::TEXT),
                (&base.sessions, Type::TEXT),
                (&base.platform_field, Type::TEXT),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Writes a new webhook. Its log begins anew, so everything is to be compared, and what the old one had still to tell
/// is awaited no longer.
pub async fn renew(
    tx: &Transaction<'_>,
    base: &str,
    hook: &Hook,
    secret: &[u8],
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE airtable_bases
                SET webhook_id = $2, webhook_secret = $3, expires_at = $4, refreshed_at = $5, polled_at = $6,
                    cursor = 1, is_comparing = true, compared_since = NULL, compare_offset = NULL,
                    compared_for = NULL
              WHERE base_id = $1",
            &[
                (&base, Type::TEXT),
                (&hook.id, Type::TEXT),
                (&secret, Type::BYTEA),
                (&hook.expires_at, Type::TIMESTAMPTZ),
                (&hook.refreshed_at, Type::TIMESTAMPTZ),
                (&hook.polled_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    tx.execute(
        "UPDATE airtable_values SET passed = NULL WHERE passed IS NOT NULL",
        &[],
    )
    .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Notes that a webhook was told to go on.
pub async fn update_refreshed(
    tx: &Transaction<'_>,
    base: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE airtable_bases SET refreshed_at = $2, expires_at = $3 WHERE base_id = $1",
            &[
                (&base, Type::TEXT),
                (&now, Type::TIMESTAMPTZ),
                (&expires_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Moves on in the log; `false` when it does not stand where it was read, and the part must not count. `ended_at` says
/// when its end was reached.
pub async fn advance(
    tx: &Transaction<'_>,
    base: &KeptBase,
    to: i64,
    ended_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let hook = base.base.hook.as_ref().map(|hook| &hook.id);
    let moved = tx
        .execute(
            "UPDATE airtable_bases SET cursor = $4, polled_at = coalesce($5, polled_at)
              WHERE base_id = $1 AND webhook_id = $2 AND cursor = $3 AND $4 >= $3",
            &[
                (&base.id, Type::TEXT),
                (&hook, Type::TEXT),
                (&base.cursor, Type::INT8),
                (&to, Type::INT8),
                (&ended_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(moved == 1)
}

/// Asks for a full comparison, from its beginning, for a job or for the platform itself, which then is nobody's to call
/// off.
pub async fn lock_comparison(tx: &Transaction<'_>, job: Option<JobId>) -> Result<bool, StoreError> {
    let asked = tx
        .execute(
            "UPDATE airtable_bases
                SET compared_for = CASE WHEN is_comparing AND compared_for IS NULL THEN NULL ELSE $1 END,
                    is_comparing = true, compared_since = NULL, compare_offset = NULL
              WHERE is_on",
            &[(&job.map(Id::uuid), Type::UUID)],
        )
        .await?;
    Ok(asked == 1)
}

/// Writes how far a comparison has come; `false` when it was called off.
pub async fn update_comparison(tx: &Transaction<'_>, base: &KeptBase) -> Result<bool, StoreError> {
    let updated = tx
        .execute(
            "UPDATE airtable_bases SET is_comparing = $2, compared_since = $3, compare_offset = $4
              WHERE base_id = $1 AND is_comparing",
            &[
                (&base.id, Type::TEXT),
                (&base.is_comparing, Type::BOOL),
                (&base.compared_since, Type::TIMESTAMPTZ),
                (&base.compare_offset, Type::TEXT),
            ],
        )
        .await?;
    Ok(updated == 1)
}

/// Calls off the comparison that a job alone asked for: its worker notices with the next page.
pub async fn call_off(tx: &Transaction<'_>, job: JobId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE airtable_bases SET is_comparing = false, compared_since = NULL, compare_offset = NULL
          WHERE compared_for = $1",
        &[(&job.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<KeptBase, StoreError> {
    let hook: Option<String> = row.try_get("webhook_id")?;
    let hook = hook
        .map(|id| {
            Ok::<_, StoreError>(Hook {
                id,
                expires_at: row.try_get("expires_at")?,
                refreshed_at: row.try_get("refreshed_at")?,
                polled_at: row.try_get("polled_at")?,
            })
        })
        .transpose()?;
    Ok(KeptBase {
        id: row.try_get("base_id")?,
        base: Base {
            hook,
            blocked_until: row.try_get("blocked_until")?,
        },
        account: row.try_get("account")?,
        people: row.try_get("people_table")?,
        sessions: row.try_get("sessions_table")?,
        platform_field: row.try_get("platform_field")?,
        cursor: row.try_get("cursor")?,
        is_comparing: row.try_get("is_comparing")?,
        compared_since: row.try_get("compared_since")?,
        compare_offset: row.try_get("compare_offset")?,
    })
}
