//! Bringing people together: their rows are held in the order of their ids, so that nobody waits for another crosswise,
//! and what is counted after that stays true until the transaction ends.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::pair;
use crate::domain::id::{Id, UserId};
use crate::domain::mentorship::{
    Admission, Candidate, Mentorship, MentorshipError, NewMentorship, Occasion, Pair,
};
use crate::domain::score::Thousandths;
use crate::store::{Read, StoreError, Transaction};

/// What has become of people who were to be brought together.
#[derive(Clone, Debug, Default)]
pub struct Formed {
    /// Those who were.
    pub made: Vec<Mentorship>,
    /// Those who were not, and why.
    pub refused: Vec<(NewMentorship, MentorshipError)>,
}

/// Brings many people together in one transaction, in this order: nobody gets a mentor who has no place left, and
/// whoever cannot be matched is named with the reason. Telling them is the caller's; see
/// [`Mentorship::announcements`].
pub async fn form(
    tx: &Transaction<'_>,
    wanted: &[NewMentorship],
    now: Timestamp,
) -> Result<Formed, StoreError> {
    let pairs: Vec<Pair> = wanted.iter().map(|new| new.pair).collect();
    let mut admission = lock_admission(tx, &pairs).await?;
    let mut formed = Formed::default();
    for new in wanted {
        match admission.admit(new.pair, false) {
            Ok(is_over) => formed.made.push(Mentorship::form(*new, is_over, now)),
            Err(refused) => formed.refused.push((*new, refused)),
        }
    }
    insert(tx, &formed.made).await?;
    Ok(formed)
}

/// Holds the rows of all these people, and reads then how many places their mentors have, how many of them are taken,
/// and which of the pairs work together already.
pub async fn lock_admission(tx: &Transaction<'_>, pairs: &[Pair]) -> Result<Admission, StoreError> {
    let mut ids: Vec<Uuid> = pairs
        .iter()
        .flat_map(|pair| [pair.mentor_id.uuid(), pair.mentee_id.uuid()])
        .collect();
    ids.sort_unstable();
    ids.dedup();
    // They travel together; the database begins the second when it holds what the first asks for.
    let ((), people, known) = futures_util::try_join!(
        lock_people(tx, &ids),
        list_people(tx, &ids),
        list_pairs(tx, pairs)
    )?;
    Ok(Admission::new(people, known))
}

async fn lock_people(tx: &Transaction<'_>, ids: &[Uuid]) -> Result<(), StoreError> {
    tx.query(
        "SELECT id FROM users WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        &[(&ids, Type::UUID_ARRAY)],
    )
    .await?;
    Ok(())
}

