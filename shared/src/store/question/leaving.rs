//! What becomes of the questions of people who leave.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::{columns, from_row, update};
use crate::domain::id::{EventId, Id, UserId};
use crate::domain::question::Question;
use crate::store::{Read, StoreError, Transaction, outbox};

/// Takes back what a person who leaves has asked, gives back what they had claimed, and promises to tell the others.
pub async fn call_off(
    tx: &Transaction<'_>,
    person: UserId,
    now: Timestamp,
    mut new_id: impl FnMut() -> EventId,
) -> Result<(), StoreError> {
    for question in lock_under_way(tx, person).await? {
        let (left, events) = question.leave(person, now);
        update(tx, &left).await?;
        outbox::append_all(tx, &mut new_id, now, events).await?;
    }
    Ok(())
}

/// Reads those that a person waits for or has, and holds their rows until the transaction ends.
async fn lock_under_way(tx: &Transaction<'_>, person: UserId) -> Result<Vec<Question>, StoreError> {
    let rows = tx
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM questions q
                  WHERE (q.mentee_id = $1 OR q.mentor_id = $1) AND q.status IN ('open', 'claimed', 'answered')
                  ORDER BY q.id
                    FOR NO KEY UPDATE"
            ),
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}
