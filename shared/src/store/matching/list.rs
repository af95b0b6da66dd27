//! Lists of the matches that were made.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{StoredMatch, from_row, match_columns};
use crate::domain::id::{Id, MatchId, UserId};
use crate::domain::matching::Sample;
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::store::{Read, StoreError};

/// Lists the matches in which a mentor was proposed, the newest first.
pub async fn list_of_mentor(
    db: &impl Read,
    mentor: UserId,
    page: PageRequest,
) -> Result<Page<StoredMatch>, StoreError> {
    let (at, id) = (
        page.after.map(|cursor| cursor.at),
        page.after.map(|cursor| cursor.id),
    );
    let rows = db
        .query(
            concat!(
                "SELECT ",
                match_columns!(),
                " FROM matches
                  WHERE mentor_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
                  ORDER BY created_at DESC, id DESC
                  LIMIT $4"
            ),
            &[
                (&mentor.uuid(), Type::UUID),
                (&at, Type::TIMESTAMPTZ),
                (&id, Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let matches = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(matches, page.limit, |found| Cursor {
        at: found.created_at,
        id: found.id.uuid(),
    }))
}

/// Lists some matches of one mentee, in no order.
pub async fn list_by_ids(
    db: &impl Read,
    mentee: UserId,
    ids: &[MatchId],
) -> Result<Vec<StoredMatch>, StoreError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            concat!(
                "SELECT ",
                match_columns!(),
                " FROM matches WHERE id = ANY($1) AND mentee_id = $2"
            ),
            &[(&ids, Type::UUID_ARRAY), (&mentee.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Lists the newest matches, of one program or of all; those whose reasons were erased are left out.
pub async fn list_recent(
    db: &impl Read,
    program: Option<&str>,
    at_most: i64,
) -> Result<Vec<Sample>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT ",
                match_columns!(),
                " FROM matches
                  WHERE ($1::text IS NULL OR program = $1) AND components <> '[]'
                  ORDER BY created_at DESC, id DESC
                  LIMIT $2"
            ),
            &[(&program, Type::TEXT), (&at_most, Type::INT8)],
        )
        .await?;
    let sample = |row: &Row| {
        let found = from_row(row)?;
        Ok(Sample {
            id: found.id,
            mentee_id: found.mentee_id,
            mentor_id: found.mentor_id,
            components: found.components,
            created_at: found.created_at,
        })
    };
    rows.iter().map(sample).collect()
}
