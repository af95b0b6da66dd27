//! What comes in: bodies, queries and paths, read so that every wrong field is named at once.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::str::FromStr;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, RawPathParams, Request};
use deserr::{DeserializeError, Deserr, ErrorKind, IntoValue, MergeWithError, ValuePointerRef};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::error::{ApiError, Problem};
use super::json;
use crate::domain::refusal::Refusal;

/// The largest body that is read: 1 MiB.
const LARGEST_BODY: usize = 1024 * 1024;

/// Everything that is wrong with an input.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Everything that is wrong.
    #[must_use]
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }

    /// Names one wrong field.
    #[must_use]
    pub fn of(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self(vec![Problem {
            code,
            message: message.into(),
            field: Some(field.into()),
            details: None,
        }])
    }

    /// Names the field at this place of the input.
    #[must_use]
    pub fn refused(refusal: &impl Refusal, location: ValuePointerRef<'_>) -> Self {
        Self::of(path(location), refusal.code(), refusal.to_string())
    }

    /// Adds another wrong field.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<R: Refusal> From<Vec<R>> for Problems {
    fn from(refusals: Vec<R>) -> Self {
        let problem = |refusal: &R| Problem {
            code: refusal.code(),
            message: refusal.to_string(),
            field: refusal.field().map(str::to_owned),
            details: None,
        };
        Self(refusals.iter().map(problem).collect())
    }
}

/// Prints a place as `goals` or `expertise_areas[2]`.
fn path(location: ValuePointerRef<'_>) -> String {
    match location {
        ValuePointerRef::Origin => String::new(),
        ValuePointerRef::Key { key, prev } => {
            let before = path(*prev);
            if before.is_empty() {
                key.to_owned()
            } else {
                format!("{before}.{key}")
            }
        }
        ValuePointerRef::Index { index, prev } => format!("{}[{index}]", path(*prev)),
    }
}

impl DeserializeError for Problems {
    fn error<V: IntoValue>(
        this: Option<Self>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let here = path(location);
        let inside = |name: &str| {
            if here.is_empty() {
                name.to_owned()
            } else {
                format!("{here}.{name}")
            }
        };
        let problem = match error {
            ErrorKind::MissingField { field } => {
                Self::of(inside(field), "missing_field", "is required")
            }
            ErrorKind::UnknownKey { key, .. } => Self::of(
                inside(key),
                "unknown_field",
                "is not a field of this request",
            ),
            ErrorKind::UnknownValue { accepted, .. } => Self::of(
                here,
                "unknown_value",
                format!("must be one of: {}", accepted.join(", ")),
            ),
            ErrorKind::IncorrectValueKind { accepted, .. } => {
                let kinds: Vec<String> = accepted
                    .iter()
                    .map(|kind| kind.to_string().to_lowercase())
                    .collect();
                Self::of(
                    here,
                    "wrong_type",
                    format!("must be of type {}", kinds.join(" or ")),
                )
            }
            ErrorKind::BadSequenceLen { expected, .. } => Self::of(
                here,
                "wrong_length",
                format!("must have exactly {expected} entries"),
            ),
            ErrorKind::Unexpected { .. } => Self::of(here, "out_of_range", "is out of range"),
        };
        ControlFlow::Continue(this.unwrap_or_default().and(problem))
    }
}

impl MergeWithError<Self> for Problems {
    fn merge(this: Option<Self>, other: Self, _at: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        ControlFlow::Continue(this.unwrap_or_default().and(other))
    }
}

impl MergeWithError<Infallible> for Problems {
    fn merge(
        _this: Option<Self>,
        other: Infallible,
        _at: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        match other {}
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: Deserr<Problems>, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            let message =
                "send the body as JSON, with the content type application/json, not compressed";
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                message,
            ));
        }
        let bytes = read_body(request.into_body()).await?;
        let value = json::read(&bytes).map_err(|error| {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                "malformed_json",
                format!("the body is not good JSON: {error}"),
            )
        })?;
        Ok(Self(deserr::deserialize::<T, _, Problems>(value)?))
    }
}

impl<T: Deserr<Problems>, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = ApiError;

    /// A request without a content type has no body.
    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        if !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state)
            .await
            .map(Some)
    }
}

/// Reads a whole body.
///
/// # Errors
/// 413 when it is too large.
pub(super) async fn read_body(body: Body) -> Result<Bytes, ApiError> {
    to_bytes(body, LARGEST_BODY).await.map_err(|_| {
        ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "the body must not be larger than 1 MiB",
        )
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_plain = !headers.contains_key(CONTENT_ENCODING)
        || text(CONTENT_ENCODING).is_some_and(|coding| coding.eq_ignore_ascii_case("identity"));
    let kind = text(CONTENT_TYPE).and_then(|value| value.split(';').next());
    is_plain && kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads a query string: names and values, each name at most once, all of it UTF-8 without NUL.
///
/// # Errors
/// 400 that names what is wrong.
pub(super) fn query_pairs(query: &str) -> Result<Vec<(String, String)>, ApiError> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        // Bytes that are no UTF-8 are replaced as they are read.
        let problem = if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            Problems::of(name.as_ref(), "malformed_text", "must be UTF-8")
        } else if name.contains('\0') || value.contains('\0') {
            Problems::of(
                name.as_ref(),
                "control_character",
                "must not contain control characters",
            )
        } else if pairs.iter().any(|(known, _)| *known == name) {
            Problems::of(name.as_ref(), "repeated_field", "must be given once")
        } else {
            Problems::default()
        };
        if !problem.is_empty() {
            return Err(problem.into());
        }
        pairs.push((name.into_owned(), value.into_owned()));
    }
    Ok(pairs)
}

/// A query string; each name at most once.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: Deserr<Problems>, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let pairs = query_pairs(parts.uri.query().unwrap_or_default())?;
        let object = pairs
            .into_iter()
            .map(|(name, value)| (name, Value::String(value)))
            .collect();
        Ok(Self(deserr::deserialize::<T, _, Problems>(Value::Object(
            object,
        ))?))
    }
}

/// The parameters of a path, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<A: FromStr, S: Send + Sync> FromRequestParts<S> for Path<A> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = raw(parts, state).await?;
        Ok(Self(parse_param(&params, 0)?))
    }
}

/// Two parameters of a path, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Path2<A, B>(pub A, pub B);

impl<A: FromStr, B: FromStr, S: Send + Sync> FromRequestParts<S> for Path2<A, B> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = raw(parts, state).await?;
        Ok(Self(parse_param(&params, 0)?, parse_param(&params, 1)?))
    }
}

async fn raw<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<Vec<(String, String)>, ApiError> {
    let params = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| ApiError::not_found("address"))?;
    Ok(params
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

fn parse_param<T: FromStr>(params: &[(String, String)], index: usize) -> Result<T, ApiError> {
    let (name, value) = params.get(index).ok_or_else(ApiError::internal)?;
    value
        .parse()
        .map_err(|_| Problems::of(name, "invalid_id", "must be a UUID").into())
}
