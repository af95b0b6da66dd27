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

macro_rules! pages {
    ($($path:literal: $name:literal),+ $(,)?) => {
        [$((
            $path,
            include_str!(concat!("pages/", $name, ".html")),
            concat!("/pages/", $name, ".js"),
            include_str!(concat!("pages/", $name, ".js")),
        )),+]
    };
}

/// Each page with its path, and its script with its own.
const PAGES: [(&str, &str, &str, &str); 5] = pages! {
    "/verify-email": "verify-email",
    "/reset-password": "reset-password",
    "/revert-email": "revert-email",
    "/export": "export",
    "/oauth/{provider}/callback": "oauth-callback",
};

/// The pages' routes.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let style = || async { asset("text/css", include_str!("pages/style.css")) };
    let router = Router::new().route("/pages/style.css", get(style));
    PAGES
        .into_iter()
        .fold(router, |router, (path, page, script_path, script)| {
            let show_page = move || async move { asset("text/html; charset=utf-8", page) };
            let show_script = move || async move { asset("text/javascript", script) };
            router
                .route(path, get(show_page))
                .route(script_path, get(show_script))
        })
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
