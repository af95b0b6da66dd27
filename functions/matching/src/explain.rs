//! `GET /api/matching/explain/{match_id}`

use axum::extract::State;
use shared::domain::id::MatchId;
use shared::http::{Actor, Answer, ApiError, Path, Refused};
use shared::store::{self, Db};

use crate::body::ExplainedMatchBody;

/// Explain a match.
///
/// Its two people and admins see every point that was given, and the facts of both sides behind it.
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
    State(db): State<Db>,
    actor: Actor,
    Path(id): Path<MatchId>,
) -> Result<Answer<ExplainedMatchBody>, ApiError> {
    let client = db.client().await?;
    let found = store::matching::find_for(&client, id, actor)
        .await?
        .ok_or(ApiError::not_found("match"))?;
    Ok(Answer::ok(found.into()))
}
