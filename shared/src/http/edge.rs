//! The outermost layer: the request's id, its log line, the headers of every answer, and the events it promised.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use lambda_http::request::RequestContext;
use tracing::{Instrument, info, info_span};

use super::guard::TokenRejected;
use crate::clock::Clock;
use crate::config::Config;
use crate::state::AppState;
use crate::store::meter::Meter;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

static IS_COLD: AtomicBool = AtomicBool::new(true);

/// The address a request comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientAddress(pub(super) IpAddr);

/// The id of a request, as the log has it.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

/// What a request cost the database, left on the answer for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestCost {
    /// Statements, BEGIN and COMMIT included.
    pub statements: u32,
    /// Times the request waited; statements that travel together count once.
    pub round_trips: u32,
}

/// What limits, idempotency and the log of refusals cost beside a request; the relay is counted nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineryCost(pub RequestCost);

/// Wraps a whole request.
pub(super) async fn edge(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let id = request_id(request.headers(), &state.clock);
    let address = client_address(&request, &state.config);
    request.extensions_mut().insert(ClientAddress(address));
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = info_span!("request", request_id = %id);

    let meter = Meter::of_request(id.clone());
    let method = request.method().clone();
    let mut response = Arc::clone(&meter)
        .measure(next.run(request).instrument(span.clone()))
        .await;
    state
        .relay
        .send_now(&state.db, meter.take_promises())
        .instrument(span.clone())
        .await;

    let route = response
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let cost = RequestCost {
        statements: meter.statements(),
        round_trips: meter.round_trips(),
    };
    let is_token_rejected = response.extensions().get::<TokenRejected>().is_some();
    span.in_scope(|| {
        info!(
            %method,
            route,
            status = response.status().as_u16(),
            is_token_rejected,
            dur_ms = begun.elapsed().as_secs_f64() * 1e3,
            db_ms = meter.waited().as_secs_f64() * 1e3,
            db_calls = cost.statements,
            db_round_trips = cost.round_trips,
            cold = IS_COLD.swap(false, Ordering::Relaxed),
            "answered"
        );
    });
    response.extensions_mut().insert(cost);
    let (statements, round_trips) = meter.machinery();
    let machinery = MachineryCost(RequestCost {
        statements,
        round_trips,
    });
    response.extensions_mut().insert(machinery);
    set_headers(response.headers_mut(), &id);
    if state.config.stage == "development" {
        show_cost(response.headers_mut(), cost, begun, &meter);
    }
    join_repeated(response.headers_mut());
    response
}

/// Leaves the route on the answer, so that the log can name it.
pub(super) async fn note_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

fn request_id(headers: &HeaderMap, clock: &Clock) -> String {
    let given = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let is_good = |id: &&str| {
        (8..=128).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    given
        .filter(is_good)
        .map_or_else(|| clock.id::<uuid::Uuid>().to_string(), str::to_owned)
}

/// In Lambda API Gateway says it; elsewhere the connection does, or a proxy that is trusted by configuration.
fn client_address(request: &Request, config: &Config) -> IpAddr {
    if let Some(RequestContext::ApiGatewayV2(context)) =
        request.extensions().get::<RequestContext>()
    {
        let source = context
            .http
            .source_ip
            .as_deref()
            .and_then(|text| text.parse().ok());
        return source.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    }
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    if !config.trusted_proxies.contains(&peer) {
        return peer;
    }
    let forwarded = request
        .headers()
        .get(FORWARDED_FOR)
        .and_then(|value| value.to_str().ok());
    let nearest = forwarded
        .and_then(|list| list.rsplit(',').next())
        .and_then(|text| text.trim().parse().ok());
    nearest.unwrap_or(peer)
}

fn set_headers(headers: &mut HeaderMap, id: &str) {
    let fixed = [
        (
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-site",
        ),
    ];
    for (name, value) in fixed {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if headers.get(header::CONTENT_TYPE) == Some(&HeaderValue::from_static("application/json")) {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, json);
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
}

fn show_cost(headers: &mut HeaderMap, cost: RequestCost, begun: Instant, meter: &Meter) {
    let text = format!(
        "total;dur={:.3}, db;dur={:.3};desc=\"{} statements, {} round trips\"",
        begun.elapsed().as_secs_f64() * 1e3,
        meter.waited().as_secs_f64() * 1e3,
        cost.statements,
        cost.round_trips
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(SERVER_TIMING, value);
    }
}

/// Joins headers that appear twice: the Lambda runtime's HTTP API answer keeps only the first of them.
fn join_repeated(headers: &mut HeaderMap) {
    let names: Vec<HeaderName> = headers
        .keys()
        .filter(|name| **name != header::SET_COOKIE)
        .cloned()
        .collect();
    for name in names {
        let values: Vec<&str> = headers
            .get_all(&name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        if values.len() > 1
            && let Ok(joined) = HeaderValue::from_str(&values.join(", "))
        {
            headers.insert(name, joined);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_appears_twice_is_joined() {
        let mut headers = HeaderMap::new();
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        headers.append(header::VARY, HeaderValue::from_static("accept"));
        join_repeated(&mut headers);
        assert_eq!(headers.get_all(header::VARY).iter().count(), 1);
        assert_eq!(headers[header::VARY], "origin, accept");
    }

    #[test]
    fn a_strange_request_id_is_replaced() {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_static("my-request-1"));
        assert_eq!(request_id(&headers, &Clock::system()), "my-request-1");
        headers.insert(REQUEST_ID, HeaderValue::from_static("a b\"c{}d"));
        assert_eq!(request_id(&headers, &Clock::system()).len(), 36);
    }
}
