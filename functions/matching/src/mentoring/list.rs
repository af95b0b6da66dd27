//! `GET /api/matching/matches` and `GET /api/matching/matches/{id}`

use axum::extract::State;
use deserr::Deserr;
use shared::clock::Clock;
use shared::domain::id::{MentorshipId, UserId};
use shared::domain::mentorship::MentorshipStatus;
use shared::http::{
    Actor, Answer, ApiError, Flag, Limit, Listed, PageCursor, Path, Problems, Query, Refused,
};
use shared::store::mentorship::Filter;
use shared::store::{self, Db};
use utoipa::IntoParams;

use super::match_body::MentorshipBody;

/// Which matches.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MatchesQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<MentorshipStatus>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentor_id: Option<UserId>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentee_id: Option<UserId>,
    /// For admins: those that somebody should look after, as they were found when something happened to them, or else
    /// within the last day.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    at_risk: Option<Flag>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// List my matches, the newest first.
///
/// Admins see everybody's.
#[utoipa::path(
    get,
    path = "/api/matching/matches",
    tag = "matching",
    params(MatchesQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<MentorshipBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_matches(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Query(query): Query<MatchesQuery>,
) -> Result<Listed<MentorshipBody>, ApiError> {
    if query.at_risk.is_some() && !actor.is_admin() {
        // The flag knows what the other one thinks.
        return Err(ApiError::forbidden());
    }
    let page = query.limit.after(query.cursor);
    let filter = Filter {
        status: query.status,
        mentor_id: query.mentor_id,
        mentee_id: query.mentee_id,
        at_risk: query.at_risk.map(bool::from),
        ..Filter::default()
    };
    let client = db.client().await?;
    let found = store::mentorship::list(&client, actor, &filter, page).await?;
    let bodies = MentorshipBody::read_all(&client, found.items, actor, clock.now()).await?;
    Ok(Listed::new(bodies, page.limit, found.next))
}

/// Show one of my matches.
#[utoipa::path(
    get,
    path = "/api/matching/matches/{id}",
    tag = "matching",
    params(("id" = MentorshipId, Path)),
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<MentorshipBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_match(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<MentorshipId>,
) -> Result<Answer<MentorshipBody>, ApiError> {
    let client = db.client().await?;
    let found = store::mentorship::find_for(&client, id, actor)
        .await?
        .ok_or(ApiError::not_found("match"))?;
    let body = MentorshipBody::read(&client, found, actor, clock.now()).await?;
    let version = body.version();
    Ok(Answer::ok(body).at_version(version))
}
