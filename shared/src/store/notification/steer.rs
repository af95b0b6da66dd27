//! Messages in the hands of an admin: tried again, or called off.

use tokio_postgres::types::Type;

use crate::domain::id::{Id, NotificationId};
use crate::domain::notification::MessageStatus;
use crate::store::{Read, StoreError, Transaction, user};

/// Reads where a message stands and holds its row until the transaction ends.
pub async fn lock_status(
    tx: &Transaction<'_>,
    id: NotificationId,
) -> Result<Option<MessageStatus>, StoreError> {
    let row = tx
        .query_opt(
            "SELECT status FROM notifications WHERE id = $1 FOR NO KEY UPDATE",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| user::word(MessageStatus::parse(row.try_get("status")?)))
        .transpose()
}

/// Writes where an admin has put a message. It rests no longer.
pub async fn update_status(
    tx: &Transaction<'_>,
    id: NotificationId,
    status: MessageStatus,
) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE notifications
                SET status = $2, claimed_until = NULL, not_before = NULL, updated_at = clock_timestamp()
              WHERE id = $1",
            &[(&id.uuid(), Type::UUID), (&status.as_str(), Type::TEXT)],
        )
        .await?;
    StoreError::expect_one("notifications", updated)
}
