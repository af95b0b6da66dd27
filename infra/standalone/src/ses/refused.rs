//! How AWS says no.
#![expect(
    clippy::disallowed_types,
    reason = "it speaks the protocol of AWS, not our envelope"
)]

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error as the REST-JSON protocol of AWS writes it.
pub(super) struct Refused {
    status: StatusCode,
    kind: &'static str,
    message: String,
}

impl Refused {
    fn new(status: StatusCode, kind: &'static str, message: &str) -> Self {
        Self {
            status,
            kind,
            message: message.to_owned(),
        }
    }

    pub(super) fn bad_request(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequestException", message)
    }

    pub(super) fn unknown() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "UnknownOperationException",
            "the stand-in knows SendEmail only",
        )
    }

    pub(super) fn throttled() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequestsException",
            "Maximum sending rate exceeded.",
        )
    }

    pub(super) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            "Service is unavailable.",
        )
    }

    pub(super) fn unverified(mut identities: Vec<String>, region: &str) -> Self {
        identities.dedup();
        let message = format!(
            "Email address is not verified. The following identities failed the check in region {}: {}",
            region.to_uppercase(),
            identities.join(", ")
        );
        Self::new(StatusCode::BAD_REQUEST, "MessageRejected", &message)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let headers = [("x-amzn-errortype", self.kind)];
        (
            self.status,
            headers,
            Json(json!({ "message": self.message })),
        )
            .into_response()
    }
}
