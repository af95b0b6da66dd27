//! What matching reads of people, and the matches it has made.

mod explanation;
mod list;
mod rank;

use std::collections::HashMap;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::{Read, StoreError, Transaction, user};
use crate::domain::id::{Id, MatchId, UserId};
use crate::domain::matching::{
    Component, ExplanationSource, MenteeFacts, MentorFacts, Program, Ratings, Scored,
};
use crate::domain::profile::StartupStage;
use crate::domain::score::Thousandths;
use crate::domain::user::Actor;

pub use explanation::update_explanation;
pub use list::{list_by_ids, list_of_mentor, list_recent};
pub use rank::{NextSlots, Ranked, rank, recheck};

/// What [`from_row`] reads.
macro_rules! match_columns {
    () => {
        "id, mentee_id, mentor_id, program, program_version, score, components, reasoning, explanation_source,
         explanation_outcome, is_weak, created_at"
    };
}
use match_columns;

/// One mentor proposed to one mentee, as it was stored.
#[derive(Clone, Debug)]
pub struct StoredMatch {
    /// Names it.
    pub id: MatchId,
    /// To whom it was proposed.
    pub mentee_id: UserId,
    /// Who was proposed.
    pub mentor_id: UserId,
    /// The program whose weights were used.
    pub program: String,
    /// That program's version.
    pub program_version: i32,
    /// The sum of the points.
    pub score: Thousandths,
    /// The parts, with their evidence.
    pub components: Vec<Component>,
    /// The parts in words.
    pub reasoning: String,
    /// Who wrote them.
    pub explanation_source: ExplanationSource,
    /// Whether a model has written something that was thrown away.
    pub was_refused: bool,
    /// Whether it lies below the program's good score.
    pub is_weak: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl StoredMatch {
    /// What it shows, without whose it is.
    #[must_use]
    pub fn into_scored(self) -> Scored {
        Scored {
            mentor_id: self.mentor_id,
            score: self.score,
            components: self.components,
            is_weak: self.is_weak,
            reasoning: self.reasoning,
        }
    }

    /// Tells whether a model may still be asked to word the reasons; what it has written once is final.
    #[must_use]
    pub fn may_be_worded(&self) -> bool {
        let is_told = !self.components.is_empty();
        is_told && self.explanation_source == ExplanationSource::Template && !self.was_refused
    }
}

/// Lists what matching needs to know of every mentor who may appear and takes sessions.
pub async fn list_mentor_facts(db: &impl Read) -> Result<Vec<MentorFacts>, StoreError> {
    read_mentor_facts(db, None).await
}

/// Lists what matching needs to know of those of some mentors who may appear and take sessions.
pub async fn list_mentor_facts_of(
    db: &impl Read,
    mentors: &[UserId],
) -> Result<Vec<MentorFacts>, StoreError> {
    let ids = mentors.iter().map(|id| id.uuid()).collect();
    read_mentor_facts(db, Some(ids)).await
}

async fn read_mentor_facts(
    db: &impl Read,
    mentors: Option<Vec<Uuid>>,
) -> Result<Vec<MentorFacts>, StoreError> {
    let rows = db
        .query(
            "SELECT u.id, u.first_name, u.last_name, u.bio,
                    CASE WHEN u.shows_languages THEN u.languages ELSE '{}' END AS languages,
                    CASE WHEN u.shows_company THEN m.company END AS company, m.title, m.expertise_areas, m.industries, m.stages,
                    CASE WHEN u.shows_location THEN u.location END AS location, u.timezone,
                    CASE WHEN s.rating IS NOT NULL THEN s.rating_count END AS rating_count, s.rating_sum
               FROM users u JOIN mentors m ON m.user_id = u.id LEFT JOIN mentor_search s ON s.mentor_id = u.id
              WHERE u.role = 'mentor' AND m.vetting = 'approved' AND m.listed AND m.accepting AND u.status = 'active' AND u.email_verified_at IS NOT NULL
                AND ($1::uuid[] IS NULL OR u.id = ANY($1))
              ORDER BY u.id",
            &[(&mentors, Type::UUID_ARRAY)],
        )
        .await?;
    rows.iter().map(mentor_from_row).collect()
}

fn mentor_from_row(row: &Row) -> Result<MentorFacts, StoreError> {
    Ok(MentorFacts {
        id: row.try_get::<_, Uuid>("id")?.into(),
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        title: row.try_get("title")?,
        company: row.try_get("company")?,
        bio: row.try_get("bio")?,
        expertise_areas: row.try_get("expertise_areas")?,
        industries: row.try_get("industries")?,
        stages: user::stages(row)?,
        languages: row.try_get("languages")?,
        location: row.try_get("location")?,
        timezone: row.try_get("timezone")?,
        ratings: ratings(row)?,
    })
}

/// The ratings of a mentor; as long as they are too few to be shown, none.
fn ratings(row: &Row) -> Result<Option<Ratings>, StoreError> {
    let Some(count) = row.try_get::<_, Option<i32>>("rating_count")? else {
        return Ok(None);
    };
    let stars: i64 = row.try_get("rating_sum")?;
    let unreadable = |error| StoreError::inconsistent("mentor_search", error);
    Ok(Some(Ratings {
        count: u32::try_from(count).map_err(unreadable)?,
        stars: u32::try_from(stars).map_err(unreadable)?,
    }))
}

/// Reads what matching needs to know of one mentee who is active and verified.
pub async fn find_mentee_facts(
    db: &impl Read,
    id: UserId,
) -> Result<Option<MenteeFacts>, StoreError> {
    Ok(list_mentee_facts(db, &[id]).await?.remove(&id))
}

/// Reads what matching needs to know of those of some mentees who are active and verified.
pub async fn list_mentee_facts(
    db: &impl Read,
    ids: &[UserId],
) -> Result<HashMap<UserId, MenteeFacts>, StoreError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT u.id, e.startup_name, e.industry_focus, e.startup_stage, e.goals, e.interests, e.technical_skills,
                    e.career_goals, e.research_interests, e.communication_preferences, u.bio, u.timezone,
                    CASE WHEN u.shows_languages THEN u.languages ELSE '{}' END AS languages,
                    CASE WHEN u.shows_location THEN u.location END AS location
               FROM users u JOIN mentees e ON e.user_id = u.id
              WHERE u.id = ANY($1) AND u.role = 'mentee' AND u.status = 'active' AND u.email_verified_at IS NOT NULL",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    let of_one = |row: &Row| Ok((row.try_get::<_, Uuid>("id")?.into(), mentee_from_row(row)?));
    rows.iter().map(of_one).collect()
}

