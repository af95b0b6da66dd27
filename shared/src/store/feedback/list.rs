//! Lists of feedback: by filters and pages, the newest first, and of one session.

use jiff::Timestamp;
use tokio_postgres::types::Type;

use super::{columns, feedback_status, from_row};
use crate::domain::feedback::{About, Feedback, FeedbackStatus};
use crate::domain::id::{Id, SessionId, UserId};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::user::Actor;
use crate::store::{Read, StoreError};

/// Which feedback of a list is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Only what is about mentors, or about mentees.
    pub about: Option<About>,
    /// Only where it stands so.
    pub status: Option<FeedbackStatus>,
    /// Only by this person.
    pub author_id: Option<UserId>,
    /// Only about this person.
    pub subject_id: Option<UserId>,
    /// Only with at least so many stars.
    pub min_rating: i16,
    /// Only with at most so many stars.
    pub max_rating: i16,
    /// Only given at or after this moment.
    pub from: Option<Timestamp>,
    /// Only given before this moment.
    pub to: Option<Timestamp>,
}

/// Lists what a person said; an admin lists everything.
pub async fn list(
    db: &impl Read,
    actor: Actor,
    filter: &Filter,
    page: PageRequest,
) -> Result<Page<Feedback>, StoreError> {
    let author = if actor.is_admin() {
        filter.author_id
    } else {
        Some(actor.id)
    };
    let rows = db
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM feedback f
                  WHERE ($1::uuid IS NULL OR author_id = $1)
                    AND ($2::uuid IS NULL OR subject_id = $2)
                    AND ($3::text IS NULL OR about = $3)
                    AND ($4::text IS NULL OR $4 = ",
                feedback_status!(),
                ")
                    AND rating BETWEEN $5 AND $6
                    AND ($7::timestamptz IS NULL OR created_at >= $7)
                    AND ($8::timestamptz IS NULL OR created_at < $8)
                    AND ($9::timestamptz IS NULL OR (created_at, id) < ($9, $10))
                  ORDER BY created_at DESC, id DESC
                  LIMIT $11"
            ),
            &[
                (&author.map(Id::uuid), Type::UUID),
                (&filter.subject_id.map(Id::uuid), Type::UUID),
                (&filter.about.map(About::as_str), Type::TEXT),
                (&filter.status.map(FeedbackStatus::as_str), Type::TEXT),
                (&filter.min_rating, Type::INT2),
                (&filter.max_rating, Type::INT2),
                (&filter.from, Type::TIMESTAMPTZ),
                (&filter.to, Type::TIMESTAMPTZ),
                (&page.after.map(|after| after.at), Type::TIMESTAMPTZ),
                (&page.after.map(|after| after.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let found = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(found, page.limit, |feedback| Cursor {
        at: feedback.created_at,
        id: feedback.id.uuid(),
    }))
}

/// Lists what was said about a session, as far as the actor may see it: their own, and what a mentee said of them with
/// their name. An anonymous one is nobody's, also when it is public. Admins see both.
pub async fn list_of_session(
    db: &impl Read,
    session: SessionId,
    actor: Actor,
) -> Result<Vec<Feedback>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM feedback
                  WHERE session_id = $1
                    AND ($3 OR author_id = $2
                         OR (subject_id = $2 AND published_at IS NOT NULL AND hidden_at IS NULL AND NOT is_anonymous))
                  ORDER BY about DESC"
            ),
            &[
                (&session.uuid(), Type::UUID),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    rows.iter().map(from_row).collect()
}
