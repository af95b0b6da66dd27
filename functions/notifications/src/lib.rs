//! `/api/notifications`: what people are told in the app, how they want to hear, and the words of all messages.

mod body;
mod list;
mod page;
mod preferences;
mod preferences_body;
mod preview;
mod read;
mod template_body;
mod templates;
mod unsubscribe;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_notifications))
        .routes(routes!(list::count_unread))
        .routes(routes!(read::read_notification))
        .routes(routes!(read::read_all))
        .routes(routes!(
            preferences::show_preferences,
            preferences::change_preferences
        ))
        .routes(routes!(templates::list_templates))
        .routes(routes!(
            templates::show_template,
            templates::change_template,
            templates::reset_template
        ))
        .routes(routes!(preview::preview_template))
        .routes(routes!(unsubscribe::ask_again, unsubscribe::unsubscribe))
}
