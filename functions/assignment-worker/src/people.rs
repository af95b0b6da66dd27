//! Everybody whom a run may match, as they are now.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use shared::domain::assignment_run::{Cast, Order, Seeker};
use shared::domain::id::UserId;
use shared::domain::matching::{
    AVAILABILITY_DAYS, Ask, Catalog, ComponentName, FreeSlots, MenteeFacts, MenteeField, Program,
    Vector,
};
use shared::domain::time::{Minutes, Span};
use shared::state::AppState;
use shared::store::assignment_run::Waiting;
use shared::store::{self, Client, StoreError};
use shared::worker::WorkError;

/// How many schedules are read at once.
const SCHEDULES: usize = 200;
/// The length that counts: an ordinary session.
const LENGTH: Minutes = Minutes(60);

type Meanings = Vec<(MenteeField, Vector)>;

/// Reads the people of a run, and what is known of them.
pub(crate) async fn read(state: &AppState, order: &Order) -> Result<Cast, WorkError> {
    let (client, now) = (state.db.client().await?, state.clock.now());
    let model = state.bedrock.embedding_model();
    let program = program(&client, order).await?;
    let (scope, each) = (order.scope, order.matches_each);
    let waiting = store::assignment_run::list_waiting(&client, scope, each, model).await?;
    let ids: Vec<UserId> = waiting.iter().map(|one| one.id).collect();
    let (facts, known, barred, places, (mentors, background)) = futures_util::try_join!(
        store::matching::list_mentee_facts(&client, &ids),
        meanings(&client, &ids, model),
        store::assignment_run::list_barred(&client, &ids, now),
        store::assignment_run::list_places(&client),
        store::catalog::read(&client, model),
    )?;
    let catalog = Catalog::build_within(mentors, &background);
    let free = free_slots(&client, &catalog, &program, now).await?;
    let seekers = seekers(waiting, facts, known, each);
    let is_unread = |seeker: &&Seeker| model.is_some() && seeker.facts.meanings.is_empty();
    let words_only = seekers.iter().filter(is_unread).count();
    Ok(Cast {
        words_only: u32::try_from(words_only).unwrap_or(u32::MAX),
        seekers,
        catalog,
        places,
        free,
        barred,
        program,
    })
}

async fn program(client: &Client, order: &Order) -> Result<Program, WorkError> {
    let found = store::program::find_version(client, &order.program, order.program_version).await?;
    // Versions are never deleted.
    found.ok_or_else(|| WorkError::Later("the program of this batch is gone".to_owned()))
}

async fn meanings(
    client: &Client,
    mentees: &[UserId],
    model: Option<&str>,
) -> Result<HashMap<UserId, Meanings>, StoreError> {
    match model {
        None => Ok(HashMap::new()),
        Some(model) => store::similarity::list_meanings_of(client, mentees, model).await,
    }
}

/// The free slots of the mentors, whoever asks, if the program counts them.
async fn free_slots(
    client: &Client,
    catalog: &Catalog,
    program: &Program,
    now: Timestamp,
) -> Result<HashMap<UserId, FreeSlots>, StoreError> {
    let mut free = HashMap::new();
    if program.weights().of(ComponentName::Availability) == 0 {
        return Ok(free);
    }
    let days = SignedDuration::from_hours(24 * i64::from(AVAILABILITY_DAYS));
    let within = Span::new(now, now + days);
    let mentors: Vec<UserId> = catalog.ids().collect();
    for some in mentors.chunks(SCHEDULES) {
        for bookable in store::schedule::list(client, some, None, within).await? {
            let slots = bookable.schedule.slots(LENGTH, within, now);
            free.insert(bookable.mentor, FreeSlots::from(slots.as_slice()));
        }
    }
    Ok(free)
}

/// Puts together what is known of the mentees. Whoever has left meanwhile is left out.
fn seekers(
    waiting: Vec<Waiting>,
    mut facts: HashMap<UserId, MenteeFacts>,
    mut known: HashMap<UserId, Meanings>,
    each: u32,
) -> Vec<Seeker> {
    let seeker = |one: Waiting| {
        let mut facts = facts.remove(&one.id)?;
        let known = known.remove(&one.id).unwrap_or_default();
        // Whoever asked gets one more, however many they have.
        let wants = each.max(if one.goals.is_some() { one.has + 1 } else { 0 });
        facts.meanings = match (&one.goals, one.meaning) {
            (None, _) => known,
            (Some(_), Some(meaning)) => known
                .into_iter()
                .chain([(MenteeField::Need, meaning)])
                .collect(),
            // What is asked for weighs most: without it the rest would speak for it.
            (Some(_), None) => Vec::new(),
        };
        Some(Seeker {
            id: one.id,
            facts,
            ask: Ask {
                topic: None,
                need: one.goals,
            },
            has: one.has,
            wants,
        })
    };
    waiting.into_iter().filter_map(seeker).collect()
}
