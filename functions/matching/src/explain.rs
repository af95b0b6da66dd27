//! `GET /api/matching/explain/{match_id}`

use axum::extract::State;
use shared::domain::id::MatchId;
use shared::http::{Actor, Answer, ApiError, AppState, Path, Refused};
use shared::store;

use crate::body::ExplainedMatchBody;
use crate::explanation::worded;

/// Explain a match.
///
/// Its two people and admins see every point that was given, the facts of both sides behind it, and what a change would
/// add. Where a language model is set up, the first to ask may have it word these facts; its text is checked against them
/// word by word, and `explanation_source` says who wrote the reasoning.
#[utoipa::path(
    get,
    path = "/api/matching/explain/{match_id}",
    tag = "matching",
    params(("match_id" = MatchId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<ExplainedMatchBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn explain_match(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<MatchId>,
) -> Result<Answer<ExplainedMatchBody>, ApiError> {
    let found = store::matching::find_for(&state.db.client().await?, id, actor)
        .await?
        .ok_or(ApiError::not_found("match"))?;
    Ok(Answer::ok(worded(&state, found).await.into()))
}
