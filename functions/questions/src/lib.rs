//! `/api/questions`: short questions that one mentor at a time answers.

mod answers;
mod ask;
mod body;
mod claim;
mod escalate;
mod finish;
mod held;
mod input;
mod leaderboard;
mod list;
mod ranked;
mod remove;
mod show;

use axum::Extension;
use shared::http::{AppState, CatalogCache};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_questions, ask::ask_question))
        .routes(routes!(leaderboard::show_leaderboard))
        .routes(routes!(show::show_question, remove::remove_question))
        .routes(routes!(claim::claim_question))
        .routes(routes!(claim::release_question))
        .routes(routes!(answers::answer_question))
        .routes(routes!(finish::complete_question))
        .routes(routes!(finish::rate_question))
        .routes(routes!(escalate::escalate_question))
        .layer(Extension(CatalogCache::default()))
}
