//! Writing wishes with their candidates and batches.

use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::TABLE;
use crate::domain::id::Id;
use crate::domain::matching::{Component, DIMENSIONS, Scored, Vector};
use crate::domain::mentoring::{Batch, BatchStatus, MentoringError, MentoringRequest};
use crate::store::error::violates;
use crate::store::{StoreError, Transaction};

/// What the goals of a wish mean to a model: its name, and the vector.
type Meaning<'a> = (&'a str, &'a Vector);

/// Writes a new wish with its candidates and its first batch; they travel together.
pub async fn insert(
    tx: &Transaction<'_>,
    request: &MentoringRequest,
    scored: &[Scored],
    meaning: Option<Meaning<'_>>,
) -> Result<Result<(), MentoringError>, StoreError> {
    let (inserted, candidates, batches) = futures_util::join!(
        insert_row(tx, request, meaning),
        insert_candidates(tx, request, scored),
        write_batches(tx, request)
    );
    // Behind a row that was refused nothing else was written.
    if let Err(refused) = inserted? {
        return Ok(Err(refused));
    }
    candidates.and(batches)?;
    Ok(Ok(()))
}

async fn insert_row(
    tx: &Transaction<'_>,
    request: &MentoringRequest,
    meaning: Option<Meaning<'_>>,
) -> Result<Result<(), MentoringError>, StoreError> {
    let (model, vector) = meaning.unzip();
    let vector = vector.map(|vector| vector.to_bytes());
    let inserted = tx
        .try_execute(
            "INSERT INTO mentoring_requests (id, mentee_id, status, goals, program, program_version, rounds, queued_at,
                                             version, created_at, updated_at, goals_model, goals_vector)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12)",
            &[
                (&request.id.uuid(), Type::UUID),
                (&request.mentee_id.uuid(), Type::UUID),
                (&request.status.as_str(), Type::TEXT),
                (&request.goals, Type::TEXT),
                (&request.program, Type::TEXT),
                (&request.program_version, Type::INT4),
                (&request.rounds, Type::INT4),
                (&request.queued_at, Type::TIMESTAMPTZ),
                (&request.version, Type::INT8),
                (&request.created_at, Type::TIMESTAMPTZ),
                (&model, Type::TEXT),
                (&vector.as_ref().map(<[u8; DIMENSIONS]>::as_slice), Type::BYTEA),
            ],
        )
        .await?;
    match inserted {
        Ok(_) => Ok(Ok(())),
        Err(error) if violates(&error, "mentoring_requests_one_open") => {
            Ok(Err(MentoringError::RequestOpen))
        }
        Err(error) => Err(error.into()),
    }
}

