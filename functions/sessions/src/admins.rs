//! What admins do elsewhere.

use axum::http::StatusCode;
use shared::http::ApiError;

/// Admins end sessions of others where a reason is asked for and kept.
pub(crate) fn admins_elsewhere() -> ApiError {
    let message = "end sessions of others by PUT /api/admin/sessions/{id}, with a reason";
    ApiError::new(StatusCode::FORBIDDEN, "admin_endpoint", message)
}
