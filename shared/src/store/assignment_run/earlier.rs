//! The run before, to compare with.

use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::assignment_run::{Earlier, Population};
use crate::domain::id::{AssignmentRunId, UserId};
use crate::domain::mentorship::Pair;
use crate::domain::score::Thousandths;
use crate::store::{Read, StoreError};

/// The run that was solved last, with who took part and who got whom.
#[derive(Debug)]
pub struct Previous {
    /// Names it.
    pub id: AssignmentRunId,
    /// What it came to.
    pub earlier: Earlier,
}

/// Reads the run that was solved last, whatever became of it.
pub async fn find_earlier(db: &impl Read) -> Result<Option<Previous>, StoreError> {
    let row = db
        .query_opt(
            "SELECT id FROM assignment_runs WHERE staged_at IS NOT NULL ORDER BY staged_at DESC, id DESC LIMIT 1",
            &[],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let id: Uuid = row.try_get("id")?;
    let (earlier, alone) = futures_util::try_join!(pairs(db, id), unmatched(db, id))?;
    let mut earlier = earlier;
    earlier.people.mentees.extend(alone.mentees);
    earlier.people.mentors.extend(alone.mentors);
    Ok(Some(Previous {
        id: id.into(),
        earlier,
    }))
}

async fn pairs(db: &impl Read, run: Uuid) -> Result<Earlier, StoreError> {
    let rows = db
        .query(
            "SELECT mentor_id, mentee_id, score, mentorship_id IS NOT NULL AS is_made
               FROM assignment_pairs
              WHERE run_id = $1",
            &[(&run, Type::UUID)],
        )
        .await?;
    let mut earlier = Earlier::default();
    for row in &rows {
        let pair = Pair {
            mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
            mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
        };
        earlier.people.mentees.insert(pair.mentee_id);
        earlier.people.mentors.insert(pair.mentor_id);
        let score = Thousandths::new(row.try_get("score")?);
        earlier.pairs.insert(pair, score);
        if row.try_get("is_made")? {
            earlier.made.insert(pair);
        }
    }
    Ok(earlier)
}

async fn unmatched(db: &impl Read, run: Uuid) -> Result<Population, StoreError> {
    let rows = db
        .query(
            "SELECT person_id, role FROM assignment_unmatched WHERE run_id = $1",
            &[(&run, Type::UUID)],
        )
        .await?;
    let mut people = Population::default();
    for row in &rows {
        let id: UserId = row.try_get::<_, Uuid>("person_id")?.into();
        let side = match row.try_get("role")? {
            "mentee" => &mut people.mentees,
            _ => &mut people.mentors,
        };
        side.insert(id);
    }
    Ok(people)
}
