//! `GET /api/matching/mentors/{mentor_id}/matches`

use axum::extract::State;
use shared::domain::id::UserId;
use shared::domain::page::PageRequest;
use shared::domain::user::User;
use shared::http::{Actor, ApiError, Listed, PageQuery, Path, Query, Refused};
use shared::store::{self, Db};

use crate::body::ExplainedMatchBody;

/// List the matches in which a mentor was proposed, the newest first.
///
/// For the mentor and for admins.
#[utoipa::path(
    get,
    path = "/api/matching/mentors/{mentor_id}/matches",
    tag = "matching",
    params(("mentor_id" = UserId, Path), PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<ExplainedMatchBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_matches_of_mentor(
    State(db): State<Db>,
    actor: Actor,
    Path(mentor): Path<UserId>,
    Query(query): Query<PageQuery>,
) -> Result<Listed<ExplainedMatchBody>, ApiError> {
    let unknown = || ApiError::not_found("mentor");
    if actor.id != mentor && !actor.is_admin() {
        return Err(unknown());
    }
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let (person, found) = futures_util::try_join!(
        store::user::find(&client, mentor),
        store::matching::list_of_mentor(&client, mentor, page),
    )?;
    person.filter(User::is_mentor).ok_or_else(unknown)?;
    let matches = found.items.into_iter().map(Into::into).collect();
    Ok(Listed::new(matches, page.limit, found.next))
}
