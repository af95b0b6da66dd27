//! Has a language model word the facts of a match, once: whatever goes wrong, the built-in sentences stay.

use std::time::Duration;

use shared::domain::matching::{Explanation, ExplanationSource, Facts, INSTRUCTIONS};
use shared::outside::bedrock::ModelError;
use shared::state::AppState;
use shared::store::matching::StoredMatch;
use shared::store::{self, StoreError};
use tracing::{info, warn};

/// How long the first person who asks for an explanation waits for the model at most.
const LIMIT: Duration = Duration::from_millis(1500);

/// Words an explanation that the model has not been asked for yet.
pub(crate) async fn worded(state: &AppState, found: StoredMatch) -> StoredMatch {
    if !found.may_be_worded() || !state.bedrock.may_converse() {
        return found;
    }
    match write(state, &found).await {
        Ok(Explanation::Written(text)) => StoredMatch {
            reasoning: text,
            explanation_source: ExplanationSource::Llm,
            ..found
        },
        Ok(Explanation::Untried | Explanation::Refused | Explanation::Failed) => found,
        Err(error) => {
            warn!(%error, match.id = %found.id, "the explanation of a match cannot be kept");
            found
        }
    }
}

/// Asks the model, checks what it says, and keeps how that went. No connection is held while it thinks.
async fn write(state: &AppState, found: &StoredMatch) -> Result<Explanation, StoreError> {
    let mentor = store::user::find(&state.db.client().await?, found.mentor_id).await?;
    let Some(mentor) = mentor else {
        return Ok(Explanation::Untried);
    };
    let name = format!("{} {}", mentor.profile.first_name, mentor.profile.last_name);
    let facts = Facts::new(name.trim(), found.score, &found.components);
    let message = facts.json().to_string();
    let answer = state.bedrock.converse(INSTRUCTIONS, &message, LIMIT).await;
    let explanation = read(&facts, answer);
    info!(match.id = %found.id, explanation.outcome = explanation.as_str(), "asked the model to explain match {}", found.id);
    if explanation != Explanation::Untried {
        let mut client = state.db.client().await?;
        let tx = client.transaction();
        store::matching::update_explanation(&tx, found.id, &explanation).await?;
        tx.commit().await?;
    }
    Ok(explanation)
}

fn read(facts: &Facts, answer: Result<String, ModelError>) -> Explanation {
    match answer {
        Ok(text) => facts.checked(&text).map_or_else(
            |refused| {
                info!(%refused, "a text of the model was thrown away");
                Explanation::Refused
            },
            Explanation::Written,
        ),
        Err(ModelError::Absent) => Explanation::Untried,
        Err(failure) => {
            warn!(%failure, "the model explains nothing");
            Explanation::Failed
        }
    }
}
