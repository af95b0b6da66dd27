//! The rows of reports, in pieces: each piece is one statement, which goes on behind the last row of the one before. Rows
//! come in the order in which they were made, which nothing changes, so each of them comes once.

mod source;

use std::future::Future;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError};
use crate::domain::id::Id;
use crate::domain::page::Cursor;
use crate::domain::question::OPEN_TIME;
use crate::domain::report::{Cell, Filters};
use crate::domain::score::Thousandths;

pub use source::{Column, FEEDBACK, Kind, MATCHES, QUESTIONS, SESSIONS, Source, USERS};

/// Which rows are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Where they come from.
    pub source: &'static Source,
    /// Which of them.
    pub filters: &'a Filters,
    /// Of which moment the states are that only time changes.
    pub at: Timestamp,
}

/// Some rows of a source.
#[derive(Debug)]
pub struct Piece {
    rows: Vec<Row>,
    columns: &'static [Column],
    /// Where the next piece begins; none when there is no more.
    pub next: Option<Cursor>,
}

impl Piece {
    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Reads one row after the other.
    pub fn rows(&self) -> impl Iterator<Item = Result<Vec<Cell<'_>>, StoreError>> {
        self.rows.iter().map(|row| {
            let columns = self.columns.iter().enumerate();
            let cells = columns.map(|(at, (_, kind))| cell(row, at + 2, *kind));
            cells.collect()
        })
    }
}

/// Reads some rows behind a cursor.
pub async fn list(
    db: &impl Read,
    asked: Rows<'_>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Piece, StoreError> {
    let rows = query(db, asked.source.list, asked, (after, limit)).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|found| found >= limit);
    let next = match rows.last().filter(|_| is_full) {
        Some(last) => Some(Cursor {
            at: last.try_get("cursor_at")?,
            id: last.try_get("cursor_id")?,
        }),
        None => None,
    };
    Ok(Piece {
        rows,
        columns: asked.source.columns,
        next,
    })
}

/// Counts the rows.
pub async fn count(db: &impl Read, asked: Rows<'_>) -> Result<i64, StoreError> {
    let rows = query(db, asked.source.count, asked, (None, 1)).await?;
    let counted = rows.first().map(|row| row.try_get("rows")).transpose()?;
    Ok(counted.unwrap_or_default())
}

fn query(
    db: &impl Read,
    sql: &'static str,
    Rows { filters, at, .. }: Rows<'_>,
    (after, limit): (Option<Cursor>, i64),
) -> impl Future<Output = Result<Vec<Row>, StoreError>> {
    let after_at: Option<Timestamp> = after.map(|cursor| cursor.at);
    let after_id: Option<Uuid> = after.map(|cursor| cursor.id);
    async move {
        db.query(
            sql,
            &[
                (&filters.from, Type::TIMESTAMPTZ),
                (&filters.to, Type::TIMESTAMPTZ),
                (&filters.status, Type::TEXT),
                (&filters.program, Type::TEXT),
                (&filters.role, Type::TEXT),
                (&filters.mentor_id.map(Id::uuid), Type::UUID),
                (&filters.mentee_id.map(Id::uuid), Type::UUID),
                (&after_at, Type::TIMESTAMPTZ),
                (&after_id, Type::UUID),
                (&limit, Type::INT8),
                (&at, Type::TIMESTAMPTZ),
                (&(at - OPEN_TIME), Type::TIMESTAMPTZ),
            ],
        )
        .await
    }
}

fn cell(row: &Row, at: usize, kind: Kind) -> Result<Cell<'_>, StoreError> {
    let found = match kind {
        Kind::Text => row.try_get::<_, Option<&str>>(at)?.map(Cell::Text),
        Kind::Integer => row
            .try_get::<_, Option<i32>>(at)?
            .map(|number| Cell::Integer(number.into())),
        Kind::Decimal => row
            .try_get::<_, Option<i32>>(at)?
            .map(|number| Cell::Decimal(Thousandths::new(number))),
        Kind::Moment => row.try_get::<_, Option<Timestamp>>(at)?.map(Cell::Moment),
        Kind::Flag => row.try_get::<_, Option<bool>>(at)?.map(Cell::Flag),
        Kind::Id => row.try_get::<_, Option<Uuid>>(at)?.map(Cell::Id),
    };
    Ok(found.unwrap_or(Cell::Empty))
}
