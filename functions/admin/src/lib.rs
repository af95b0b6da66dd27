//! `/api/admin`: what goes on behind the API, and what an admin can do about it.

mod cancel;
mod dead_letter_body;
mod dead_letters;
mod job_body;
mod jobs;
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
}
