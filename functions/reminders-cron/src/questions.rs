//! Quick questions: what time has made of them is written down and told, and those that nobody claims are offered once to
//! the mentors whom they fit best.

use std::collections::HashMap;

use shared::domain::id::UserId;
use shared::domain::matching::{Catalog, Posed};
use shared::domain::question::{OFFERED_TO, OFFERS_AT_ONCE, Question};
use shared::state::AppState;
use shared::store::question::Waiting;
use shared::store::{self, Client, StoreError};
use tokio::task::spawn_blocking;

/// How many portions are done at one firing: the next one goes on, and sessions wait for none of it.
const PORTIONS: usize = 20;

/// Does all of it; returns how many questions that were.
pub(crate) async fn look_after(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let moved = move_on(state, client).await?;
    Ok(moved + offer(state, client).await?)
}

/// Writes down what time has made of questions; returns how many that were.
async fn move_on(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let now = state.clock.now();
    let mut moved = 0;
    for _ in 0..PORTIONS {
        let tx = client.transaction();
        let over = store::question::lock_over(&tx, now).await?;
        if over.is_empty() {
            break;
        }
        moved += over.len();
        let mut told = Vec::new();
        for question in over {
            let (present, events) = question.at(now);
            store::question::update(&tx, &present).await?;
            told.extend(events);
        }
        store::outbox::append_all(&tx, || state.clock.id(), now, told).await?;
        tx.commit().await?;
    }
    Ok(moved)
}

/// Offers the questions that are due; returns how many that were. Mentors are read only when there are any, and before
/// any question is held.
async fn offer(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let (model, now) = (state.bedrock.embedding_model(), state.clock.now());
    if !store::question::is_offer_due(client, now).await? {
        return Ok(0);
    }
    let mut desk = Desk::new(build(client, model).await?);
    let mut offered = 0;
    for _ in 0..PORTIONS {
        let tx = client.transaction();
        let due = store::question::lock_to_offer(&tx, model, now).await?;
        if due.is_empty() {
            break;
        }
        offered += due.len();
        let mut told = Vec::new();
        for waiting in due {
            let mentors = desk.choose(&waiting);
            let (question, events) = waiting.question.offer(&mentors, now);
            store::question::update(&tx, &question).await?;
            told.extend(events);
        }
        store::outbox::append_all(&tx, || state.clock.id(), now, told).await?;
        tx.commit().await?;
    }
    Ok(offered)
}

async fn build(client: &Client, model: Option<&str>) -> Result<Catalog, StoreError> {
    let (mentors, background) = store::catalog::read(client, model).await?;
    let built = spawn_blocking(move || Catalog::build_within(mentors, &background)).await;
    built.map_err(|failure| StoreError::inconsistent("mentors", failure))
}

/// Who is offered what at one firing.
struct Desk {
    catalog: Catalog,
    offers: HashMap<UserId, usize>,
}

impl Desk {
    fn new(catalog: Catalog) -> Self {
        let offers = HashMap::new();
        Self { catalog, offers }
    }

    /// The mentors whom a question fits best, of those whom its asker has not turned away and who have not been offered
    /// enough.
    fn choose(&mut self, waiting: &Waiting) -> Vec<UserId> {
        let may_have = |mentor| {
            let has_room = self.offers.get(&mentor).is_none_or(|n| *n < OFFERS_AT_ONCE);
            has_room && !waiting.question.declined.contains(&mentor)
        };
        let chosen = self.catalog.best_for(&posed(waiting), OFFERED_TO, may_have);
        for mentor in &chosen {
            *self.offers.entry(*mentor).or_default() += 1;
        }
        chosen
    }
}

fn posed(waiting: &Waiting) -> Posed<'_> {
    let Question { wording, .. } = &waiting.question;
    Posed {
        title: &wording.title,
        text: &wording.text,
        topics: &wording.topics,
        meaning: waiting.meaning,
    }
}
