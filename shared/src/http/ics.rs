//! Calendars (RFC 5545): outside the envelope, because their readers want them so.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

/// A calendar to download.
#[derive(Debug)]
pub struct Ics(pub String);

impl IntoResponse for Ics {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, "text/calendar; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"session.ics\""),
        ];
        (headers, self.0).into_response()
    }
}
