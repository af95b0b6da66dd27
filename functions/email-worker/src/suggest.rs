//! Who might take a session that nobody answered: the best matches for the same words, with their next free times.

use jiff::Timestamp;
use shared::domain::matching::{Ask, Catalog, MentorFacts, Program};
use shared::domain::slots::Slot;
use shared::store::{self, Read, StoreError};
use tokio::task::spawn_blocking;

use crate::look::Present;
use shared::domain::letter::Suggestion;

/// How many are suggested at most.
const SUGGESTED: usize = 3;
/// How many are looked at: the best of them may have no time.
const RANKED: usize = 8;

/// Finds the mentors that a mentee could ask now; none when the mentee cannot be matched any more.
pub(crate) async fn suggest(
    db: &impl Read,
    present: &Present,
    now: Timestamp,
) -> Result<Vec<Suggestion>, StoreError> {
    let Some(meeting) = &present.meeting else {
        return Ok(Vec::new());
    };
    let session = &meeting.session;
    let Some(mentee) = store::matching::find_mentee_facts(db, session.mentee_id).await? else {
        return Ok(Vec::new());
    };
    // Words alone: nobody waits for a model to read a mail.
    let (mut mentors, background) = store::catalog::read(db, None).await?;
    mentors.retain(|mentor| mentor.id != session.mentor_id);
    let catalog = spawn_blocking(move || Catalog::build_within(mentors, &background)).await;
    let catalog = catalog.map_err(|failure| StoreError::inconsistent("mentors", failure))?;
    let ask = Ask {
        topic: session.topic.clone(),
        need: session.mentee_notes.clone(),
    };
    let office_hours = store::program::find_active(db, "office_hours").await?;
    let program = office_hours.unwrap_or_else(Program::office_hours);
    let ranking = catalog.rank(&mentee, &ask, &program);
    let ranked = store::matching::rank(db, &ranking, RANKED, session.mentee_id, now).await?;
    let best = ranked.best.iter().filter_map(|scored| {
        let slots = ranked.next_slots.of(scored.mentor_id);
        let mentor = catalog.mentor(scored.mentor_id)?;
        (!slots.is_empty()).then(|| suggestion(mentor, slots))
    });
    Ok(best.take(SUGGESTED).collect())
}

fn suggestion(mentor: &MentorFacts, slots: &[Slot]) -> Suggestion {
    Suggestion {
        name: format!("{} {}", mentor.first_name, mentor.last_name),
        title: mentor.title.clone(),
        times: slots
            .iter()
            .map(|slot| (slot.starts_at, slot.ends_at))
            .collect(),
    }
}
