//! `GET /api/questions`

use axum::Extension;
use axum::extract::State;
use deserr::Deserr;
use shared::domain::question::QuestionStatus;
use shared::domain::user::{Actor, Role};
use shared::http::{
    ApiError, AppState, CatalogCache, Limit, Listed, PageCursor, Problems, Query, Refused,
};
use shared::store;
use utoipa::{IntoParams, ToSchema};

use crate::body::QuestionBody;
use crate::ranked::list_ranked;

/// Which questions.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuestionsQuery {
    /// `open`: what mentors can claim, for mentors alone. `mine`: what you have asked, or have as a mentor; for admins all
    /// there are. When left out, mentors get the open ones and everybody else theirs.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    scope: Option<QuestionScope>,
    /// Only those in this state; with `mine`, which it implies.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<QuestionStatus>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum QuestionScope {
    #[deserr(rename = "open")]
    #[schema(rename = "open")]
    Open,
    #[deserr(rename = "mine")]
    #[schema(rename = "mine")]
    Mine,
}

impl QuestionsQuery {
    fn scope_for(&self, actor: Actor) -> Result<QuestionScope, ApiError> {
        match (self.scope, self.status, actor.role) {
            (Some(QuestionScope::Open), Some(_), _) => {
                let message = "open questions are in one state";
                Err(Problems::of("status", "status_of_open_questions", message).into())
            }
            (Some(QuestionScope::Open), None, Role::Mentee | Role::Admin) => {
                Err(ApiError::forbidden())
            }
            (None, None, Role::Mentor) => Ok(QuestionScope::Open),
            (Some(scope), _, _) => Ok(scope),
            (None, _, _) => Ok(QuestionScope::Mine),
        }
    }
}

/// List questions.
///
/// Approved mentors browse the open questions, those whom they fit best first; of more than 600 the 300 newest and the 300
/// oldest. `fit` compares the words and, where a model has read both, the meanings of a question and a mentor's profile. Own
/// questions come newest first.
#[utoipa::path(
    get,
    path = "/api/questions",
    tag = "questions",
    params(QuestionsQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<QuestionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_questions(
    State(state): State<AppState>,
    Extension(cache): Extension<CatalogCache>,
    actor: Actor,
    Query(query): Query<QuestionsQuery>,
) -> Result<Listed<QuestionBody>, ApiError> {
    let scope = query.scope_for(actor)?;
    let page = query.limit.after(query.cursor);
    let (now, client) = (state.clock.now(), state.db.client().await?);
    if scope == QuestionScope::Open {
        let found = list_ranked(&state, &cache, &client, (actor, page)).await?;
        let shown = found.items.into_iter();
        let bodies = shown.map(|(question, fit)| QuestionBody::new(question, actor).fitting(fit));
        return Ok(Listed::new(bodies.collect(), page.limit, found.next));
    }
    let found = store::question::list_own(&client, actor, query.status, page, now).await?;
    let present = found.items.into_iter().map(|question| question.at(now).0);
    let bodies = present.map(|question| QuestionBody::new(question, actor));
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}
