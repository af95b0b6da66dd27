//! `GET /api/admin/users`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::UserId;
use shared::domain::page::Order;
use shared::domain::profile::RoleProfile;
use shared::domain::user::{Role, User, UserStatus};
use shared::domain::value::Text;
use shared::domain::vetting::Vetting;
use shared::http::{
    Admin, ApiError, AppState, Limit, Listed, Moment, PageCursor, Problems, Query, Refused,
};
use shared::store;
use shared::store::user::{Filter, SortBy};
use utoipa::{IntoParams, ToSchema};

type Beginning = Text<1, 100>;

/// Which people.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AdminUsersQuery {
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
    /// Those who came at or after this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Moment>,
    /// Those who came before this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    to: Option<Moment>,
    /// How a name or an address begins.
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
}

/// A person, as a line of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminUserBody {
    id: UserId,
    email: String,
    email_verified: bool,
    first_name: String,
    last_name: String,
    role: Role,
    status: UserStatus,
    /// Of a mentor: what was decided.
    vetting: Option<Vetting>,
    version: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_login_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// List people, the newest first.
///
/// `GET /api/users` shows their whole profiles, and `GET /api/users/{id}` one of them. `PUT /api/users/{id}/status` shuts somebody out or lets
/// them in again, `PUT /api/users/{id}/role` changes what they are; both want a reason.
#[utoipa::path(
    get,
    path = "/api/admin/users",
    tag = "admin",
    params(AdminUsersQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<AdminUserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_people(
    State(state): State<AppState>,
    Admin(_): Admin,
    Query(query): Query<AdminUsersQuery>,
) -> Result<Listed<AdminUserBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let filter = Filter {
        role: query.role,
        status: query.status,
        vetting: query.vetting,
        from: query.from.map(|moment| moment.0),
        to: query.to.map(|moment| moment.0),
        prefix: query.q.map(Text::into_string),
    };
    let newest = SortBy::CreatedAt(Order::Descending);
    let client = state.db.client().await?;
    let found = store::user::list(&client, &filter, newest, page).await?;
    let users = found.items.into_iter().map(AdminUserBody::from);
    Ok(Listed::new(users.collect(), page.limit, found.next))
}

impl From<User> for AdminUserBody {
    fn from(user: User) -> Self {
        let vetting = match &user.profile.role {
            RoleProfile::Mentor(mentor) => Some(mentor.vetting),
            RoleProfile::Mentee(_) | RoleProfile::Admin => None,
        };
        Self {
            id: user.id,
            email: user.email.as_str().to_owned(),
            email_verified: user.email_verified_at.is_some(),
            role: user.role(),
            first_name: user.profile.first_name,
            last_name: user.profile.last_name,
            status: user.status,
            vetting,
            version: user.version,
            last_login_at: user.last_login_at,
            created_at: user.created_at,
        }
    }
}
