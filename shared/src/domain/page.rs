//! Pages of a list: keyset, never OFFSET, so that page one thousand costs what page one costs.

use jiff::Timestamp;
use uuid::Uuid;

/// Where a page starts: behind the entry with this moment and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The moment the list is sorted by.
    pub at: Timestamp,
    /// Decides between entries of one moment.
    pub id: Uuid,
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest {
    /// How many entries, 1–100.
    pub limit: i64,
    /// Where to go on, or the beginning.
    pub after: Option<Cursor>,
}

/// Part of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where the next page starts, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were read with one more than the limit, to learn whether there is a next.
    #[must_use]
    pub fn from_rows(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = if has_more {
            items.last().map(cursor)
        } else {
            None
        };
        Self { items, next }
    }
}
