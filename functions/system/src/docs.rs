//! `GET /api/openapi.json` and the page at `/api/docs`, with its assets compiled in.

use std::sync::Arc;

use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::{CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use shared::http::{ApiError, AppState, Refused};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::Config;

/// Made from the code by the tests, which fail when it is stale.
const DOCUMENT: &str = include_str!("../openapi.json");

/// The page's own scripts and styles, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/// Show this document.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "system",
    responses((status = OK, content_type = "application/json", body = Object), (status = "4XX", body = Refused)),
)]
pub(crate) async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT)
}

/// The page that shows the document.
pub(crate) fn pages() -> OpenApiRouter<AppState> {
    let pages = axum::Router::new()
        .route(
            "/api/docs",
            get(|| async { Redirect::permanent("/api/docs/") }),
        )
        .route("/api/docs/", get(page))
        .route("/api/docs/{*file}", get(page));
    OpenApiRouter::from(pages)
}

async fn page(OriginalUri(uri): OriginalUri) -> Response {
    let file = uri.path().trim_start_matches("/api/docs/");
    let config = Arc::new(Config::from("/api/openapi.json").try_it_out_enabled(true));
    match utoipa_swagger_ui::serve(file, config) {
        Ok(Some(file)) => {
            let headers = [
                (CONTENT_TYPE, file.content_type),
                (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
            ];
            let encoding = file.gzpipped.then_some([(CONTENT_ENCODING, "gzip")]);
            (headers, encoding, file.bytes.into_owned()).into_response()
        }
        Ok(None) => ApiError::not_found("page").into_response(),
        Err(problem) => {
            tracing::error!(%problem, "the docs page cannot be shown");
            ApiError::internal().into_response()
        }
    }
}
