//! `/api/mentors` and `/api/topics`: who mentors are, what they offer, when they are open, and which times can be booked.

mod availability;
mod body;
mod browse;
mod explain;
mod facets;
mod length;
mod merge;
mod named;
mod offering_body;
mod offerings;
mod own;
mod query;
mod slots;
mod topic_body;
mod topics;
mod vetting;
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
        .routes(routes!(explain::explain_slot))
        .routes(routes!(offerings::list_offerings, offerings::add_offering))
        .routes(routes!(
            offerings::change_offering,
            offerings::remove_offering
        ))
        .routes(routes!(vetting::vet_mentor))
        .routes(routes!(topics::list_topics, topics::add_topic))
        .routes(routes!(topics::rename_topic))
        .routes(routes!(merge::merge_topics))
}
