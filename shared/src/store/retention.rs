//! Forgets what has been kept long enough, a few thousand rows at a time: no statement runs long, no lock stays.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::{StoreError, Transaction};

/// Something that is kept for some days only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Refresh tokens, after they ended.
    RefreshTokens,
    /// The links of mails, after they ended.
    EmailTokens,
    /// Sign-ins by another service, after they should have ended.
    OauthStates,
    /// Signed-in devices, after they ended in one way or the other.
    Logins,
    /// Events that were sent.
    Outbox,
    /// Events that were acted on.
    Inbox,
    /// What the mail service said about a mail.
    MailErrors,
    /// That a mail was sent, and what was reported about it.
    Mails,
    /// Addresses that mail must not go to, after nobody has them any more.
    SuppressedAddresses,
    /// Jobs that have ended.
    Jobs,
    /// Runs of schedules.
    ScheduleRuns,
    /// Answers to what mentees asked.
    Answers,
    /// What was carried over to Airtable and from there.
    SyncLog,
    /// Quick questions that came to nothing, after they ended; what was answered is kept.
    Questions,
}

impl Kept {
    /// Everything, in an order in which nothing is left hanging.
    pub const ALL: [Self; 14] = [
        Self::RefreshTokens,
        Self::EmailTokens,
        Self::OauthStates,
        Self::Logins,
        Self::Outbox,
        Self::Inbox,
        Self::MailErrors,
        Self::Mails,
        Self::SuppressedAddresses,
        Self::Jobs,
        Self::ScheduleRuns,
        Self::Answers,
        Self::SyncLog,
        Self::Questions,
    ];

    /// `$1` is the present moment, `$2` how many days are kept. What belongs to the machinery goes by its own clock.
    const fn statement(self) -> &'static str {
        match self {
            Self::RefreshTokens => {
                "DELETE FROM refresh_tokens
                  WHERE hash IN (SELECT hash FROM refresh_tokens
                                  WHERE expires_at < $1::timestamptz - make_interval(days => $2) LIMIT 5000)"
            }
            Self::EmailTokens => {
                "DELETE FROM email_tokens
                  WHERE hash IN (SELECT hash FROM email_tokens
                                  WHERE expires_at < $1::timestamptz - make_interval(days => $2) LIMIT 5000)"
            }
            Self::OauthStates => {
                "DELETE FROM oauth_states
                  WHERE hash IN (SELECT hash FROM oauth_states
                                  WHERE expires_at < $1::timestamptz - make_interval(days => $2) LIMIT 5000)"
            }
            Self::Logins => {
                "DELETE FROM logins
                  WHERE id IN (SELECT id FROM logins
                                WHERE least(ends_at, revoked_at) < $1::timestamptz - make_interval(days => $2)
                                LIMIT 5000)"
            }
            Self::Outbox => {
                "DELETE FROM outbox
                  WHERE (event_id, queue) IN (
                        SELECT event_id, queue FROM outbox
                         WHERE sent_at < clock_timestamp() - make_interval(days => $2)
                           AND $1::timestamptz IS NOT NULL LIMIT 5000)"
            }
            Self::Inbox => {
                "DELETE FROM inbox
                  WHERE (consumer, event_id) IN (
                        SELECT consumer, event_id FROM inbox
                         WHERE claimed_at < clock_timestamp() - make_interval(days => $2)
                           AND $1::timestamptz IS NOT NULL LIMIT 5000)"
            }
            Self::MailErrors => {
                "UPDATE notifications SET error = NULL
                  WHERE id IN (SELECT id FROM notifications
                                WHERE error IS NOT NULL AND $1::timestamptz IS NOT NULL
                                  AND created_at < clock_timestamp() - make_interval(days => $2) LIMIT 5000)"
            }
            Self::Mails => {
                "DELETE FROM notifications
                  WHERE id IN (SELECT id FROM notifications
                                WHERE created_at < clock_timestamp() - make_interval(days => $2)
                                  AND $1::timestamptz IS NOT NULL LIMIT 5000)"
            }
            Self::SuppressedAddresses => {
                "DELETE FROM suppressed_addresses
                  WHERE email IN (SELECT email FROM suppressed_addresses a
                                   WHERE suppressed_at < $1::timestamptz - make_interval(days => $2)
                                     AND NOT EXISTS (SELECT FROM users u WHERE u.email = a.email) LIMIT 5000)"
            }
            Self::Jobs => {
                "DELETE FROM jobs
                  WHERE id IN (SELECT id FROM jobs
                                WHERE finished_at < $1::timestamptz - make_interval(days => $2) LIMIT 5000)"
            }
            Self::ScheduleRuns => {
                "DELETE FROM schedule_runs
                  WHERE id IN (SELECT id FROM schedule_runs
                                WHERE started_at < $1::timestamptz - make_interval(days => $2) LIMIT 5000)"
            }
            Self::Answers => {
                "DELETE FROM match_cache
                  WHERE (mentee_id, question) IN (
                        SELECT mentee_id, question FROM match_cache
                         WHERE made_at < $1::timestamptz - make_interval(days => $2) LIMIT 5000)"
            }
            Self::SyncLog => {
                "DELETE FROM airtable_sync_log
                  WHERE id IN (SELECT id FROM airtable_sync_log
                                WHERE at < $1::timestamptz - make_interval(days => $2) LIMIT 5000)"
            }
            Self::Questions => {
                "DELETE FROM questions
                  WHERE id IN (SELECT id FROM questions
                                WHERE status IN ('expired', 'withdrawn', 'removed')
                                  AND updated_at < $1::timestamptz - make_interval(days => $2) LIMIT 5000)"
            }
        }
    }
}

/// Forgets up to five thousand of one kind that are older than this; returns how many.
pub async fn purge(
    tx: &Transaction<'_>,
    kept: Kept,
    days: i32,
    now: Timestamp,
) -> Result<u64, StoreError> {
    tx.execute(
        kept.statement(),
        &[(&now, Type::TIMESTAMPTZ), (&days, Type::INT4)],
    )
    .await
}
