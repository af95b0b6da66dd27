//! Lists of mentorships.

use std::collections::HashMap;

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{columns, from_row, is_of_program};
use crate::domain::id::{Id, UserId};
use crate::domain::mentorship::{Mentorship, MentorshipStatus};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::user::Actor;
use crate::store::{Read, StoreError};

/// Which mentorships of a list are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub status: Option<MentorshipStatus>,
    /// Only those of this mentor.
    pub mentor_id: Option<UserId>,
    /// Only those of this mentee.
    pub mentee_id: Option<UserId>,
    /// Only those that were found at risk, or only the others.
    pub at_risk: Option<bool>,
    /// Only those made at or after this moment.
    pub from: Option<Timestamp>,
    /// Only those made before this moment.
    pub to: Option<Timestamp>,
    /// Only those of this program.
    pub program: Option<String>,
}

/// Lists the mentorships a person takes part in, the newest first; an admin lists all.
pub async fn list(
    db: &impl Read,
    actor: Actor,
    filter: &Filter,
    page: PageRequest,
) -> Result<Page<Mentorship>, StoreError> {
    let rows = db
        .query(
            concat!(
                "SELECT ",
                columns!(),
                " FROM mentorships
                  WHERE ($2 OR mentor_id = $1 OR mentee_id = $1)
                    AND ($3::text IS NULL OR status = $3)
                    AND ($4::uuid IS NULL OR mentor_id = $4)
                    AND ($5::uuid IS NULL OR mentee_id = $5)
                    AND ($6::bool IS NULL OR at_risk = $6)
                    AND ($7::timestamptz IS NULL OR (created_at, id) < ($7, $8))
                    AND ($10::timestamptz IS NULL OR created_at >= $10)
                    AND ($11::timestamptz IS NULL OR created_at < $11)
                    AND ",
                is_of_program!("mentorships", "$12"),
                "
                  ORDER BY created_at DESC, id DESC
                  LIMIT $9"
            ),
            &[
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
                (&filter.status.map(MentorshipStatus::as_str), Type::TEXT),
                (&filter.mentor_id.map(Id::uuid), Type::UUID),
                (&filter.mentee_id.map(Id::uuid), Type::UUID),
                (&filter.at_risk, Type::BOOL),
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
                (&filter.from, Type::TIMESTAMPTZ),
                (&filter.to, Type::TIMESTAMPTZ),
                (&filter.program, Type::TEXT),
            ],
        )
        .await?;
    let found = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(found, page.limit, |mentorship| Cursor {
        at: mentorship.created_at,
        id: mentorship.id.uuid(),
    }))
}

/// Somebody who takes part in a mentorship.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Their given name.
    pub first_name: String,
    /// Their family name.
    pub last_name: String,
    /// How many mentees they take, if they are a mentor.
    pub places: Option<i32>,
    /// How many of these places are taken.
    pub places_taken: i64,
}

/// Reads who takes part in these.
pub async fn list_participants(
    db: &impl Read,
    mentorships: &[Mentorship],
) -> Result<HashMap<UserId, Participant>, StoreError> {
    let people: Vec<Uuid> = mentorships
        .iter()
        .flat_map(|one| [one.pair.mentor_id.uuid(), one.pair.mentee_id.uuid()])
        .collect();
    let rows = db
        .query(
            "SELECT u.id, u.first_name, u.last_name, m.max_mentees,
                    (SELECT count(*) FROM mentorships s
                      WHERE s.mentor_id = u.id AND s.status IN ('pending', 'active', 'paused')) AS places_taken
               FROM users u LEFT JOIN mentors m ON m.user_id = u.id AND u.role = 'mentor'
              WHERE u.id = ANY($1)",
            &[(&people, Type::UUID_ARRAY)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let participant = Participant {
                first_name: row.try_get("first_name")?,
                last_name: row.try_get("last_name")?,
                places: row.try_get("max_mentees")?,
                places_taken: row.try_get("places_taken")?,
            };
            Ok((row.try_get::<_, Uuid>("id")?.into(), participant))
        })
        .collect()
}
