//! The envelope of every good answer: `{"success": true, "data": …, "errors": []}`.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LOCATION};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, Problem};
use super::idempotency::{self, Kept};
use super::page::encode;
use crate::domain::page::Cursor;
use crate::store::Transaction;

/// A good answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer<T> {
    /// Always `true`.
    #[schema(example = true)]
    success: bool,
    /// What was asked for.
    data: T,
    /// A sentence for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<&'static str>,
    /// Always empty.
    #[schema(max_items = 0)]
    errors: Vec<Problem>,
    /// What there is to say about the answer itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    meta: Option<AnswerMeta>,
    #[serde(skip)]
    #[schema(ignore)]
    status: StatusCode,
    #[serde(skip)]
    #[schema(ignore)]
    location: Option<String>,
    #[serde(skip)]
    #[schema(ignore)]
    version: Option<i64>,
}

/// About an answer.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct AnswerMeta {
    /// Whether something that would have made it better could not be had.
    degraded: bool,
}

impl<T> Answer<T> {
    const fn new(status: StatusCode, data: T) -> Self {
        Self {
            success: true,
            data,
            message: None,
            errors: Vec::new(),
            meta: None,
            status,
            location: None,
            version: None,
        }
    }

    /// 200.
    pub const fn ok(data: T) -> Self {
        Self::new(StatusCode::OK, data)
    }

    /// 201, with the address of what was made.
    pub fn created(data: T, location: impl Into<String>) -> Self {
        Self {
            location: Some(location.into()),
            ..Self::new(StatusCode::CREATED, data)
        }
    }

    /// 202, with a sentence that says what happens next.
    pub fn accepted(data: T, message: &'static str) -> Self {
        Self {
            message: Some(message),
            ..Self::new(StatusCode::ACCEPTED, data)
        }
    }

    /// The same with a sentence for a person.
    #[must_use]
    pub fn saying(self, message: &'static str) -> Self {
        Self {
            message: Some(message),
            ..self
        }
    }

    /// The same with the address where it goes on.
    #[must_use]
    pub fn at(self, location: impl Into<String>) -> Self {
        Self {
            location: Some(location.into()),
            ..self
        }
    }

    /// Says in `ETag` which version of a thing this is, for a later `If-Match`.
    #[must_use]
    pub fn at_version(self, version: i64) -> Self {
        Self {
            version: Some(version),
            ..self
        }
    }

    /// Says whether something that would have made it better could not be had.
    #[must_use]
    pub fn degraded(self, degraded: bool) -> Self {
        Self {
            meta: Some(AnswerMeta { degraded }),
            ..self
        }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let location = self.location.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(location)) = location {
            headers.insert(LOCATION, location);
        }
        let tag = self.version.map(|version| format!("\"{version}\""));
        if let Some(Ok(tag)) = tag.map(HeaderValue::try_from) {
            headers.insert(ETAG, tag);
        }
        headers
    }
}

impl<T: Serialize> Answer<T> {
    /// Commits what this answer tells of. A request with an `Idempotency-Key` keeps the answer in the same transaction.
    ///
    /// # Errors
    /// When nothing was committed.
    pub async fn commit(self, tx: Transaction<'_>) -> Result<Self, ApiError> {
        idempotency::keep(&tx, || {
            Ok(Kept::new(self.status, &self.headers(), self.body()?))
        })
        .await?;
        tx.commit().await?;
        Ok(self)
    }

    fn body(&self) -> Result<String, ApiError> {
        serde_json::to_string(self).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written");
            ApiError::internal()
        })
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match self.body() {
            Ok(body) => (self.status, self.headers(), Body::from(body)).into_response(),
            Err(failed) => failed.into_response(),
        }
    }
}

/// Part of a list, with the way to the next part.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed<T> {
    /// Always `true`.
    #[schema(example = true)]
    success: bool,
    /// The entries.
    data: Vec<T>,
    /// Always empty.
    #[schema(max_items = 0)]
    errors: Vec<Problem>,
    meta: PageMeta,
}

/// Where a list goes on.
#[derive(Debug, Serialize, ToSchema)]
struct PageMeta {
    /// How many entries were asked for.
    limit: i64,
    /// What `cursor` gets to read on; `null` at the end.
    next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// 200, with a page.
    #[must_use]
    pub fn new(data: Vec<T>, limit: i64, next: Option<Cursor>) -> Self {
        let meta = PageMeta {
            limit,
            next_cursor: next.map(encode),
        };
        Self {
            success: true,
            data,
            errors: Vec::new(),
            meta,
        }
    }
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}

/// A refusal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refused {
    /// Always `false`.
    #[schema(example = false)]
    pub(super) success: bool,
    /// Always `null`.
    #[schema(value_type = Option<Object>)]
    pub(super) data: (),
    /// A sentence for a person.
    #[schema(example = "the time zone must be an IANA name such as Europe/Berlin")]
    pub(super) message: String,
    /// Everything that was wrong.
    pub(super) errors: Vec<Problem>,
}
