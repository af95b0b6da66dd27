//! Figures of some days, with which days these are.

use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::Problem;
use super::page::encode;
use crate::domain::analytics::Period;
use crate::domain::page::Cursor;

/// Which days figures are about.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodBody {
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-03-01")]
    from: Date,
    /// The last day, inclusive.
    #[schema(value_type = String, format = Date, example = "2026-03-31")]
    to: Date,
    /// The zone in which these days begin and end.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// When the first day begins.
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// When the last day is over.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

impl From<&Period> for PeriodBody {
    fn from(period: &Period) -> Self {
        let span = period.span();
        Self {
            from: period.first,
            to: period.last,
            zone: period.zone.name().to_owned(),
            starts_at: span.start,
            ends_at: span.end,
        }
    }
}

/// Part of a list of figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counted<T> {
    /// Always `true`.
    #[schema(example = true)]
    success: bool,
    /// The entries.
    data: Vec<T>,
    /// Always empty.
    #[schema(max_items = 0)]
    errors: Vec<Problem>,
    meta: CountedMeta,
}

/// Where a list of figures goes on, and which days it is about.
#[derive(Debug, Serialize, ToSchema)]
struct CountedMeta {
    /// How many entries were asked for.
    limit: i64,
    /// What `cursor` gets to read on; `null` at the end.
    next_cursor: Option<String>,
    period: PeriodBody,
}

impl<T> Counted<T> {
    /// 200, with a page.
    #[must_use]
    pub fn new(data: Vec<T>, limit: i64, next: Option<Cursor>, period: &Period) -> Self {
        let meta = CountedMeta {
            limit,
            next_cursor: next.map(encode),
            period: period.into(),
        };
        Self {
            success: true,
            data,
            errors: Vec::new(),
            meta,
        }
    }
}

impl<T: Serialize> IntoResponse for Counted<T> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}
