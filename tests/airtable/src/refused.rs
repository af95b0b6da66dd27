//! How it says no: in two shapes, as the service does.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

/// Why something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nobody has said who asks.
    Unauthenticated,
    /// There is no such thing.
    NotFound,
    /// The body is no JSON, or not the one that is expected.
    Malformed,
    /// It was asked too often.
    Busy,
    /// It is broken.
    Broken,
    /// It understands, and does not want to.
    Unprocessable(&'static str),
}

impl Refused {
    pub(crate) const fn of(kind: &'static str) -> Self {
        Self::Unprocessable(kind)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let said =
            |kind: &str, message: &str| json!({ "error": { "type": kind, "message": message } });
        let (status, body) = match self {
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                said("AUTHENTICATION_REQUIRED", "Authentication required"),
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, json!({ "error": "NOT_FOUND" })),
            Self::Malformed => (
                StatusCode::BAD_REQUEST,
                said("INVALID_REQUEST_BODY", "Could not parse request body"),
            ),
            Self::Busy => (
                StatusCode::TOO_MANY_REQUESTS,
                json!({ "errors": [{ "error": "RATE_LIMIT_REACHED", "message": "Rate limit exceeded." }] }),
            ),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                said("SERVER_ERROR", "There was a problem with your request"),
            ),
            Self::Unprocessable(kind) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                said(kind, "The request was refused"),
            ),
        };
        (status, Json(body)).into_response()
    }
}
