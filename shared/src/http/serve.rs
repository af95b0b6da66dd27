//! Puts the walls around an area's routes and answers API Gateway with them.

use std::any::Any;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;

use super::contract::{self, Contract};
use super::error::ApiError;
use super::{AppState, again, edge, guard, idempotency, limits};
use crate::config::Config;
use crate::telemetry::{self, metrics};

/// Serves the routes of one area as a Lambda function.
///
/// # Errors
/// When the environment cannot be read, or the Lambda service goes away.
pub async fn serve(router: OpenApiRouter<AppState>) -> Result<(), lambda_http::Error> {
    let state = AppState::from_env()?;
    telemetry::start_json(&state.config.log_level);
    metrics::start(&state.config.service);
    lambda_http::run(app(router, state)).await
}

/// Puts the walls around routes, and holds every request against their document.
pub fn app(routes: impl Into<OpenApiRouter<AppState>>, state: AppState) -> Router {
    let (routes, document) = routes.into().split_for_parts();
    limits::warn_of_unknown(&state.config);
    routes
        .fallback(|| async {
            ApiError::new(
                StatusCode::NOT_FOUND,
                "unknown_route",
                "there is nothing at this address",
            )
        })
        .method_not_allowed_fallback(|| async {
            ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this address does not know this method",
            )
        })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), again::again))
        .layer(from_fn_with_state(state.clone(), idempotency::once))
        .layer(from_fn_with_state(Contract::of(&document), contract::hold))
        .layer(from_fn_with_state(state.clone(), guard::guard))
        .layer(from_fn(edge::note_route))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(cors(&state.config))
        .layer(from_fn_with_state(state.clone(), edge::edge))
        .with_state(state)
}

fn panicked(_what: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    ApiError::internal().into_response()
}

fn cors(config: &Config) -> CorsLayer {
    let origins: Vec<HeaderValue> = config
        .cors_origins
        .iter()
        .filter_map(|origin| HeaderValue::from_str(origin).ok())
        .collect();
    let plain = |name: &'static str| HeaderName::from_static(name);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            plain("idempotency-key"),
            plain("x-request-id"),
        ])
        .expose_headers([
            plain("ratelimit"),
            plain("ratelimit-policy"),
            header::RETRY_AFTER,
            header::ETAG,
            header::LOCATION,
            plain("idempotency-replayed"),
            plain("x-request-id"),
        ])
        .max_age(std::time::Duration::from_mins(10))
}
