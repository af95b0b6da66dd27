//! When the two are asked how it goes.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::event::Event;
use crate::domain::id::{Id, UserId};
use crate::domain::mentorship::{Mentorship, Occasion};
use crate::domain::news::News;
use crate::store::{Read, StoreError, Transaction};

const TABLE: &str = "mentorship_checks";

/// Plans to ask both how it was; once, however often it is planned.
pub async fn plan_survey(
    tx: &Transaction<'_>,
    mentorship: &Mentorship,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mentorship_checks (mentorship_id, occasion, due_at) VALUES ($1, $2, $3)
         ON CONFLICT (mentorship_id, occasion) DO NOTHING",
        &[
            (&mentorship.id.uuid(), Type::UUID),
            (&Occasion::Survey.as_str(), Type::TEXT),
            (&(now + Occasion::Survey.after()), Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Takes up to fifty occasions that have come, so that nobody else does: the events for both people of each. What is of
/// no use any more is found out when its mail is written.
pub async fn take_due_checks(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<Vec<Event>, StoreError> {
    let rows = tx
        .query(
            "UPDATE mentorship_checks c
                SET fired_at = $1
               FROM mentorships m
              WHERE m.id = c.mentorship_id
                AND (c.mentorship_id, c.occasion) IN (
                    SELECT mentorship_id, occasion FROM mentorship_checks
                     WHERE fired_at IS NULL AND due_at <= $1
                     ORDER BY due_at
                     LIMIT 50
                       FOR UPDATE SKIP LOCKED)
          RETURNING c.mentorship_id, c.occasion, m.mentor_id, m.mentee_id",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    let mut events = Vec::with_capacity(2 * rows.len());
    for row in &rows {
        let occasion = Occasion::parse(row.try_get("occasion")?)
            .map_err(|error| StoreError::inconsistent(TABLE, error))?;
        for side in ["mentor_id", "mentee_id"] {
            events.push(Event::Mentoring(News::CheckIn {
                mentorship_id: row.try_get::<_, Uuid>("mentorship_id")?.into(),
                occasion,
                recipient_id: UserId::from(row.try_get::<_, Uuid>(side)?),
            }));
        }
    }
    Ok(events)
}
