//! The pages that links in mails and a sign-in with another service lead to, for where no frontend is.
//!
//! Opening one spends nothing: mail scanners open every link. Its button posts to the API.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The pages' routes.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(
            "/verify-email",
            get(|| async {
                asset(
                    "text/html; charset=utf-8",
                    include_str!("pages/verify-email.html"),
                )
            }),
        )
        .route(
            "/pages/verify-email.js",
            get(|| async { asset("text/javascript", include_str!("pages/verify-email.js")) }),
        )
        .route(
            "/export",
            get(|| async {
                asset(
                    "text/html; charset=utf-8",
                    include_str!("pages/export.html"),
                )
            }),
        )
        .route(
            "/oauth/{provider}/callback",
            get(|| async {
                asset(
                    "text/html; charset=utf-8",
                    include_str!("pages/oauth-callback.html"),
                )
            }),
        )
        .route(
            "/pages/export.js",
            get(|| async { asset("text/javascript", include_str!("pages/export.js")) }),
        )
        .route(
            "/pages/oauth-callback.js",
            get(|| async { asset("text/javascript", include_str!("pages/oauth-callback.js")) }),
        )
        .route(
            "/pages/style.css",
            get(|| async { asset("text/css", include_str!("pages/style.css")) }),
        )
}

fn asset(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, text)
}
