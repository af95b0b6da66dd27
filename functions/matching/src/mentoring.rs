//! Long-term mentoring: a mentee asks, three mentors at a time are proposed, one selects, and the two work together.

mod answer;
mod ask;
mod batch;
mod batch_body;
mod change;
mod feedback;
mod form;
mod list;
mod match_body;
mod match_input;
mod meeting;
mod meeting_body;
mod request;
mod request_body;

use jiff::Timestamp;
use shared::clock::Clock;
use shared::domain::event::Event;
use shared::http::AppState;
use shared::store::{self, StoreError, Transaction};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of long-term mentoring.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(request::list_requests, ask::ask_for_mentor))
        .routes(routes!(request::show_request, request::withdraw_request))
        .routes(routes!(request::list_queue))
        .routes(routes!(batch::list_batches))
        .routes(routes!(batch::show_batch))
        .routes(routes!(answer::select_mentee))
        .routes(routes!(answer::pass_mentee))
        .routes(routes!(list::list_matches, form::form_match))
        .routes(routes!(list::show_match, change::change_match))
        .routes(routes!(meeting::list_meetings, meeting::log_meeting))
        .routes(routes!(meeting::edit_meeting, meeting::delete_meeting))
        .routes(routes!(
            feedback::list_feedback,
            feedback::give_feedback,
            feedback::change_feedback
        ))
}

/// Promises to tell people what happened.
pub(crate) async fn promise(
    tx: &Transaction<'_>,
    clock: &Clock,
    now: Timestamp,
    events: impl IntoIterator<Item = Event>,
) -> Result<(), StoreError> {
    store::outbox::append_all(tx, || clock.id(), now, events).await
}
