//! `GET /api/admin/sessions`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::id::UserId;
use shared::domain::matching::ProgramKey;
use shared::domain::page::Order;
use shared::domain::session::SessionStatus;
use shared::http::{
    Admin, ApiError, AppState, Limit, Listed, Moment, PageCursor, Problems, Query, Refused,
};
use shared::store;
use shared::store::session::{Filter, SortBy};
use utoipa::IntoParams;

use super::session_body::AdminSessionBody;
use crate::analytics::check_program;

/// Which sessions.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AdminSessionsQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<SessionStatus>,
    /// Those that start at or after this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Moment>,
    /// Those that start before this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    to: Option<Moment>,
    /// Only those that come from matches of this program.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    program: Option<ProgramKey>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentor_id: Option<UserId>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentee_id: Option<UserId>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// List everybody's sessions.
///
/// Those first that were asked for last; with `from` or `to` those first that start last.
#[utoipa::path(
    get,
    path = "/api/admin/sessions",
    tag = "admin",
    params(AdminSessionsQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<AdminSessionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_all_sessions(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Query(query): Query<AdminSessionsQuery>,
) -> Result<Listed<AdminSessionBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let filter = Filter {
        status: query.status,
        from: query.from.map(|moment| moment.0),
        to: query.to.map(|moment| moment.0),
        role: None,
        mentor_id: query.mentor_id,
        mentee_id: query.mentee_id,
        program: query.program.map(|key| key.as_str().to_owned()),
    };
    // Whoever names days is led to them by the index of starts.
    let has_days = filter.from.is_some() || filter.to.is_some();
    let by = if has_days {
        SortBy::ScheduledAt
    } else {
        SortBy::CreatedAt
    };
    let client = state.db.client().await?;
    check_program(&client, filter.program.as_deref()).await?;
    let newest = (by, Order::Descending);
    let found = store::session::list(&client, admin, &filter, newest, page).await?;
    let now = state.clock.now();
    let sessions = found.items.into_iter();
    let sessions = sessions.map(|session| AdminSessionBody::new(session, admin, now));
    Ok(Listed::new(sessions.collect(), page.limit, found.next))
}
