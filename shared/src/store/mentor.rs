//! Mentors as everybody may see them: approved, listed, active and verified ones only, with what they show.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, user};
use crate::domain::id::{Id, UserId};
use crate::domain::profile::StartupStage;
use crate::domain::score::Thousandths;
use crate::domain::search::Rating;

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
    /// How they were rated; none while there are too few ratings.
    pub rating: Option<Rating>,
    /// How many sessions they have held.
    pub sessions_completed: i32,
    /// Which share of the requests they answered in time; none while there are too few.
    pub answer_rate: Option<Thousandths>,
}

/// Reads one mentor's card.
pub async fn find(db: &impl Read, id: UserId) -> Result<Option<MentorCard>, StoreError> {
    let row = db
        .query_opt(
            "SELECT mentor_id, first_name, last_name, bio, profile_picture_url, location, timezone, languages, company,
                    title, years_experience, expertise_areas, industries, stages, hourly_rate, hourly_rate_currency,
                    accepting, rating, rating_count, sessions_completed, answer_rate
               FROM mentor_search
              WHERE mentor_id = $1 AND is_listed",
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

pub(super) fn from_row(row: &Row) -> Result<MentorCard, StoreError> {
    let count = row.try_get("rating_count")?;
    let rating = row.try_get::<_, Option<i32>>("rating")?;
    let answer_rate = row.try_get::<_, Option<i32>>("answer_rate")?;
    Ok(MentorCard {
        id: row.try_get::<_, Uuid>("mentor_id")?.into(),
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
        rating: rating.map(|mean| Rating {
            mean: Thousandths::new(mean),
            count,
        }),
        sessions_completed: row.try_get("sessions_completed")?,
        answer_rate: answer_rate.map(Thousandths::new),
    })
}
