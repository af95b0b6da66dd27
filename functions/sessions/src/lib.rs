//! `/api/sessions`: book, pay, confirm, move, cancel and complete sessions. `/api/messages`: what their people write to
//! each other.

mod admins;
mod answer;
mod asked;
mod body;
mod calendar;
mod cancel;
mod change;
mod found;
mod history;
mod list;
mod messages;
mod moving;
mod payment;
mod question;
mod request;
mod reschedule;
mod reschedule_body;

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
        .routes(routes!(history::list_history))
        .routes(routes!(
            reschedule::list_reschedule_requests,
            reschedule::propose_times
        ))
        .routes(routes!(answer::answer_reschedule_request))
        .routes(routes!(payment::show_payment, payment::go_on))
        .routes(routes!(calendar::show_calendar))
        .routes(routes!(
            messages::list::list_messages,
            messages::send::send_message
        ))
        .routes(routes!(messages::inbox::list_conversations))
        .routes(routes!(messages::read::read_message))
}
