//! `/api/users`: people and their profiles.

mod body;
mod change;
mod deletion;
mod export;
mod me;

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
}
