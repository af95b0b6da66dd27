//! Writing what a run came to.

use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use crate::domain::assignment_run::{Certificate, Draft, Found, Gap, Move};
use crate::domain::id::{AssignmentRunId, Id, UserId};
use crate::domain::matching::Component;
use crate::domain::score::Thousandths;
use crate::store::{StoreError, Transaction};

/// How many rows one statement writes: it must not run long, and its reasons are long texts.
const ROWS: usize = 500;

/// Writes the pairs of a draft, who got too little, what has changed, and the proof.
pub async fn stage(
    tx: &Transaction<'_>,
    run: AssignmentRunId,
    draft: &Draft,
    mut new_id: impl FnMut() -> Uuid,
) -> Result<(), StoreError> {
    for pairs in draft.pairs.chunks(ROWS) {
        let ids: Vec<Uuid> = pairs.iter().map(|_| new_id()).collect();
        insert_pairs(tx, run, pairs, &ids).await?;
    }
    for gaps in draft.gaps.chunks(ROWS) {
        insert_gaps(tx, run, gaps).await?;
    }
    let moves: Vec<(&UserId, &Vec<Move>)> = draft.moves.iter().collect();
    for moves in moves.chunks(ROWS) {
        insert_moves(tx, run, moves).await?;
    }
    write_certificate(tx, run, &draft.certificate).await
}

async fn insert_pairs(
    tx: &Transaction<'_>,
    run: AssignmentRunId,
    pairs: &[Found],
    ids: &[Uuid],
) -> Result<(), StoreError> {
    let mentees: Vec<Uuid> = pairs.iter().map(|one| one.pair.mentee_id.uuid()).collect();
    let mentors: Vec<Uuid> = pairs.iter().map(|one| one.pair.mentor_id.uuid()).collect();
    let scores: Vec<i32> = pairs.iter().map(|one| one.scored.score.get()).collect();
    let components: Vec<Json<&[Component]>> = pairs
        .iter()
        .map(|one| Json(&one.scored.components[..]))
        .collect();
    let reasonings: Vec<&str> = pairs
        .iter()
        .map(|one| one.scored.reasoning.as_str())
        .collect();
    let weak: Vec<bool> = pairs.iter().map(|one| one.scored.is_weak).collect();
    let pinned: Vec<bool> = pairs.iter().map(|one| one.is_pinned).collect();
    tx.execute(
        "INSERT INTO assignment_pairs (id, run_id, mentee_id, mentor_id, score, components, reasoning, is_weak, is_pinned)
         SELECT id, $1, mentee_id, mentor_id, score, components, reasoning, is_weak, is_pinned
           FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int4[], $6::jsonb[], $7::text[], $8::bool[], $9::bool[])
                AS found (id, mentee_id, mentor_id, score, components, reasoning, is_weak, is_pinned)",
        &[
            (&run.uuid(), Type::UUID),
            (&ids, Type::UUID_ARRAY),
            (&mentees, Type::UUID_ARRAY),
            (&mentors, Type::UUID_ARRAY),
            (&scores, Type::INT4_ARRAY),
            (&components, Type::JSONB_ARRAY),
            (&reasonings, Type::TEXT_ARRAY),
            (&weak, Type::BOOL_ARRAY),
            (&pinned, Type::BOOL_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

async fn insert_gaps(
    tx: &Transaction<'_>,
    run: AssignmentRunId,
    gaps: &[Gap],
) -> Result<(), StoreError> {
    let people: Vec<Uuid> = gaps.iter().map(|gap| gap.person_id.uuid()).collect();
    let roles: Vec<&str> = gaps.iter().map(|gap| gap.role.as_str()).collect();
    let missing: Vec<i32> = gaps.iter().map(|gap| gap.missing.cast_signed()).collect();
    let reasons: Vec<&str> = gaps.iter().map(|gap| gap.reason.as_str()).collect();
    let options: Vec<i32> = gaps.iter().map(|gap| gap.options.cast_signed()).collect();
    let best: Vec<Option<Uuid>> = gaps
        .iter()
        .map(|gap| gap.best.map(|(id, _)| id.uuid()))
        .collect();
    let scores: Vec<Option<i32>> = gaps
        .iter()
        .map(|gap| gap.best.map(|(_, score)| Thousandths::get(score)))
        .collect();
    tx.execute(
        "INSERT INTO assignment_unmatched (run_id, person_id, role, missing, reason, options, best_id, best_score)
         SELECT $1, person_id, role, missing, reason, options, best_id, best_score
           FROM unnest($2::uuid[], $3::text[], $4::int4[], $5::text[], $6::int4[], $7::uuid[], $8::int4[])
                AS gap (person_id, role, missing, reason, options, best_id, best_score)",
        &[
            (&run.uuid(), Type::UUID),
            (&people, Type::UUID_ARRAY),
            (&roles, Type::TEXT_ARRAY),
            (&missing, Type::INT4_ARRAY),
            (&reasons, Type::TEXT_ARRAY),
            (&options, Type::INT4_ARRAY),
            (&best, Type::UUID_ARRAY),
            (&scores, Type::INT4_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

async fn insert_moves(
    tx: &Transaction<'_>,
    run: AssignmentRunId,
    moves: &[(&UserId, &Vec<Move>)],
) -> Result<(), StoreError> {
    let mentees: Vec<Uuid> = moves.iter().map(|(mentee, _)| mentee.uuid()).collect();
    let moves: Vec<Json<&Vec<Move>>> = moves.iter().map(|(_, moves)| Json(*moves)).collect();
    tx.execute(
        "INSERT INTO assignment_changes (run_id, mentee_id, moves)
         SELECT $1, mentee_id, moves FROM unnest($2::uuid[], $3::jsonb[]) AS change (mentee_id, moves)",
        &[
            (&run.uuid(), Type::UUID),
            (&mentees, Type::UUID_ARRAY),
            (&moves, Type::JSONB_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

async fn write_certificate(
    tx: &Transaction<'_>,
    run: AssignmentRunId,
    certificate: &Certificate,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE assignment_runs SET certificate = $2 WHERE id = $1",
        &[(&run.uuid(), Type::UUID), (&Json(certificate), Type::JSONB)],
    )
    .await?;
    Ok(())
}
