//! What is asked for, as a model reads it: the profile was read when it changed, the ask is read now or not at all.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use shared::domain::id::UserId;
use shared::domain::matching::{Ask, MenteeFacts, MenteeField, Vector};
use shared::outside::bedrock::{Bedrock, ModelError};
use shared::store::{self, Client, StoreError};
use tracing::warn;

/// How long an answer waits for the model: far longer than it takes, far shorter than people notice.
const PATIENCE: Duration = Duration::from_millis(400);

pub(crate) type Meaning = (MenteeField, Vector);

/// What the texts of a profile mean, as far as they were read.
pub(crate) async fn of_profile(
    client: &Client,
    mentee: UserId,
    model: Option<&str>,
) -> Result<Vec<Meaning>, StoreError> {
    match model {
        None => Ok(Vec::new()),
        Some(model) => store::similarity::list_meanings(client, mentee, model).await,
    }
}

/// What an ask means; nothing when nothing is asked.
pub(crate) async fn of_ask(bedrock: &Bedrock, ask: &Ask) -> Result<Option<Meaning>, ModelError> {
    let texts = [ask.topic.as_deref(), ask.need.as_deref()];
    let text = texts.into_iter().flatten().collect::<Vec<_>>().join(". ");
    let field = match ask.need {
        Some(_) => MenteeField::Need,
        None => MenteeField::Topic,
    };
    if text.is_empty() {
        return Ok(None);
    }
    let vector = bedrock.embed(&text, PATIENCE).await?;
    Ok(Some((field, vector)))
}

/// Names what texts mean, so that a change of it is noticed.
pub(crate) fn digest(known: &[Meaning]) -> i64 {
    let mut hasher = DefaultHasher::new();
    known.hash(&mut hasher);
    hasher.finish().cast_signed()
}

/// Puts both together; tells whether words must do alone, and whether that would be so the next time too.
pub(crate) fn join(
    mut facts: MenteeFacts,
    known: Vec<Meaning>,
    asked: Result<Option<Meaning>, ModelError>,
) -> (MenteeFacts, bool, bool) {
    let is_lasting = matches!(asked, Ok(_) | Err(ModelError::Absent));
    match asked {
        Ok(asked) => facts.meanings = known.into_iter().chain(asked).collect(),
        Err(ModelError::Absent) => {}
        // What is asked for now weighs most: without it the rest would speak for it.
        Err(failure) => warn!(%failure, "compares words alone"),
    }
    let is_degraded = facts.meanings.is_empty();
    (facts, is_degraded, is_lasting)
}
