//! The list of people, for admins.

use jiff::Timestamp;
use tokio_postgres::types::{ToSql, Type};

use super::row::from_row;
use super::select_users;
use crate::domain::id::Id;
use crate::domain::page::{Cursor, Order, Page, PageRequest};
use crate::domain::user::{Role, User, UserStatus};
use crate::domain::vetting::Vetting;
use crate::store::{Read, StoreError};

/// Which people are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this role.
    pub role: Option<Role>,
    /// Only those of this status.
    pub status: Option<UserStatus>,
    /// Only mentors of whom this was decided.
    pub vetting: Option<Vetting>,
    /// Only those who came at or after this moment.
    pub from: Option<Timestamp>,
    /// Only those who came before this moment.
    pub to: Option<Timestamp>,
    /// Only those whose first, last, whole or user name, or address, begins so.
    pub prefix: Option<String>,
}

/// By what a list of people is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// When they came.
    CreatedAt(Order),
    /// Last name, then first name.
    Name,
}

/// Lists people.
pub async fn list(
    db: &impl Read,
    filter: &Filter,
    sort: SortBy,
    page: PageRequest,
) -> Result<Page<User>, StoreError> {
    let sql = match sort {
        SortBy::CreatedAt(Order::Ascending) => LIST_BY_AGE,
        SortBy::CreatedAt(Order::Descending) => LIST_BY_AGE_DESC,
        SortBy::Name => LIST_BY_NAME,
    };
    let (after_at, after_id) = (
        page.after.map(|cursor| cursor.at),
        page.after.map(|cursor| cursor.id),
    );
    let params: [(&(dyn ToSql + Sync), Type); 9] = [
        (&filter.role.map(Role::as_str), Type::TEXT),
        (&filter.status.map(UserStatus::as_str), Type::TEXT),
        (&filter.vetting.map(Vetting::as_str), Type::TEXT),
        (&filter.prefix, Type::TEXT),
        (&after_at, Type::TIMESTAMPTZ),
        (&after_id, Type::UUID),
        (&(page.limit + 1), Type::INT8),
        (&filter.from, Type::TIMESTAMPTZ),
        (&filter.to, Type::TIMESTAMPTZ),
    ];
    let rows = db.query(sql, &params).await?;
    let users = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(users, page.limit, |user| Cursor {
        at: user.created_at,
        id: user.id.uuid(),
    }))
}

/// One list, written out for each of its orders: SQL takes no direction as a parameter.
macro_rules! list_sql {
    ($beyond:literal, $order:literal) => {
        select_users!(
            "u.erased_at IS NULL
                AND ($1::text IS NULL OR u.role = $1)
                AND ($2::text IS NULL OR u.status = $2)
                AND ($3::text IS NULL OR (u.role = 'mentor' AND m.vetting = $3))
                AND ($4::text IS NULL OR starts_with(u.email, lower($4)) OR starts_with(u.username, lower($4))
                     OR starts_with(lower(u.first_name), lower($4)) OR starts_with(lower(u.last_name), lower($4))
                     OR starts_with(lower(u.first_name || ' ' || u.last_name), lower($4)))
                AND ($8::timestamptz IS NULL OR u.created_at >= $8)
                AND ($9::timestamptz IS NULL OR u.created_at < $9)
                AND ($5::timestamptz IS NULL OR ",
            $beyond,
            ") ORDER BY ",
            $order,
            " LIMIT $7"
        )
    };
}

const LIST_BY_AGE: &str = list_sql!("(u.created_at, u.id) > ($5, $6)", "u.created_at, u.id");
const LIST_BY_AGE_DESC: &str = list_sql!(
    "(u.created_at, u.id) < ($5, $6)",
    "u.created_at DESC, u.id DESC"
);
// The cursor names the last person of the page before; their name is looked up.
const LIST_BY_NAME: &str = list_sql!(
    "(lower(u.last_name), lower(u.first_name), u.id)
     > (SELECT lower(last_name), lower(first_name), id FROM users WHERE id = $6)",
    "lower(u.last_name), lower(u.first_name), u.id"
);
