//! Meetings that were written down.

use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use crate::domain::id::{Id, MeetingId, MentorshipId};
use crate::domain::mentorship::{ActionItem, Meeting, MeetingKind};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::store::{Read, StoreError, Transaction};

const TABLE: &str = "mentorship_meetings";

/// Lists the meetings of one, the last one first.
pub async fn list(
    db: &impl Read,
    id: MentorshipId,
    page: PageRequest,
) -> Result<Page<Meeting>, StoreError> {
    let rows = db
        .query(
            "SELECT id, mentorship_id, author_id, met_at, minutes, kind, notes, action_items, version, created_at,
                    updated_at
               FROM mentorship_meetings
              WHERE mentorship_id = $1 AND ($2::timestamptz IS NULL OR (met_at, id) < ($2, $3))
              ORDER BY met_at DESC, id DESC
              LIMIT $4",
            &[
                (&id.uuid(), Type::UUID),
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let meetings = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(meetings, page.limit, |meeting| Cursor {
        at: meeting.met_at,
        id: meeting.id.uuid(),
    }))
}

/// Reads a meeting and holds its row until the transaction ends.
pub async fn lock(
    tx: &Transaction<'_>,
    mentorship: MentorshipId,
    id: MeetingId,
) -> Result<Option<Meeting>, StoreError> {
    let row = tx
        .query_opt(
            "SELECT id, mentorship_id, author_id, met_at, minutes, kind, notes, action_items, version, created_at,
                    updated_at
               FROM mentorship_meetings
              WHERE mentorship_id = $1 AND id = $2
                FOR UPDATE",
            &[(&mentorship.uuid(), Type::UUID), (&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Writes a meeting down.
pub async fn insert(tx: &Transaction<'_>, meeting: &Meeting) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mentorship_meetings (id, mentorship_id, author_id, met_at, minutes, kind, notes, action_items,
                                          version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        &[
            (&meeting.id.uuid(), Type::UUID),
            (&meeting.mentorship_id.uuid(), Type::UUID),
            (&meeting.author_id.uuid(), Type::UUID),
            (&meeting.met_at, Type::TIMESTAMPTZ),
            (&meeting.minutes, Type::INT4),
            (&meeting.kind.as_str(), Type::TEXT),
            (&meeting.notes, Type::TEXT),
            (&Json(&meeting.action_items), Type::JSONB),
            (&meeting.version, Type::INT8),
            (&meeting.created_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Writes what its author changed.
pub async fn update(tx: &Transaction<'_>, meeting: &Meeting) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE mentorship_meetings
                SET met_at = $2, minutes = $3, kind = $4, notes = $5, action_items = $6, version = $7, updated_at = $8
              WHERE id = $1",
            &[
                (&meeting.id.uuid(), Type::UUID),
                (&meeting.met_at, Type::TIMESTAMPTZ),
                (&meeting.minutes, Type::INT4),
                (&meeting.kind.as_str(), Type::TEXT),
                (&meeting.notes, Type::TEXT),
                (&Json(&meeting.action_items), Type::JSONB),
                (&meeting.version, Type::INT8),
                (&meeting.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Deletes a meeting that was written down by mistake.
pub async fn delete(tx: &Transaction<'_>, id: MeetingId) -> Result<(), StoreError> {
    let deleted = tx
        .execute(
            "DELETE FROM mentorship_meetings WHERE id = $1",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    StoreError::expect_one(TABLE, deleted)
}

fn from_row(row: &Row) -> Result<Meeting, StoreError> {
    let Json(action_items) = row.try_get::<_, Json<Vec<ActionItem>>>("action_items")?;
    Ok(Meeting {
        id: row.try_get::<_, Uuid>("id")?.into(),
        mentorship_id: row.try_get::<_, Uuid>("mentorship_id")?.into(),
        author_id: row.try_get::<_, Uuid>("author_id")?.into(),
        met_at: row.try_get("met_at")?,
        minutes: row.try_get("minutes")?,
        kind: MeetingKind::parse(row.try_get("kind")?)
            .map_err(|error| StoreError::inconsistent(TABLE, error))?,
        notes: row.try_get("notes")?,
        action_items,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
