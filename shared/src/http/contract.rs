//! The OpenAPI document, held against every request: what it does not name is refused before the handler runs.
//!
//! Unknown query parameters get 400, and formats that an operation does not speak 406. Routes that are not in the document,
//! such as the page that shows it, are let through.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, HeaderMap, HeaderName};
use http::{Method, StatusCode};
use utoipa::openapi::path::{Operation as Documented, ParameterIn};
use utoipa::openapi::{OpenApi, PathItem, RefOr};

use super::error::ApiError;
use super::input::{Problems, query_pairs};

const JSON: &str = "application/json";

/// Every operation of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Contract(Arc<HashMap<String, Vec<(Method, Operation)>>>);

/// What one operation takes and gives.
#[derive(Clone, Debug)]
pub(super) struct Operation(Arc<Terms>);

#[derive(Debug)]
struct Terms {
    queries: Vec<String>,
    headers: Vec<String>,
    formats: Vec<String>,
}

impl Contract {
    /// Reads the document.
    pub(super) fn of(document: &OpenApi) -> Self {
        let routes = document.paths.paths.iter();
        Self(Arc::new(
            routes
                .map(|(route, item)| (route.clone(), operations(item)))
                .collect(),
        ))
    }

    fn find(&self, route: &str, method: &Method) -> Option<&Operation> {
        // Whoever answers GET answers HEAD.
        let method = if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let operations = self.0.get(route)?;
        operations
            .iter()
            .find_map(|(known, operation)| (known == method).then_some(operation))
    }
}

fn operations(item: &PathItem) -> Vec<(Method, Operation)> {
    let all = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, Operation::of(operation.as_ref()?))))
        .collect()
}

impl Operation {
    fn of(documented: &Documented) -> Self {
        let parameters = documented.parameters.as_deref().unwrap_or_default();
        let named = |place: &ParameterIn| {
            let there = parameters.iter().filter_map(|parameter| match parameter {
                RefOr::T(parameter) if parameter.parameter_in == *place => Some(parameter),
                RefOr::T(_) | RefOr::Ref(_) => None,
            });
            there.map(|parameter| parameter.name.clone()).collect()
        };
        let responses = documented.responses.responses.iter();
        let formats = responses
            .filter(|(status, _)| status.starts_with('2'))
            .filter_map(|(_, response)| match response {
                RefOr::T(response) => Some(response.content.keys().cloned()),
                RefOr::Ref(_) => None,
            });
        let mut formats: Vec<String> = formats.flatten().collect();
        if formats.is_empty() {
            // Without content only a refusal has a body.
            formats.push(JSON.to_owned());
        }
        Self(Arc::new(Terms {
            queries: named(&ParameterIn::Query),
            headers: named(&ParameterIn::Header),
            formats,
        }))
    }

    /// Whether the document names this header.
    pub(super) fn takes_header(&self, name: &HeaderName) -> bool {
        self.0
            .headers
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name.as_str()))
    }

    fn check(&self, request: &Request) -> Result<(), ApiError> {
        let pairs = query_pairs(request.uri().query().unwrap_or_default())?;
        let unknown = pairs
            .iter()
            .filter(|(name, _)| !self.0.queries.contains(name));
        let problems = unknown.fold(Problems::default(), |problems, (name, _)| {
            problems.and(Problems::of(
                name,
                "unknown_field",
                "is not a parameter of this address",
            ))
        });
        if !problems.is_empty() {
            return Err(problems.into());
        }
        let is_served = |format: &String| accepts(request.headers(), format);
        if self.0.formats.iter().any(is_served) {
            return Ok(());
        }
        let message = format!("this address answers with {}", self.0.formats.join(" or "));
        Err(ApiError::new(
            StatusCode::NOT_ACCEPTABLE,
            "not_acceptable",
            message,
        ))
    }
}

/// Whether `Accept` allows a media type (RFC 9110 §12.5.1): the most specific range decides, and a weight of 0 excludes.
fn accepts(headers: &HeaderMap, format: &str) -> bool {
    let mut accepted = headers.get_all(ACCEPT).iter().peekable();
    if accepted.peek().is_none() {
        return true;
    }
    let kind = format.split('/').next().unwrap_or_default();
    let ranges = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let decisive = ranges.filter_map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let range = parts.next()?.to_ascii_lowercase();
        let precision = match range.split_once('/')? {
            ("*", "*") => 0,
            (group, "*") if group == kind => 1,
            _ if range == format => 2,
            _ => return None,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let is_excluded = weight.is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        Some((precision, !is_excluded))
    });
    decisive.max().is_some_and(|(_, is_wanted)| is_wanted)
}

/// Refuses what the document does not name, and leaves the operation on the request.
pub(super) async fn hold(
    State(contract): State<Contract>,
    mut request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let found = route.and_then(|route| contract.find(route.as_str(), request.method()));
    let Some(operation) = found.cloned() else {
        return next.run(request).await;
    };
    if let Err(refused) = operation.check(&request) {
        return refused.into_response();
    }
    request.extensions_mut().insert(operation);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json_for(accept: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(ACCEPT, value.parse().unwrap());
        }
        accepts(&headers, JSON)
    }

    #[test]
    fn the_most_specific_range_decides() {
        for good in [
            &[][..],
            &["*/*"],
            &["application/json"],
            &["Application/JSON;q=0.5"],
            &["text/html, application/*;q=0.8"],
            &["text/html", "*/*;q=0.1"],
            &["*/*;q=0, application/json"],
        ] {
            assert!(json_for(good), "{good:?}");
        }
        for bad in [
            &["text/html"][..],
            &["application/xml, text/*"],
            &["application/json;q=0"],
            &["*/*, application/json;q=0.0"],
            &["nonsense"],
            &[""],
        ] {
            assert!(!json_for(bad), "{bad:?}");
        }
    }
}