async fn insert_candidates(
    tx: &Transaction<'_>,
    request: &MentoringRequest,
    scored: &[Scored],
) -> Result<(), StoreError> {
    let (candidates, count) = (&request.candidates, scored.len());
    if count != candidates.len() {
        return Err(StoreError::inconsistent(TABLE, "a candidate has no score"));
    }
    let mentors: Vec<Uuid> = scored.iter().map(|one| one.mentor_id.uuid()).collect();
    let sums: Vec<i32> = scored.iter().map(|one| one.score.get()).collect();
    let parts: Vec<Json<&[Component]>> =
        scored.iter().map(|one| Json(&one.components[..])).collect();
    let reasonings: Vec<&str> = scored.iter().map(|one| one.reasoning.as_str()).collect();
    let weak: Vec<bool> = scored.iter().map(|one| one.is_weak).collect();
    let rounds: Vec<Option<i32>> = candidates.iter().map(|one| one.round).collect();
    let outcomes: Vec<&str> = candidates.iter().map(|one| one.outcome.as_str()).collect();
    tx.execute(
        "INSERT INTO mentoring_candidates (request_id, place, mentor_id, round, outcome, score, components, reasoning,
                                           is_weak)
         SELECT $1, place, mentor_id, round, outcome, score, components, reasoning, is_weak
           FROM unnest($2::uuid[], $3::int4[], $4::text[], $5::int4[], $6::jsonb[], $7::text[], $8::bool[])
                WITH ORDINALITY AS one (mentor_id, round, outcome, score, components, reasoning, is_weak, place)",
        &[
            (&request.id.uuid(), Type::UUID),
            (&mentors, Type::UUID_ARRAY),
            (&rounds, Type::INT4_ARRAY),
            (&outcomes, Type::TEXT_ARRAY),
            (&sums, Type::INT4_ARRAY),
            (&parts, Type::JSONB_ARRAY),
            (&reasonings, Type::TEXT_ARRAY),
            (&weak, Type::BOOL_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

/// Writes where a wish stands, with its batches and what has become of its candidates.
pub async fn update(tx: &Transaction<'_>, request: &MentoringRequest) -> Result<(), StoreError> {
    let (updated, (), ()) = futures_util::try_join!(
        update_row(tx, request),
        write_batches(tx, request),
        update_candidates(tx, request)
    )?;
    StoreError::expect_one(TABLE, updated)
}

async fn update_row(tx: &Transaction<'_>, request: &MentoringRequest) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE mentoring_requests
            SET status = $2, rounds = $3, mentorship_id = $4, queued_at = $5, version = $6, updated_at = $7
          WHERE id = $1",
        &[
            (&request.id.uuid(), Type::UUID),
            (&request.status.as_str(), Type::TEXT),
            (&request.rounds, Type::INT4),
            (&request.mentorship_id.map(Id::uuid), Type::UUID),
            (&request.queued_at, Type::TIMESTAMPTZ),
            (&request.version, Type::INT8),
            (&request.updated_at, Type::TIMESTAMPTZ),
        ],
    )
    .await
}

async fn update_candidates(
    tx: &Transaction<'_>,
    request: &MentoringRequest,
) -> Result<(), StoreError> {
    let candidates = &request.candidates;
    let places: Vec<i32> = candidates.iter().map(|one| one.place).collect();
    let rounds: Vec<Option<i32>> = candidates.iter().map(|one| one.round).collect();
    let outcomes: Vec<&str> = candidates.iter().map(|one| one.outcome.as_str()).collect();
    let reasons: Vec<Option<&str>> = candidates.iter().map(|one| one.reason.as_deref()).collect();
    let answered: Vec<_> = candidates.iter().map(|one| one.answered_at).collect();
    tx.execute(
        "UPDATE mentoring_candidates known
            SET round = one.round, outcome = one.outcome, reason = one.reason, answered_at = one.answered_at
           FROM unnest($2::int4[], $3::int4[], $4::text[], $5::text[], $6::timestamptz[])
                AS one (place, round, outcome, reason, answered_at)
          WHERE known.request_id = $1 AND known.place = one.place AND known.outcome <> one.outcome",
        &[
            (&request.id.uuid(), Type::UUID),
            (&places, Type::INT4_ARRAY),
            (&rounds, Type::INT4_ARRAY),
            (&outcomes, Type::TEXT_ARRAY),
            (&reasons, Type::TEXT_ARRAY),
            (&answered, Type::TIMESTAMPTZ_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

/// Writes the batches that have changed, one after the other: the open one is closed before the next one opens.
async fn write_batches(tx: &Transaction<'_>, request: &MentoringRequest) -> Result<(), StoreError> {
    let is_new = |batch: &&Batch| {
        batch.status == BatchStatus::Open || batch.closed_at == Some(request.updated_at)
    };
    for batch in request.batches.iter().filter(is_new) {
        tx.execute(
            "INSERT INTO proposal_batches (id, request_id, round, status, respond_by, closed_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (id) DO UPDATE SET status = excluded.status, closed_at = excluded.closed_at
              WHERE proposal_batches.status <> excluded.status",
            &[
                (&batch.id.uuid(), Type::UUID),
                (&request.id.uuid(), Type::UUID),
                (&batch.round, Type::INT4),
                (&batch.status.as_str(), Type::TEXT),
                (&batch.respond_by, Type::TIMESTAMPTZ),
                (&batch.closed_at, Type::TIMESTAMPTZ),
                (&batch.created_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    }
    Ok(())
}
