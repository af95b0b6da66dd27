//! Lists of wishes.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{columns, list_parts, whole};
use crate::domain::id::{Id, MentoringRequestId, UserId};
use crate::domain::mentoring::{MentoringRequest, RequestStatus};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::user::Actor;
use crate::store::{Read, StoreError};

/// Which wishes of a list are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub status: Option<RequestStatus>,
    /// Only those of this mentee.
    pub mentee_id: Option<UserId>,
}

/// Reads a wish of the actor; an admin reads any.
pub async fn find_for(
    db: &impl Read,
    id: MentoringRequestId,
    actor: Actor,
) -> Result<Option<MentoringRequest>, StoreError> {
    let ids = [id.uuid()];
    let found = db
        .query_opt(
            concat!(
                "SELECT ",
                columns!(),
                " FROM mentoring_requests WHERE id = $1 AND (mentee_id = $2 OR $3)"
            ),
            &[
                (&ids[0], Type::UUID),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    let Some(row) = found else { return Ok(None) };
    let parts = list_parts(db, &ids).await?;
    whole(&row, &parts).map(Some)
}

/// Lists the wishes of a mentee, the newest first; an admin lists all.
pub async fn list(
    db: &impl Read,
    actor: Actor,
    filter: Filter,
    page: PageRequest,
) -> Result<Page<MentoringRequest>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM mentoring_requests
                  WHERE ($2 OR mentee_id = $1)
                    AND ($3::text IS NULL OR status = $3)
                    AND ($4::uuid IS NULL OR mentee_id = $4)
                    AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6))
                  ORDER BY created_at DESC, id DESC
                  LIMIT $7"
            ),
            &[
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
                (&filter.status.map(RequestStatus::as_str), Type::TEXT),
                (&filter.mentee_id.map(Id::uuid), Type::UUID),
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    page_of(db, &rows, page, |request| request.created_at).await
}

/// Lists the wishes for which nobody is left to ask, those that wait longest first.
pub async fn list_queue(
    db: &impl Read,
    page: PageRequest,
) -> Result<Page<MentoringRequest>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM mentoring_requests
                  WHERE status = 'queued' AND ($1::timestamptz IS NULL OR (queued_at, id) > ($1, $2))
                  ORDER BY queued_at, id
                  LIMIT $3"
            ),
            &[
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    page_of(db, &rows, page, |request| {
        request.queued_at.unwrap_or(request.updated_at)
    })
    .await
}

async fn page_of(
    db: &impl Read,
    rows: &[Row],
    page: PageRequest,
    at: impl Fn(&MentoringRequest) -> jiff::Timestamp,
) -> Result<Page<MentoringRequest>, StoreError> {
    let ids = rows
        .iter()
        .map(|row| Ok(row.try_get("id")?))
        .collect::<Result<Vec<Uuid>, StoreError>>()?;
    let parts = list_parts(db, &ids).await?;
    let found = rows
        .iter()
        .map(|row| whole(row, &parts))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(found, page.limit, |request| Cursor {
        at: at(request),
        id: request.id.uuid(),
    }))
}
