//! Part of an inbox: a list that also says how much of all of it is unread.

use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::Problem;
use super::page::encode;
use crate::domain::page::Cursor;

/// Part of an inbox, with the way to the next part.
#[derive(Debug, Serialize, ToSchema)]
pub struct Inbox<T> {
    /// Always `true`.
    #[schema(example = true)]
    success: bool,
    /// The entries.
    data: Vec<T>,
    /// Always empty.
    #[schema(max_items = 0)]
    errors: Vec<Problem>,
    meta: InboxMeta,
}

/// Where an inbox goes on, and what is unread in all of it.
#[derive(Debug, Serialize, ToSchema)]
struct InboxMeta {
    /// How many entries were asked for.
    limit: i64,
    /// What `cursor` gets to read on; `null` at the end.
    next_cursor: Option<String>,
    /// How many are unread in all, not only on this page.
    #[schema(minimum = 0)]
    unread_count: i64,
}

impl<T> Inbox<T> {
    /// 200, with a page.
    #[must_use]
    pub fn new(data: Vec<T>, limit: i64, next: Option<Cursor>, unread_count: i64) -> Self {
        let meta = InboxMeta {
            limit,
            next_cursor: next.map(encode),
            unread_count,
        };
        Self {
            success: true,
            data,
            errors: Vec::new(),
            meta,
        }
    }
}

impl<T: Serialize> IntoResponse for Inbox<T> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}
