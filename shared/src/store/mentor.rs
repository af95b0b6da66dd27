//! Mentors as everybody may see them: approved, active and verified ones only.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, user};
use crate::domain::id::{Id, UserId};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::profile::StartupStage;

/// A mentor's public card.
#[derive(Clone, Debug)]
pub struct MentorCard {
    /// The mentor.
    pub id: UserId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A few sentences.
    pub bio: Option<String>,
    /// A picture.
    pub profile_picture_url: Option<String>,
    /// Where they are.
    pub location: Option<String>,
    /// The zone of their own clock.
    pub timezone: String,
    /// What they speak.
    pub languages: Vec<String>,
    /// Where they work.
    pub company: Option<String>,
    /// What they do there.
    pub title: Option<String>,
    /// Years in the field.
    pub years_experience: Option<i32>,
    /// What they know.
    pub expertise_areas: Vec<String>,
    /// Which industries they know.
    pub industries: Vec<String>,
    /// Which stages they help.
    pub stages: Vec<StartupStage>,
    /// Price of an hour in minor units.
    pub hourly_rate: Option<i32>,
    /// Its currency.
    pub hourly_rate_currency: Option<String>,
    /// Whether new sessions are welcome.
    pub accepting: bool,
}

/// Lists mentors in the order in which they came.
pub async fn list(db: &impl Read, page: PageRequest) -> Result<Page<MentorCard>, StoreError> {
    let after = page.after.map(|cursor| cursor.id);
    let rows = db
        .query(
            "SELECT u.id, u.first_name, u.last_name, u.bio, u.profile_picture_url, u.location, u.timezone, u.languages,
                    m.company, m.title, m.years_experience, m.expertise_areas, m.industries, m.stages, m.hourly_rate,
                    m.hourly_rate_currency, m.accepting
               FROM mentors m JOIN users u ON u.id = m.user_id
              WHERE m.vetting = 'approved' AND u.status = 'active' AND u.email_verified_at IS NOT NULL
                AND ($1::uuid IS NULL OR m.user_id > $1)
              ORDER BY m.user_id
              LIMIT $2",
            &[(&after, Type::UUID), (&(page.limit + 1), Type::INT8)],
        )
        .await?;
    let cards = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    // Ids are UUIDv7: they alone are in the order of time.
    Ok(Page::from_rows(cards, page.limit, |card| Cursor {
        at: jiff::Timestamp::UNIX_EPOCH,
        id: card.id.uuid(),
    }))
}

/// Reads some mentors' cards.
pub async fn list_by_id(db: &impl Read, mentors: &[UserId]) -> Result<Vec<MentorCard>, StoreError> {
    let ids: Vec<Uuid> = mentors.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT u.id, u.first_name, u.last_name, u.bio, u.profile_picture_url, u.location, u.timezone, u.languages,
                    m.company, m.title, m.years_experience, m.expertise_areas, m.industries, m.stages, m.hourly_rate,
                    m.hourly_rate_currency, m.accepting
               FROM mentors m JOIN users u ON u.id = m.user_id
              WHERE m.user_id = ANY($1)
                AND m.vetting = 'approved' AND u.status = 'active' AND u.email_verified_at IS NOT NULL",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<MentorCard, StoreError> {
    Ok(MentorCard {
        id: row.try_get::<_, Uuid>("id")?.into(),
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        bio: row.try_get("bio")?,
        profile_picture_url: row.try_get("profile_picture_url")?,
        location: row.try_get("location")?,
        timezone: row.try_get("timezone")?,
        languages: row.try_get("languages")?,
        company: row.try_get("company")?,
        title: row.try_get("title")?,
        years_experience: row.try_get("years_experience")?,
        expertise_areas: row.try_get("expertise_areas")?,
        industries: row.try_get("industries")?,
        stages: user::stages(row)?,
        hourly_rate: row.try_get("hourly_rate")?,
        hourly_rate_currency: row.try_get("hourly_rate_currency")?,
        accepting: row.try_get("accepting")?,
    })
}
