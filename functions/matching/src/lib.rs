//! `/api/matching`: the best mentors for a mentee, and why.

mod body;
mod catalog;
mod explain;
mod meaning;
mod mentoring;
mod request;

use axum::Extension;
use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(request::find_matches))
        .routes(routes!(explain::explain_match))
        .merge(mentoring::router())
        .layer(Extension(catalog::CatalogCache::default()))
}
