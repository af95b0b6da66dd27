//! `/api/matching`: the best mentors for a mentee, and why.

mod again;
mod assignment;
mod body;
mod explain;
mod explanation;
mod meaning;
mod mentoring;
mod of_mentor;
mod preview;
mod program_body;
mod programs;
mod request;

use axum::Extension;
use shared::http::{AppState, CatalogCache};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(request::find_matches))
        .routes(routes!(explain::explain_match))
        .merge(mentoring::router())
        .merge(assignment::router())
        .routes(routes!(of_mentor::list_matches_of_mentor))
        .routes(routes!(programs::list_programs, programs::create_program))
        .routes(routes!(programs::show_program, programs::change_program))
        .routes(routes!(programs::activate_program))
        .routes(routes!(preview::preview_program))
        .layer(Extension(CatalogCache::default()))
}
