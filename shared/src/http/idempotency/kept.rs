//! An answer, as it is kept and given again.

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LOCATION};
use serde::{Deserialize, Serialize};

use crate::http::ApiError;

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What belongs to the answer itself; all other headers are made anew for each.
const KEPT_HEADERS: [HeaderName; 3] = [CONTENT_TYPE, LOCATION, ETAG];

/// Status, headers and body of an answer.
#[derive(Serialize, Deserialize)]
pub(in crate::http) struct Kept {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Kept {
    /// Puts an answer together that is about to be sent.
    pub(in crate::http) fn new(status: StatusCode, headers: &HeaderMap, body: String) -> Self {
        let own = KEPT_HEADERS.iter().filter_map(|name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        Self {
            status: status.as_u16(),
            headers: own.collect(),
            body,
        }
    }

    /// Reads a response and gives it back whole; one that is no text is not kept.
    pub(super) async fn read(response: Response) -> (Option<Self>, Response) {
        let (parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, usize::MAX).await else {
            return (None, ApiError::internal().into_response());
        };
        let body = String::from_utf8(bytes.to_vec()).ok();
        let kept = body.map(|body| Self::new(parts.status, &parts.headers, body));
        (kept, Response::from_parts(parts, Body::from(bytes)))
    }

    /// The answer once more, marked as such.
    pub(super) fn again(self) -> Result<Response, ApiError> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).map_err(|_| ApiError::internal())?;
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
        Ok(response)
    }
}
