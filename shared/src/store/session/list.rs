//! Lists of sessions: filters, orders, pages.

use jiff::Timestamp;
use tokio_postgres::types::{ToSql, Type};

use super::{from_row, session_columns};
use crate::domain::id::{Id, UserId};
use crate::domain::page::{Cursor, Order, Page, PageRequest};
use crate::domain::session::{Session, SessionStatus};
use crate::domain::user::{Actor, Role};
use crate::store::{Read, StoreError};

/// Which sessions of a list are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub status: Option<SessionStatus>,
    /// Only those that start at or after this moment.
    pub from: Option<Timestamp>,
    /// Only those that start before this moment.
    pub to: Option<Timestamp>,
    /// Only those in which the asker has this role.
    pub role: Option<Role>,
    /// Only those of this mentor.
    pub mentor_id: Option<UserId>,
    /// Only those of this mentee.
    pub mentee_id: Option<UserId>,
    /// Only those that come from matches of this program.
    pub program: Option<String>,
}

/// By which moment a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// When the session starts.
    ScheduledAt,
    /// When it was asked for.
    CreatedAt,
}

/// Lists the sessions a person takes part in; an admin lists all.
pub async fn list(
    db: &impl Read,
    actor: Actor,
    filter: &Filter,
    sort: (SortBy, Order),
    page: PageRequest,
) -> Result<Page<Session>, StoreError> {
    let sql = match sort {
        (SortBy::ScheduledAt, Order::Ascending) => LIST_BY_START,
        (SortBy::ScheduledAt, Order::Descending) => LIST_BY_START_DESC,
        (SortBy::CreatedAt, Order::Ascending) => LIST_BY_AGE,
        (SortBy::CreatedAt, Order::Descending) => LIST_BY_AGE_DESC,
    };
    let (after_at, after_id) = (
        page.after.map(|cursor| cursor.at),
        page.after.map(|cursor| cursor.id),
    );
    let params: [(&(dyn ToSql + Sync), Type); 12] = [
        (&actor.id.uuid(), Type::UUID),
        (&actor.is_admin(), Type::BOOL),
        (&filter.status.map(SessionStatus::as_str), Type::TEXT),
        (&filter.from, Type::TIMESTAMPTZ),
        (&filter.to, Type::TIMESTAMPTZ),
        (&filter.role.map(Role::as_str), Type::TEXT),
        (&filter.mentor_id.map(Id::uuid), Type::UUID),
        (&filter.mentee_id.map(Id::uuid), Type::UUID),
        (&after_at, Type::TIMESTAMPTZ),
        (&after_id, Type::UUID),
        (&(page.limit + 1), Type::INT8),
        (&filter.program, Type::TEXT),
    ];
    let rows = db.query(sql, &params).await?;
    let sessions = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(sessions, page.limit, |session| Cursor {
        at: match sort.0 {
            SortBy::ScheduledAt => session.scheduled_at,
            SortBy::CreatedAt => session.created_at,
        },
        id: session.id.uuid(),
    }))
}

/// One list, written out for each of its four orders: SQL takes no direction as a parameter.
macro_rules! list_sql {
    ($moment:literal, $beyond:literal, $direction:literal) => {
        concat!(
            "SELECT ",
            session_columns!(),
            " FROM sessions
              WHERE ($2 OR mentor_id = $1 OR mentee_id = $1)
                AND ($3::text IS NULL OR status = $3)
                AND ($4::timestamptz IS NULL OR scheduled_at >= $4)
                AND ($5::timestamptz IS NULL OR scheduled_at < $5)
                AND ($6::text IS NULL OR ($6 = 'mentor' AND mentor_id = $1) OR ($6 = 'mentee' AND mentee_id = $1))
                AND ($7::uuid IS NULL OR mentor_id = $7)
                AND ($8::uuid IS NULL OR mentee_id = $8)
                AND ($12::text IS NULL OR program = $12)
                AND ($9::timestamptz IS NULL OR (",
            $moment,
            ", id) ",
            $beyond,
            " ($9, $10))
              ORDER BY ",
            $moment,
            " ",
            $direction,
            ", id ",
            $direction,
            " LIMIT $11"
        )
    };
}

const LIST_BY_START: &str = list_sql!("scheduled_at", ">", "ASC");
const LIST_BY_START_DESC: &str = list_sql!("scheduled_at", "<", "DESC");
const LIST_BY_AGE: &str = list_sql!("created_at", ">", "ASC");
const LIST_BY_AGE_DESC: &str = list_sql!("created_at", "<", "DESC");
