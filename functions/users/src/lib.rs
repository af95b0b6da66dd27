//! `/api/users`: people and their profiles.

mod body;
mod change;
mod me;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(me::show_me, me::change_me))
}
