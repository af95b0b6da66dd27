//! `/api/auth`: accounts, sign-in and tokens.

mod body;
mod email;
mod login;
mod logout;
mod refresh;
mod register;
mod tokens;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route of this area.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(register::register))
        .routes(routes!(login::log_in))
        .routes(routes!(refresh::refresh))
        .routes(routes!(logout::log_out))
        .routes(routes!(email::verify_email))
        .routes(routes!(email::resend_verification))
}