fn mentee_from_row(row: &Row) -> Result<MenteeFacts, StoreError> {
    let stage: Option<&str> = row.try_get("startup_stage")?;
    Ok(MenteeFacts {
        startup_name: row.try_get("startup_name")?,
        industry_focus: row.try_get("industry_focus")?,
        startup_stage: stage
            .map(|stage| user::word(StartupStage::parse(stage)))
            .transpose()?,
        goals: row.try_get("goals")?,
        interests: row.try_get("interests")?,
        technical_skills: row.try_get("technical_skills")?,
        career_goals: row.try_get("career_goals")?,
        research_interests: row.try_get("research_interests")?,
        communication_preferences: row.try_get("communication_preferences")?,
        languages: row.try_get("languages")?,
        location: row.try_get("location")?,
        timezone: row.try_get("timezone")?,
        bio: row.try_get("bio")?,
        meanings: Vec::new(),
    })
}

/// Writes the matches of one request in one statement.
pub async fn insert(
    tx: &Transaction<'_>,
    mentee: UserId,
    program: &Program,
    matches: &[(MatchId, Scored)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = matches.iter().map(|(id, _)| id.uuid()).collect();
    let mentors: Vec<Uuid> = matches
        .iter()
        .map(|(_, scored)| scored.mentor_id.uuid())
        .collect();
    let scores: Vec<i32> = matches
        .iter()
        .map(|(_, scored)| scored.score.get())
        .collect();
    let components: Vec<Json<&[Component]>> = matches
        .iter()
        .map(|(_, scored)| Json(&scored.components[..]))
        .collect();
    let reasonings: Vec<&str> = matches
        .iter()
        .map(|(_, scored)| scored.reasoning.as_str())
        .collect();
    let weak: Vec<bool> = matches.iter().map(|(_, scored)| scored.is_weak).collect();
    tx.execute(
        "INSERT INTO matches (id, mentee_id, mentor_id, program, program_version, score, components, reasoning,
                              is_weak, created_at)
         SELECT id, $1, mentor_id, $2, $3, score, components, reasoning, is_weak, $4
           FROM unnest($5::uuid[], $6::uuid[], $7::int4[], $8::jsonb[], $9::text[], $10::bool[])
                AS made (id, mentor_id, score, components, reasoning, is_weak)",
        &[
            (&mentee.uuid(), Type::UUID),
            (&program.key(), Type::TEXT),
            (&program.version(), Type::INT4),
            (&now, Type::TIMESTAMPTZ),
            (&ids, Type::UUID_ARRAY),
            (&mentors, Type::UUID_ARRAY),
            (&scores, Type::INT4_ARRAY),
            (&components, Type::JSONB_ARRAY),
            (&reasonings, Type::TEXT_ARRAY),
            (&weak, Type::BOOL_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

/// Reads a match that concerns the actor; an admin reads any.
pub async fn find_for(
    db: &impl Read,
    id: MatchId,
    actor: Actor,
) -> Result<Option<StoredMatch>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                "SELECT ",
                match_columns!(),
                " FROM matches WHERE id = $1 AND (mentee_id = $2 OR mentor_id = $2 OR $3)"
            ),
            &[
                (&id.uuid(), Type::UUID),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

fn from_row(row: &Row) -> Result<StoredMatch, StoreError> {
    let Json(components) = row.try_get::<_, Json<Vec<Component>>>("components")?;
    Ok(StoredMatch {
        id: row.try_get::<_, Uuid>("id")?.into(),
        mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
        mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
        program: row.try_get("program")?,
        program_version: row.try_get("program_version")?,
        score: Thousandths::new(row.try_get("score")?),
        components,
        reasoning: row.try_get("reasoning")?,
        was_refused: row.try_get::<_, &str>("explanation_outcome")? == "refused",
        explanation_source: user::word(ExplanationSource::parse(
            row.try_get("explanation_source")?,
        ))?,
        is_weak: row.try_get("is_weak")?,
        created_at: row.try_get("created_at")?,
    })
}