async fn list_people(db: &impl Read, ids: &[Uuid]) -> Result<Vec<Candidate>, StoreError> {
    let rows = db
        .query(
            "SELECT u.id, u.role = 'mentee' AS is_mentee, m.max_mentees, coalesce(l.load, 0) AS load,
                    u.status = 'active' AND u.email_verified_at IS NOT NULL AND u.erase_after IS NULL AS is_ready
               FROM users u
               LEFT JOIN mentors m ON m.user_id = u.id AND u.role = 'mentor' AND m.vetting = 'approved'
               LEFT JOIN (SELECT mentor_id, count(*) AS load FROM mentorships
                           WHERE mentor_id = ANY($1) AND status IN ('pending', 'active', 'paused')
                           GROUP BY mentor_id) AS l ON l.mentor_id = u.id
              WHERE u.id = ANY($1)",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    let wrong = |_| StoreError::inconsistent("mentors", "max_mentees");
    rows.iter()
        .map(|row| {
            let places: Option<i32> = row.try_get("max_mentees")?;
            let load: i64 = row.try_get("load")?;
            Ok(Candidate {
                id: row.try_get::<_, Uuid>("id")?.into(),
                places: places.map(u32::try_from).transpose().map_err(wrong)?,
                load: u32::try_from(load).map_err(wrong)?,
                is_mentee: row.try_get("is_mentee")?,
                is_ready: row.try_get("is_ready")?,
            })
        })
        .collect()
}

async fn list_pairs(db: &impl Read, pairs: &[Pair]) -> Result<Vec<Pair>, StoreError> {
    let side = |person: fn(&Pair) -> UserId| -> Vec<Uuid> {
        pairs.iter().map(|pair| person(pair).uuid()).collect()
    };
    let rows = db
        .query(
            "SELECT mentor_id, mentee_id
               FROM mentorships JOIN unnest($1::uuid[], $2::uuid[]) AS asked (mentor_id, mentee_id)
                    USING (mentor_id, mentee_id)
              WHERE status IN ('pending', 'active', 'paused')",
            &[
                (&side(|pair| pair.mentor_id), Type::UUID_ARRAY),
                (&side(|pair| pair.mentee_id), Type::UUID_ARRAY),
            ],
        )
        .await?;
    rows.iter().map(pair).collect()
}

/// Writes new ones that were admitted while their people are held, with the occasions on which they are asked how it
/// goes.
pub async fn insert(tx: &Transaction<'_>, made: &[Mentorship]) -> Result<(), StoreError> {
    if made.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = made.iter().map(|new| new.id.uuid()).collect();
    let mentors: Vec<Uuid> = made.iter().map(|new| new.pair.mentor_id.uuid()).collect();
    let mentees: Vec<Uuid> = made.iter().map(|new| new.pair.mentee_id.uuid()).collect();
    let origins: Vec<&str> = made.iter().map(|new| new.origin.as_str()).collect();
    let requests: Vec<Option<Uuid>> = made.iter().map(|m| m.request_id.map(Id::uuid)).collect();
    let runs: Vec<Option<Uuid>> = made.iter().map(|m| m.run_id.map(Id::uuid)).collect();
    let scores: Vec<Option<i32>> = made.iter().map(|m| m.score.map(Thousandths::get)).collect();
    let over: Vec<bool> = made.iter().map(|new| new.is_over_capacity).collect();
    let made_at: Vec<Timestamp> = made.iter().map(|new| new.created_at).collect();
    let (occasions, offsets) = plan();
    tx.execute(
        "WITH made AS (
           INSERT INTO mentorships (id, mentor_id, mentee_id, status, origin, request_id, run_id, score,
                                    is_over_capacity, judged_at, version, created_at, updated_at)
           SELECT id, mentor_id, mentee_id, 'pending', origin, request_id, run_id, score, is_over, at, 1, at, at
             FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::int4[],
                         $8::bool[], $9::timestamptz[])
                  AS new (id, mentor_id, mentee_id, origin, request_id, run_id, score, is_over, at)
        RETURNING id, created_at)
         INSERT INTO mentorship_checks (mentorship_id, occasion, due_at)
         SELECT made.id, planned.occasion, made.created_at + make_interval(secs => planned.seconds)
           FROM made CROSS JOIN unnest($10::text[], $11::float8[]) AS planned (occasion, seconds)",
        &[
            (&ids, Type::UUID_ARRAY),
            (&mentors, Type::UUID_ARRAY),
            (&mentees, Type::UUID_ARRAY),
            (&origins, Type::TEXT_ARRAY),
            (&requests, Type::UUID_ARRAY),
            (&runs, Type::UUID_ARRAY),
            (&scores, Type::INT4_ARRAY),
            (&over, Type::BOOL_ARRAY),
            (&made_at, Type::TIMESTAMPTZ_ARRAY),
            (&occasions, Type::TEXT_ARRAY),
            (&offsets, Type::FLOAT8_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

/// The occasions on the way, with their seconds after the beginning.
fn plan() -> (Vec<&'static str>, Vec<f64>) {
    Occasion::plan(Timestamp::UNIX_EPOCH)
        .into_iter()
        .map(|check| {
            let after = check.due_at.duration_since(Timestamp::UNIX_EPOCH);
            (check.occasion.as_str(), after.as_secs_f64())
        })
        .unzip()
}
