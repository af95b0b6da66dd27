//! `GET /admin`: a page for people that asks the API as any client does. It is the same for everybody, and says nothing
//! until somebody signs in.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use shared::http::AppState;

/// Its own script and styles, and the API of the same address; nothing else, from nowhere else, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page and what belongs to it.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/admin",
            get(|| async { file(HTML, include_str!("../page/index.html")) }),
        )
        .route("/admin/", get(|| async { Redirect::permanent("/admin") }))
        .route(
            "/admin/admin.js",
            get(|| async { file(SCRIPT, include_str!("../page/admin.js")) }),
        )
        .route(
            "/admin/admin.css",
            get(|| async { file(CSS, include_str!("../page/admin.css")) }),
        )
        .route(
            "/admin/charts.css",
            get(|| async { file(CSS, include_str!("../page/charts.min.css")) }),
        )
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}
