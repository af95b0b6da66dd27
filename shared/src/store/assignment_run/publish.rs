//! From the pairs of a run to people who work together.

use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{AssignmentRunId, Id};
use crate::domain::mentorship::Pair;
use crate::domain::refusal::Refusal;
use crate::domain::score::Thousandths;
use crate::store::mentorship::Formed;
use crate::store::{Read, StoreError, Transaction};

/// A pair that is to work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Who gets whom.
    pub pair: Pair,
    /// How well the two fit.
    pub score: Thousandths,
}

/// Lists the pairs of a run, by mentee, of each mentee the best first.
pub async fn list_planned(
    db: &impl Read,
    run: AssignmentRunId,
) -> Result<Vec<Planned>, StoreError> {
    let rows = db
        .query(
            "SELECT mentor_id, mentee_id, score FROM assignment_pairs WHERE run_id = $1 ORDER BY id",
            &[(&run.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Planned {
                pair: Pair {
                    mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
                    mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
                },
                score: Thousandths::new(row.try_get("score")?),
            })
        })
        .collect()
}

/// Notes what has become of the pairs of a run: the match that was made, or why it could not be.
pub async fn note_published(
    tx: &Transaction<'_>,
    run: AssignmentRunId,
    formed: &Formed,
) -> Result<(), StoreError> {
    let made = formed
        .made
        .iter()
        .map(|made| (made.pair, Some(made.id.uuid()), None));
    let lost = formed
        .refused
        .iter()
        .map(|(new, refused)| (new.pair, None, Some(refused.code())));
    let mut mentors = Vec::new();
    let mut mentees = Vec::new();
    let mut mentorships: Vec<Option<Uuid>> = Vec::new();
    let mut codes: Vec<Option<&str>> = Vec::new();
    for (pair, mentorship, code) in made.chain(lost) {
        mentors.push(pair.mentor_id.uuid());
        mentees.push(pair.mentee_id.uuid());
        mentorships.push(mentorship);
        codes.push(code);
    }
    tx.execute(
        "UPDATE assignment_pairs p
            SET mentorship_id = o.mentorship_id, lost = o.lost
           FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) AS o (mentor_id, mentee_id, mentorship_id, lost)
          WHERE p.run_id = $1 AND p.mentor_id = o.mentor_id AND p.mentee_id = o.mentee_id",
        &[
            (&run.uuid(), Type::UUID),
            (&mentors, Type::UUID_ARRAY),
            (&mentees, Type::UUID_ARRAY),
            (&mentorships, Type::UUID_ARRAY),
            (&codes, Type::TEXT_ARRAY),
        ],
    )
    .await?;
    Ok(())
}
