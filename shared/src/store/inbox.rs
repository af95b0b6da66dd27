//! What consumers have acted on.

use tokio_postgres::types::Type;

use super::{StoreError, Transaction};
use crate::domain::event::Queue;
use crate::domain::id::{EventId, Id};

/// Claims an event for its consumer; `false` when its effect is in the database already.
pub async fn claim(
    tx: &Transaction<'_>,
    consumer: Queue,
    event: EventId,
) -> Result<bool, StoreError> {
    let claimed = tx
        .execute(
            "INSERT INTO inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            &[(&consumer.name(), Type::TEXT), (&event.uuid(), Type::UUID)],
        )
        .await?;
    Ok(claimed == 1)
}
