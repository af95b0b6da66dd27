//! What a language model has made of the reasons of a match.

use tokio_postgres::types::Type;

use crate::domain::id::{Id, MatchId};
use crate::domain::matching::{Explanation, ExplanationSource};
use crate::store::{StoreError, Transaction};

/// Keeps how asking the model went. A match whose reasons were erased meanwhile, or that has been worded, stays as it is.
pub async fn update_explanation(
    tx: &Transaction<'_>,
    id: MatchId,
    explanation: &Explanation,
) -> Result<(), StoreError> {
    let (source, text) = match explanation {
        Explanation::Written(text) => (ExplanationSource::Llm, Some(text)),
        Explanation::Untried | Explanation::Refused | Explanation::Failed => {
            (ExplanationSource::Template, None)
        }
    };
    tx.execute(
        "UPDATE matches
            SET explanation_source = $2, explanation_outcome = $3, reasoning = coalesce($4, reasoning)
          WHERE id = $1 AND explanation_source = 'template' AND components <> '[]'",
        &[
            (&id.uuid(), Type::UUID),
            (&source.as_str(), Type::TEXT),
            (&explanation.as_str(), Type::TEXT),
            (&text, Type::TEXT),
        ],
    )
    .await?;
    Ok(())
}
