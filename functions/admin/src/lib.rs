//! `/api/admin`: how the program does, what goes on behind the API, and what an admin can do about it. And `/admin`, a page
//! to look at it.

mod analytics;
mod cancel;
mod dead_letter_body;
mod dead_letters;
mod export;
mod export_body;
mod job_body;
mod jobs;
mod lists;
mod page;
mod replay;
mod retry;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(jobs::list_jobs))
        .routes(routes!(jobs::show_any_job))
        .routes(routes!(retry::retry_job))
        .routes(routes!(cancel::cancel_job))
        .routes(routes!(dead_letters::list_dead_letter_queues))
        .routes(routes!(dead_letters::list_dead_letters))
        .routes(routes!(replay::replay_dead_letters))
        .routes(routes!(lists::users::list_people))
        .routes(routes!(lists::sessions::list_all_sessions))
        .routes(routes!(lists::end::end_session))
        .routes(routes!(lists::matches::list_all_matches))
        .routes(routes!(lists::audit::list_audit_log))
        .routes(routes!(export::order_export))
        .routes(routes!(export::show_export))
        .routes(routes!(analytics::overview::show_analytics))
        .routes(routes!(analytics::sessions::show_session_analytics))
        .routes(routes!(analytics::mentors::list_mentor_analytics))
        .routes(routes!(analytics::matching::show_matching_analytics))
        .merge(OpenApiRouter::from(page::routes()))
}
