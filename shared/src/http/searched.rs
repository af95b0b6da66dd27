//! A list that was searched: with a cursor of this very search, and counts of everything that was found.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::error::Problem;
use super::input::Problems;

/// Part of what a search has found, with the way to the next part.
#[derive(Debug, Serialize, ToSchema)]
pub struct Searched<T, F> {
    /// Always `true`.
    #[schema(example = true)]
    success: bool,
    /// The entries.
    data: Vec<T>,
    /// Always empty.
    #[schema(max_items = 0)]
    errors: Vec<Problem>,
    meta: SearchMeta<F>,
}

/// Where a search goes on, and what it has found.
#[derive(Debug, Serialize, ToSchema)]
struct SearchMeta<F> {
    /// How many entries were asked for.
    limit: i64,
    /// What `cursor` gets to read on; `null` at the end.
    next_cursor: Option<String>,
    /// How many of all that were found have what, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    facets: Option<F>,
}

impl<T, F> Searched<T, F> {
    /// 200, with a page.
    #[must_use]
    pub fn new(data: Vec<T>, limit: i64, next: Option<&[u8]>, facets: Option<F>) -> Self {
        let meta = SearchMeta {
            limit,
            next_cursor: next.map(|bytes| URL_SAFE_NO_PAD.encode(bytes)),
            facets,
        };
        Self {
            success: true,
            data,
            errors: Vec::new(),
            meta,
        }
    }
}

impl<T: Serialize, F: Serialize> IntoResponse for Searched<T, F> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}

/// `meta.next_cursor` of the page before; the search says whether it is one of its own.
#[derive(Clone, Debug)]
pub struct SearchCursor(pub Vec<u8>);

impl SearchCursor {
    /// What is said of a cursor that leads nowhere.
    #[must_use]
    pub fn refused() -> Problems {
        Problems::of(
            "cursor",
            "invalid_cursor",
            "is not a cursor of this search: start again without it",
        )
    }
}

impl Deserr<Problems> for SearchCursor {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        let text = <String as Deserr<Problems>>::deserialize_from_value(value, at)?;
        URL_SAFE_NO_PAD
            .decode(text)
            .map(Self)
            .map_err(|_| Self::refused())
    }
}

impl PartialSchema for SearchCursor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some("^[A-Za-z0-9_-]{33,}$"))
            .into()
    }
}

impl ToSchema for SearchCursor {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SearchCursor")
    }
}
