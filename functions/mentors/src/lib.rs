//! `/api/mentors`: who they are, when they are open, and which times can be booked.

mod availability;
mod body;
mod browse;
mod facets;
mod query;
mod slots;
mod walk;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(browse::list_mentors))
        .routes(routes!(browse::show_mentor))
        .routes(routes!(
            availability::list_availability,
            availability::add_availability
        ))
        .routes(routes!(
            availability::change_availability,
            availability::remove_availability
        ))
        .routes(routes!(slots::list_slots))
}
