//! What all profiles have in common, counted once a day, and the texts that no model has read although one should have.

use std::collections::HashMap;

use jiff::SignedDuration;
use shared::domain::event::Event;
use shared::domain::matching::{Background, Catalog, Corpus};
use shared::state::AppState;
use shared::store::{self, Client};
use shared::worker::WorkError;
use tracing::info;

/// How old the corpus may become: a little less than a day, so that it is counted at about the same hour.
const FRESH: SignedDuration = SignedDuration::from_hours(23);

/// Whose questions say what is usual.
const MENTEES: i64 = 200;

/// How many people the model is sent back to in one run; the rest have the next one.
const REMINDED: i64 = 500;

/// Counts the corpus anew when it has become old.
pub(crate) async fn refresh(state: &AppState, client: &mut Client) -> Result<(), WorkError> {
    let now = state.clock.now();
    if !store::similarity::is_corpus_older(client, now - FRESH).await? {
        return Ok(());
    }
    let mentors = store::matching::list_mentor_facts(client).await?;
    let counted = Corpus::of(&mentors);
    let (mut vectors, mut meanings) = (HashMap::new(), HashMap::new());
    let asked = store::similarity::list_some_mentees(client, MENTEES).await?;
    if let Some(model) = state.bedrock.embedding_model() {
        vectors = store::similarity::list_mentor_vectors(client, model).await?;
        meanings = store::similarity::list_meanings_of(client, &asked, model).await?;
    }
    let mut mentees = Vec::new();
    for (mentee, mut facts) in store::matching::list_mentee_facts(client, &asked).await? {
        facts.meanings = meanings.remove(&mentee).unwrap_or_default();
        mentees.push(facts);
    }
    let background = Background {
        corpus: Some(counted.clone()),
        vectors,
    };
    let norms = Catalog::build_within(mentors, &background).measure(&mentees);
    let tx = client.transaction();
    store::similarity::replace_corpus(&tx, &counted.with_norms(norms), now).await?;
    store::catalog::raise(&tx).await?;
    tx.commit().await?;
    info!(
        mentees = mentees.len(),
        "counted what profiles have in common"
    );
    Ok(())
}

/// Promises again what no model has read: after an outage, a change of models, or a change made by no request.
pub(crate) async fn remind(state: &AppState, client: &mut Client) -> Result<(), WorkError> {
    let Some(model) = state.bedrock.embedding_model() else {
        return Ok(());
    };
    let people = store::similarity::list_people_unread(client, model, REMINDED).await?;
    let tx = client.transaction();
    let changed = people
        .into_iter()
        .map(|user_id| Event::ProfileChanged { user_id });
    store::outbox::append_all(&tx, || state.clock.id(), state.clock.now(), changed).await?;
    tx.commit().await?;
    Ok(())
}
