//! Whom a run may match.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::assignment_run::Scope;
use crate::domain::id::{Id, UserId};
use crate::domain::matching::Vector;
use crate::domain::mentorship::Pair;
use crate::store::mentoring::PASSED_FOR;
use crate::store::{Read, StoreError};

/// A mentee who looks for mentors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Who.
    pub id: UserId,
    /// What they ask for, if they asked.
    pub goals: Option<String>,
    /// What that means to the model.
    pub meaning: Option<Vector>,
    /// How many mentors they work with.
    pub has: u32,
}

/// Says whether these are pairs of a mentor and a mentee each.
pub async fn are_people(db: &impl Read, pairs: &[Pair]) -> Result<bool, StoreError> {
    let mentors: Vec<Uuid> = pairs.iter().map(|pair| pair.mentor_id.uuid()).collect();
    let mentees: Vec<Uuid> = pairs.iter().map(|pair| pair.mentee_id.uuid()).collect();
    let row = db
        .query_one(
            "SELECT NOT EXISTS (
               SELECT FROM unnest($1::uuid[], $2::uuid[]) AS pair (mentor_id, mentee_id)
                WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = pair.mentor_id AND u.role = 'mentor')
                   OR NOT EXISTS (SELECT FROM users u WHERE u.id = pair.mentee_id AND u.role = 'mentee')) AS are_people",
            &[(&mentors, Type::UUID_ARRAY), (&mentees, Type::UUID_ARRAY)],
        )
        .await?;
    Ok(row.try_get("are_people")?)
}

/// Lists mentees by id: those with an open request, or also all who have fewer mentors than `matches_each`.
pub async fn list_waiting(
    db: &impl Read,
    scope: Scope,
    matches_each: u32,
    model: Option<&str>,
) -> Result<Vec<Waiting>, StoreError> {
    let rows = db
        .query(
            "SELECT u.id, r.goals, CASE WHEN r.goals_model = $3 THEN r.goals_vector END AS meaning,
                    coalesce(s.has, 0) AS has
               FROM users u
               JOIN mentees e ON e.user_id = u.id
               LEFT JOIN mentoring_requests r ON r.mentee_id = u.id AND r.status IN ('open', 'queued')
               LEFT JOIN (SELECT mentee_id, count(*) AS has FROM mentorships
                           WHERE status IN ('pending', 'active', 'paused') GROUP BY mentee_id) AS s ON s.mentee_id = u.id
              WHERE u.role = 'mentee' AND u.status = 'active' AND u.email_verified_at IS NOT NULL
                AND u.erase_after IS NULL
                AND (r.id IS NOT NULL OR ($1 = 'all' AND coalesce(s.has, 0) < $2))
              ORDER BY u.id",
            &[
                (&scope.as_str(), Type::TEXT),
                (&i64::from(matches_each), Type::INT8),
                (&model, Type::TEXT),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let meaning: Option<&[u8]> = row.try_get("meaning")?;
            let meaning = meaning.map(Vector::from_bytes).transpose();
            let wrong = |error: &dyn std::error::Error| {
                StoreError::inconsistent("mentoring_requests", error)
            };
            let has: i64 = row.try_get("has")?;
            Ok(Waiting {
                id: row.try_get::<_, Uuid>("id")?.into(),
                goals: row.try_get("goals")?,
                meaning: meaning.map_err(|error| wrong(&error))?,
                has: u32::try_from(has).map_err(|error| wrong(&error))?,
            })
        })
        .collect()
}

/// Lists how many places each mentor has left who may be matched.
pub async fn list_places(db: &impl Read) -> Result<HashMap<UserId, u32>, StoreError> {
    let rows = db
        .query(
            "SELECT m.user_id, greatest(m.max_mentees - coalesce(s.load, 0), 0)::integer AS places
               FROM mentors m
               JOIN users u ON u.id = m.user_id
               LEFT JOIN (SELECT mentor_id, count(*) AS load FROM mentorships
                           WHERE status IN ('pending', 'active', 'paused') GROUP BY mentor_id) AS s ON s.mentor_id = u.id
              WHERE u.role = 'mentor' AND m.vetting = 'approved' AND m.listed AND m.accepting
                AND u.status = 'active' AND u.email_verified_at IS NOT NULL AND u.erase_after IS NULL",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let places: i32 = row.try_get("places")?;
            Ok((
                row.try_get::<_, Uuid>("user_id")?.into(),
                places.unsigned_abs(),
            ))
        })
        .collect()
}

/// Lists the pairs of these mentees that may not be: those that work together or broke it off, and the mentors who passed
/// not long ago.
pub async fn list_barred(
    db: &impl Read,
    mentees: &[UserId],
    now: Timestamp,
) -> Result<HashSet<Pair>, StoreError> {
    let ids: Vec<Uuid> = mentees.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT mentor_id, mentee_id FROM mentorships WHERE mentee_id = ANY($1) AND status <> 'completed'
              UNION
             SELECT c.mentor_id, r.mentee_id
               FROM mentoring_candidates c JOIN mentoring_requests r ON r.id = c.request_id
              WHERE r.mentee_id = ANY($1) AND c.outcome = 'passed' AND c.answered_at > $2",
            &[
                (&ids, Type::UUID_ARRAY),
                (&(now - PASSED_FOR), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Pair {
                mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
                mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
            })
        })
        .collect()
}
