//! `GET /api/mentors` and `GET /api/mentors/{id}`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::id::UserId;
use shared::domain::page::PageRequest;
use shared::http::{Answer, ApiError, Limit, Listed, PageCursor, Path, Problems, Query, Refused};
use shared::store::{self, Db};
use utoipa::IntoParams;

use crate::body::MentorBody;

/// Which mentors.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BrowseQuery {
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(required = false, nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// Browse the mentors.
#[utoipa::path(
    get,
    path = "/api/mentors",
    tag = "mentors",
    params(BrowseQuery),
    responses((status = OK, body = Listed<MentorBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_mentors(
    State(db): State<Db>,
    Query(query): Query<BrowseQuery>,
) -> Result<Listed<MentorBody>, ApiError> {
    let client = db.client().await?;
    let page = PageRequest {
        limit: query.limit.get().into(),
        after: query.cursor.map(|cursor| cursor.0),
    };
    let found = store::mentor::list(&client, page).await?;
    let mentors = found.items.into_iter().map(MentorBody::from).collect();
    Ok(Listed::new(mentors, page.limit, found.next))
}

/// Show one mentor.
#[utoipa::path(
    get,
    path = "/api/mentors/{id}",
    tag = "mentors",
    params(("id" = UserId, Path)),
    responses((status = OK, body = Answer<MentorBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_mentor(
    State(db): State<Db>,
    Path(id): Path<UserId>,
) -> Result<Answer<MentorBody>, ApiError> {
    let client = db.client().await?;
    let found = store::mentor::list_by_id(&client, &[id]).await?;
    let mentor = found
        .into_iter()
        .next()
        .ok_or(ApiError::not_found("mentor"))?;
    Ok(Answer::ok(mentor.into()))
}
