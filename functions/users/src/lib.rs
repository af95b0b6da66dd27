//! `/api/users`: people, their profiles, and what admins decide about them.

mod body;
mod change;
mod create;
mod deletion;
mod edit;
mod export;
mod list;
mod me;
mod own;
mod person;
mod privacy;
mod privacy_body;
mod role;
mod show;
mod status;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(me::show_me, me::change_me, deletion::delete_me))
        .routes(routes!(deletion::restore_me))
        .routes(routes!(deletion::delete_user))
        .routes(routes!(export::ask_for_export))
        .routes(routes!(export::download_export))
        .routes(routes!(export::show_job))
        .routes(routes!(list::list_users, create::create_user))
        .routes(routes!(privacy::show_privacy, privacy::change_privacy))
        .routes(routes!(show::show_user, edit::change_user))
        .routes(routes!(role::change_role))
        .routes(routes!(status::change_status))
}
