//! Reads what profiles say, so that matching can compare what they mean.
//!
//! An event only says whose profile has changed. Which texts the model has not read follows from the texts and vectors as
//! they are: whoever is killed, late or there twice leaves texts that the next one reads. What a model gives for one text
//! is kept before the next is asked for, so an attempt that fails half-way is not begun anew.

use std::time::Duration;

use shared::domain::event::{Event, EventRecord};
use shared::domain::id::UserId;
use shared::outside::bedrock::ModelError;
use shared::queue::Queue;
use shared::state::AppState;
use shared::store;
use shared::store::similarity::Unread;
use shared::worker::WorkError;
use tracing::info;

/// How long one answer may take: a batch of five whose model hangs fits into one invocation.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads the texts of the person that an event names.
///
/// # Errors
/// When the model or the database cannot be used; the event comes again.
pub async fn handle(state: AppState, record: EventRecord) -> Result<(), WorkError> {
    let Event::ProfileChanged { user_id } = record.event else {
        return Ok(());
    };
    let Some(model) = state.bedrock.embedding_model() else {
        return pass_over(&state, &record).await;
    };
    let unread = store::similarity::list_unread(&state.db.client().await?, user_id, model).await?;
    let texts = unread.len();
    for text in unread {
        read(&state, user_id, model, &text).await?;
    }
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let forgotten = store::similarity::delete_old_vectors(&tx, user_id).await?;
    let is_news = store::inbox::claim(&tx, Queue::Matching, record.id).await?;
    // An attempt that was killed before this kept vectors that nobody was told of.
    if is_news || texts > 0 || forgotten > 0 {
        store::catalog::raise_for(&tx, user_id).await?;
    }
    tx.commit().await?;
    info!(user.id = %user_id, texts, "read what a profile says");
    Ok(())
}

/// Without a model there is nothing to read, also when the event comes again.
async fn pass_over(state: &AppState, record: &EventRecord) -> Result<(), WorkError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    store::inbox::claim(&tx, Queue::Matching, record.id).await?;
    tx.commit().await?;
    Ok(())
}

/// Asks for the vector of one text, holding nothing meanwhile, and keeps it.
async fn read(
    state: &AppState,
    person: UserId,
    model: &str,
    text: &Unread,
) -> Result<(), WorkError> {
    let made = state.bedrock.embed(&text.text, PATIENCE).await;
    let vector = made.map_err(|failure: ModelError| WorkError::Later(failure.to_string()))?;
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let now = state.clock.now();
    store::similarity::upsert_vector(&tx, person, model, (text, vector), now).await?;
    tx.commit().await?;
    Ok(())
}
