//! `/api/auth`: accounts, sign-in and tokens.

mod answer;
mod api_keys;
mod attempt;
mod body;
mod devices;
mod email;
mod email_change;
mod factor;
mod jwks;
mod login;
mod logout;
mod newcomer;
mod oauth;
mod password;
mod refresh;
mod register;
mod tokens;
mod totp;

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
        .routes(routes!(logout::log_out_everywhere))
        .routes(routes!(devices::list_devices))
        .routes(routes!(devices::end_device))
        .routes(routes!(password::forgot_password))
        .routes(routes!(password::reset_password))
        .routes(routes!(password::change_password))
        .routes(routes!(email::verify_email))
        .routes(routes!(email::resend_verification))
        .routes(routes!(jwks::show_public_keys))
        .routes(routes!(oauth::begin::begin_sign_in))
        .routes(routes!(oauth::callback::finish_sign_in))
        .routes(routes!(oauth::link::link_identity))
        .routes(routes!(api_keys::list_api_keys, api_keys::create_api_key))
        .routes(routes!(api_keys::show_api_key, api_keys::revoke_api_key))
        .routes(routes!(email_change::change_email))
        .routes(routes!(email_change::revert_email))
        .routes(routes!(totp::start_totp, totp::delete_totp))
        .routes(routes!(totp::confirm_totp))
}
