//! `/api/auth`: accounts, sign-in and tokens.

mod api_keys;
mod body;
mod email;
mod jwks;
mod login;
mod logout;
mod newcomer;
mod oauth;
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
        .routes(routes!(jwks::show_public_keys))
        .routes(routes!(oauth::begin::begin_sign_in))
        .routes(routes!(oauth::callback::finish_sign_in))
        .routes(routes!(oauth::link::link_identity))
        .routes(routes!(api_keys::list_api_keys, api_keys::create_api_key))
        .routes(routes!(api_keys::show_api_key, api_keys::revoke_api_key))
}
