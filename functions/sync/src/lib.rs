//! `/api/sync` and `/api/webhooks`: people here and their records in Airtable.

mod body;
mod conflicts;
mod fields;
mod full;
mod person;
mod ping;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(ping::take_ping))
        .routes(routes!(full::sync_everybody))
        .routes(routes!(full::show_sync_job))
        .routes(routes!(person::sync_person))
        .routes(routes!(person::show_status))
        .routes(routes!(conflicts::list_conflicts))
        .routes(routes!(conflicts::resolve_conflict))
        .routes(routes!(fields::show_fields, fields::change_fields))
}
