//! `GET /api/users`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::page::Order;
use shared::domain::user::{Role, UserStatus};
use shared::domain::value::Text;
use shared::domain::vetting::Vetting;
use shared::http::{
    Admin, ApiError, AppState, Limit, Listed, PageCursor, Problems, Query, Refused, UserBody,
};
use shared::store;
use shared::store::user::{Filter, SortBy};
use utoipa::{IntoParams, ToSchema};

type Beginning = Text<1, 100>;

/// Which people.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    role: Option<Role>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<UserStatus>,
    /// Mentors of whom this was decided; `pending` are those who wait for you.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    vetting: Option<Vetting>,
    /// How a name or an address begins. Phone numbers cannot be searched.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    q: Option<Beginning>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
    /// Newest first when left out; `name` is by last name.
    #[deserr(default)]
    #[param(required = false, inline)]
    sort: Sort,
}

/// The order of the list; a minus turns it round.
#[derive(Clone, Copy, Debug, Default, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum Sort {
    #[deserr(rename = "created_at")]
    #[schema(rename = "created_at")]
    Age,
    #[default]
    #[deserr(rename = "-created_at")]
    #[schema(rename = "-created_at")]
    AgeReversed,
    #[deserr(rename = "name")]
    #[schema(rename = "name")]
    Name,
}

impl From<Sort> for SortBy {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Age => Self::CreatedAt(Order::Ascending),
            Sort::AgeReversed => Self::CreatedAt(Order::Descending),
            Sort::Name => Self::Name,
        }
    }
}

/// List everybody.
///
/// For admins. `vetting=pending` lists the mentors who wait for a decision.
#[utoipa::path(
    get,
    path = "/api/users",
    tag = "users",
    params(UsersQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<UserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_users(
    State(state): State<AppState>,
    _: Admin,
    Query(query): Query<UsersQuery>,
) -> Result<Listed<UserBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let filter = Filter {
        role: query.role,
        status: query.status,
        vetting: query.vetting,
        prefix: query.q.map(Text::into_string),
        ..Filter::default()
    };
    let client = state.db.client().await?;
    let found = store::user::list(&client, &filter, query.sort.into(), page).await?;
    drop(client);
    let mut users = Vec::with_capacity(found.items.len());
    for user in &found.items {
        users.push(UserBody::open(&state, user).await?);
    }
    Ok(Listed::new(users, page.limit, found.next))
}
