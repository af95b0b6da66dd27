//! The same question, asked again: as long as nothing has changed that the answer rests on, it gets the same matches.

use std::collections::HashMap;

use jiff::Timestamp;
use shared::clock::Clock;
use shared::domain::id::{MatchId, UserId};
use shared::domain::matching::{Catalog, MentorFacts, Program, Remembered, Scored};
use shared::http::Answer;
use shared::store::match_cache::{Cached, Standing};
use shared::store::matching::{NextSlots, Ranked, StoredMatch, recheck};
use shared::store::{self, Client, StoreError, Transaction};

use crate::body::MatchBody;
use crate::meaning::{self, Meaning};

/// Matches that were made for an answer.
pub(crate) struct Made {
    pub(crate) matches: Vec<(MatchId, Scored)>,
    remembered: Option<Remembered>,
    is_degraded: bool,
}

impl Made {
    pub(crate) fn new(ranked: &Ranked, clock: &Clock, is_degraded: bool) -> Self {
        let best = ranked.best.iter();
        Self {
            matches: best.map(|scored| (clock.id(), scored.clone())).collect(),
            remembered: ranked.remembered.clone(),
            is_degraded,
        }
    }

    pub(crate) fn answer(self, catalog: &Catalog, slots: &NextSlots) -> Answer<Vec<MatchBody>> {
        let body = |(id, scored): (MatchId, Scored)| {
            let mentor = catalog.mentor(scored.mentor_id)?;
            let slots = slots.of(scored.mentor_id);
            Some(MatchBody::new(id, scored, mentor, slots))
        };
        Answer::ok(self.matches.into_iter().filter_map(body).collect()).degraded(self.is_degraded)
    }
}

/// What an answer rests on.
pub(crate) struct Basis<'a> {
    standing: Standing,
    program: &'a Program,
    meanings: i64,
}

impl<'a> Basis<'a> {
    pub(crate) fn new(standing: Standing, program: &'a Program, known: &[Meaning]) -> Self {
        Self {
            standing,
            program,
            meanings: meaning::digest(known),
        }
    }

    pub(crate) const fn revision(&self) -> i64 {
        self.standing.revision
    }

    /// The answer of before with the slots of now, if it would come out the same.
    pub(crate) async fn same_again(
        &self,
        client: &Client,
        mentee: UserId,
        now: Timestamp,
    ) -> Result<Option<Answer<Vec<MatchBody>>>, StoreError> {
        let is_same = |cached: &&Cached| {
            cached.program_version == self.program.version() && cached.meanings == self.meanings
        };
        let Some(cached) = self.standing.cached.as_ref().filter(is_same) else {
            return Ok(None);
        };
        let shown = cached.remembered.shown();
        let (slots, stored, mentors) = futures_util::try_join!(
            recheck(client, &cached.remembered, self.program, mentee, now),
            store::matching::list_by_ids(client, mentee, &cached.matches),
            store::matching::list_mentor_facts_of(client, &shown),
        )?;
        let Some(slots) = slots else {
            return Ok(None);
        };
        let bodies = bodies(cached, stored, &mentors, &slots);
        Ok(bodies.map(|bodies| Answer::ok(bodies).degraded(cached.is_degraded)))
    }

    /// Keeps an answer for whoever asks the same again.
    pub(crate) async fn keep(
        &self,
        tx: &Transaction<'_>,
        asked: (UserId, &str),
        made: &Made,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (Some(profile), Some(remembered)) = (self.standing.profile_version, &made.remembered)
        else {
            return Ok(());
        };
        let answer = Cached {
            program_version: self.program.version(),
            meanings: self.meanings,
            is_degraded: made.is_degraded,
            matches: made.matches.iter().map(|(id, _)| *id).collect(),
            remembered: remembered.clone(),
        };
        let versions = (self.standing.revision, profile);
        store::match_cache::upsert(tx, asked, versions, &answer, now).await
    }
}

/// The matches in their order; `None` when one of them is gone.
fn bodies(
    cached: &Cached,
    stored: Vec<StoredMatch>,
    mentors: &[MentorFacts],
    slots: &NextSlots,
) -> Option<Vec<MatchBody>> {
    let mut stored: HashMap<MatchId, StoredMatch> =
        stored.into_iter().map(|found| (found.id, found)).collect();
    let body = |id: &MatchId| {
        let found = stored.remove(id)?;
        let mentor = mentors.iter().find(|mentor| mentor.id == found.mentor_id)?;
        let slots = slots.of(found.mentor_id);
        Some(MatchBody::new(*id, found.into_scored(), mentor, slots))
    };
    cached.matches.iter().map(body).collect()
}
