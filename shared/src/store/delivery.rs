//! What the mail service has reported about mails, and the addresses that no mail goes to any more.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::delivery::Report;
use crate::domain::id::{Id, NotificationId, UserId};
use crate::domain::notification::{MessageStatus, Suppression};
use crate::domain::user::Email;

/// Finds the mail that a report is about and holds its row until the transaction ends: by its own id, which is there
/// before the mail leaves, or else by the mail service's.
pub async fn lock_mail(
    tx: &Transaction<'_>,
    report: &Report,
) -> Result<Option<(NotificationId, MessageStatus)>, StoreError> {
    let notification = report.notification.map(Id::uuid);
    let row = tx
        .query_opt(
            "SELECT id, status FROM notifications
              WHERE channel = 'email'
                AND id = coalesce($1, (SELECT id FROM notifications WHERE provider_message_id = $2 LIMIT 1))
                FOR NO KEY UPDATE",
            &[
                (&notification, Type::UUID),
                (&report.message_id, Type::TEXT),
            ],
        )
        .await?;
    row.map(|row| {
        let status = MessageStatus::parse(row.try_get("status")?)
            .map_err(|error| StoreError::inconsistent("notifications", &error))?;
        Ok((row.try_get::<_, Uuid>("id")?.into(), status))
    })
    .transpose()
}

/// Notes a report; `false` when it has come before.
pub async fn insert(
    tx: &Transaction<'_>,
    mail: NotificationId,
    report: &Report,
) -> Result<bool, StoreError> {
    let inserted = tx
        .execute(
            "INSERT INTO delivery_reports (key, notification_id, kind, reported_at)
             VALUES (sha256(convert_to($1, 'UTF8')), $2, $3, $4)
             ON CONFLICT (key) DO NOTHING",
            &[
                (&report.key(), Type::TEXT),
                (&mail.uuid(), Type::UUID),
                (&report.kind.as_str(), Type::TEXT),
                (&report.at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes how far a mail has come. What a digest tells is told once the digest has left.
pub async fn update_status(
    tx: &Transaction<'_>,
    mail: NotificationId,
    status: MessageStatus,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "WITH told AS (
               UPDATE notifications SET status = 'sent', updated_at = clock_timestamp()
                WHERE digest_id = $1 AND status = 'gathered' AND $3
             )
             UPDATE notifications SET status = $2, claimed_until = NULL, updated_at = clock_timestamp()
              WHERE id = $1",
            &[
                (&mail.uuid(), Type::UUID),
                (&status.as_str(), Type::TEXT),
                (&status.has_left(), Type::BOOL),
            ],
        )
        .await?;
    StoreError::expect_one("notifications", updated)
}

/// Lets no more mail go to an address. A complaint stays one, whatever comes after it.
pub async fn suppress(
    tx: &Transaction<'_>,
    address: &Email,
    reason: Suppression,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO suppressed_addresses (email, reason, suppressed_at) VALUES ($1, $2, $3)
         ON CONFLICT (email) DO UPDATE SET reason = excluded.reason, suppressed_at = excluded.suppressed_at
          WHERE suppressed_addresses.reason = 'bounced' AND excluded.reason = 'complained'",
        &[
            (&address.as_str(), Type::TEXT),
            (&reason.as_str(), Type::TEXT),
            (&at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Lets mail go to a person's address again that was given back: they have just read one there. Who complained is left
/// alone.
pub async fn lift_bounce(tx: &Transaction<'_>, person: UserId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM suppressed_addresses
          WHERE reason = 'bounced' AND email = (SELECT email FROM users WHERE id = $1)",
        &[(&person.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}
