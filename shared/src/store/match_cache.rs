//! Answers that were given before, and whether what they rest on is still the same.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, MatchId, UserId};
use crate::domain::matching::Remembered;

/// What is known before anybody is ranked.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The revision of what matching reads of mentors.
    pub revision: i64,
    /// The version of the mentee's profile, if there is one.
    pub profile_version: Option<i64>,
    /// An answer of this revision to this version.
    pub cached: Option<Cached>,
}

/// An answer that was given before.
#[derive(Clone, Debug)]
pub struct Cached {
    /// The version of the program that it was scored with.
    pub program_version: i32,
    /// A digest of what the mentee's texts meant to the model.
    pub meanings: i64,
    /// Whether words were compared alone.
    pub is_degraded: bool,
    /// The matches, the best first.
    pub matches: Vec<MatchId>,
    /// What else it rests on.
    pub remembered: Remembered,
}

/// Finds out where things stand for a mentee, with the answer to the same question if nothing has changed since.
///
/// Whoever reads profiles after this reads them as they were at these versions, or later.
pub async fn look_up(
    db: &impl Read,
    mentee: UserId,
    question: &str,
) -> Result<Standing, StoreError> {
    let row = db
        .query_one(
            "SELECT r.revision, u.version AS profile_version, c.program_version, c.meanings, c.is_degraded, c.match_ids,
                    c.remembered
               FROM mentor_catalog r
               LEFT JOIN users u ON u.id = $1
               LEFT JOIN match_cache c ON c.mentee_id = $1 AND c.question = sha256(convert_to($2, 'UTF8'))
                                      AND c.revision = r.revision AND c.profile_version = u.version",
            &[(&mentee.uuid(), Type::UUID), (&question, Type::TEXT)],
        )
        .await?;
    Ok(Standing {
        revision: row.try_get("revision")?,
        profile_version: row.try_get("profile_version")?,
        cached: cached(&row)?,
    })
}

/// The answer of a row; one that cannot be read, by this version at least, is none.
fn cached(row: &Row) -> Result<Option<Cached>, StoreError> {
    let Some(program_version) = row.try_get("program_version")? else {
        return Ok(None);
    };
    let Json(remembered) = row.try_get::<_, Json<serde_json::Value>>("remembered")?;
    let Ok(remembered) = serde_json::from_value(remembered) else {
        return Ok(None);
    };
    let matches: Vec<Uuid> = row.try_get("match_ids")?;
    Ok(Some(Cached {
        program_version,
        meanings: row.try_get("meanings")?,
        is_degraded: row.try_get("is_degraded")?,
        matches: matches.into_iter().map(MatchId::from).collect(),
        remembered,
    }))
}

/// Keeps an answer in place of an older one to the same question.
pub async fn upsert(
    tx: &Transaction<'_>,
    (mentee, question): (UserId, &str),
    (revision, profile_version): (i64, i64),
    answer: &Cached,
    now: Timestamp,
) -> Result<(), StoreError> {
    let matches: Vec<Uuid> = answer.matches.iter().map(|id| id.uuid()).collect();
    tx.execute(
        "INSERT INTO match_cache (mentee_id, question, revision, profile_version, program_version, meanings, is_degraded,
                                  match_ids, remembered, made_at)
         VALUES ($1, sha256(convert_to($2, 'UTF8')), $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (mentee_id, question) DO UPDATE
            SET revision = excluded.revision, profile_version = excluded.profile_version,
                program_version = excluded.program_version, meanings = excluded.meanings,
                is_degraded = excluded.is_degraded, match_ids = excluded.match_ids, remembered = excluded.remembered,
                made_at = excluded.made_at",
        &[
            (&mentee.uuid(), Type::UUID),
            (&question, Type::TEXT),
            (&revision, Type::INT8),
            (&profile_version, Type::INT8),
            (&answer.program_version, Type::INT4),
            (&answer.meanings, Type::INT8),
            (&answer.is_degraded, Type::BOOL),
            (&matches, Type::UUID_ARRAY),
            (&Json(&answer.remembered), Type::JSONB),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}
