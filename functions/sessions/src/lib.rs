//! `/api/sessions`: book, pay, confirm, cancel and complete sessions.

mod body;
mod cancel;
mod change;
mod found;
mod list;
mod payment;
mod request;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list::list_sessions, request::request_session))
        .routes(routes!(
            list::show_session,
            change::change_session,
            cancel::cancel_session
        ))
        .routes(routes!(payment::show_payment, payment::go_on))
}
