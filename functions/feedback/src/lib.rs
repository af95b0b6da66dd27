//! `/api/feedback` and `/api/mentors/{id}/feedback`: what people say about their sessions, and what becomes of it in public.

mod body;
mod give;
mod input;
mod list;
mod mentor;
mod moderate;
mod stats_body;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(
            list::list_session_feedback,
            give::give_session_feedback
        ))
        .routes(routes!(
            list::show_session_feedback,
            give::change_session_feedback
        ))
        .routes(routes!(list::list_feedback_history))
        .routes(routes!(moderate::moderate_feedback))
        .routes(routes!(mentor::list_mentor_feedback))
        .routes(routes!(mentor::show_mentor_feedback_stats))
}
