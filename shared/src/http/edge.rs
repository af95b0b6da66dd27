//! The outermost layer: the request's id, its log line, the headers of every answer, and the events it promised.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use lambda_http::request::RequestContext;
use tracing::{Instrument, info, info_span};

use super::error::ErrorCode;
use super::guard::{AskedBy, TokenRejected};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::trace::TraceId;
use crate::state::AppState;
use crate::store::meter::Meter;
use crate::telemetry;
use crate::telemetry::metrics::{self, Answered, Metric};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const XRAY: HeaderName = HeaderName::from_static("x-amzn-trace-id");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

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
    let trace = trace_id(request.headers(), &state.clock);
    let span = info_span!("request", request_id = %id, trace_id = %trace);

    let meter = Meter::of_request(id.clone(), Some(trace));
    let method = request.method().clone();
    let mut response = Arc::clone(&meter)
        .measure(next.run(request).instrument(span.clone()))
        .await;
    state
        .relay
        .send_now(&state.db, meter.take_promises())
        .instrument(span.clone())
        .await;

    let cost = RequestCost {
        statements: meter.statements(),
        round_trips: meter.round_trips(),
    };
    span.in_scope(|| note(&method, &response, begun.elapsed(), &meter));
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

/// Writes the line of a request into the log, and counts it.
fn note(method: &Method, response: &Response, took: Duration, meter: &Meter) {
    let left = response.extensions();
    let is_cold = telemetry::is_cold();
    let answer = Answered {
        route: left.get::<MatchedPath>().map_or("-", MatchedPath::as_str),
        status: response.status(),
        code: left.get::<ErrorCode>().map(|code| code.0),
        took,
        database: meter.waited(),
    };
    info!(
        %method,
        route = answer.route,
        status = answer.status.as_u16(),
        err_code = answer.code,
        user_id_hash = left.get::<AskedBy>().map(|asked| asked.hash()),
        is_token_rejected = left.get::<TokenRejected>().is_some(),
        dur_ms = took.as_secs_f64() * 1e3,
        db_ms = answer.database.as_secs_f64() * 1e3,
        db_calls = meter.statements(),
        db_round_trips = meter.round_trips(),
        cold = is_cold,
        "answered"
    );
    metrics::answered(&answer);
    if is_cold {
        metrics::count(Metric::ColdStarts, 1);
    }
    metrics::flush();
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

/// The trace of whoever calls goes on; else one begins here.
fn trace_id(headers: &HeaderMap, clock: &Clock) -> TraceId {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    text(TRACEPARENT)
        .and_then(TraceId::of_traceparent)
        .or_else(|| text(XRAY).and_then(TraceId::of_xray))
        .unwrap_or_else(|| TraceId::begin(clock.id()))
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
