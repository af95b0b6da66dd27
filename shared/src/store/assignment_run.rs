//! Assignment runs, and what they came to.

mod earlier;
mod list;
mod people;
mod publish;
mod stage;

use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::error::violates;
use super::{Read, StoreError, Transaction, user};
use crate::domain::assignment_run::{
    AssignmentRun, AssignmentRunError, Figures, Mode, Order, RunStatus, Scope,
};
use crate::domain::id::{AssignmentRunId, Id, UserId};
use crate::domain::job::JobError;
use crate::domain::mentorship::Pair;

pub use earlier::{Previous, find_earlier};
pub use list::{StoredPair, list, list_gaps, list_moves, list_pairs};
pub use people::{Waiting, are_people, list_barred, list_places, list_waiting};
pub use publish::{Planned, list_planned, note_published};
pub use stage::stage;

const TABLE: &str = "assignment_runs";

/// What [`from_row`] reads.
macro_rules! run_columns {
    () => {
        "id, status, mode, scope, program, program_version, matches_each, pinned, excluded, figures, previous_id,
         requested_by, closed_by, version, created_at, staged_at, closed_at"
    };
}
use run_columns;

/// Writes a new run; refused while another one is open.
pub async fn insert(
    tx: &Transaction<'_>,
    run: &AssignmentRun,
) -> Result<Result<(), AssignmentRunError>, StoreError> {
    let order = &run.order;
    let inserted = tx
        .execute(
            "INSERT INTO assignment_runs (id, status, mode, scope, program, program_version, matches_each, pinned, excluded,
                                          requested_by, version, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT DO NOTHING",
            &[
                (&run.id.uuid(), Type::UUID),
                (&run.status.as_str(), Type::TEXT),
                (&order.mode.as_str(), Type::TEXT),
                (&order.scope.as_str(), Type::TEXT),
                (&order.program, Type::TEXT),
                (&order.program_version, Type::INT4),
                (&order.matches_each.cast_signed(), Type::INT4),
                (&Json(&order.pinned), Type::JSONB),
                (&Json(&order.excluded), Type::JSONB),
                (&run.requested_by.map(Id::uuid), Type::UUID),
                (&run.version, Type::INT8),
                (&run.created_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    if inserted == 1 {
        return Ok(Ok(()));
    }
    let open = tx
        .query_opt(
            "SELECT id FROM assignment_runs WHERE status IN ('solving', 'staged')",
            &[],
        )
        .await?;
    let open = open.ok_or_else(|| StoreError::inconsistent(TABLE, "a run was not written"))?;
    Ok(Err(AssignmentRunError::Open(
        open.try_get::<_, Uuid>("id")?.into(),
    )))
}

/// Reads one run.
pub async fn find(
    db: &impl Read,
    id: AssignmentRunId,
) -> Result<Option<AssignmentRun>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                "SELECT ",
                run_columns!(),
                " FROM assignment_runs WHERE id = $1"
            ),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads one run and holds its row until the transaction ends.
pub async fn lock(
    tx: &Transaction<'_>,
    id: AssignmentRunId,
) -> Result<Option<AssignmentRun>, StoreError> {
    let row = tx
        .query_opt(
            concat!(
                "SELECT ",
                run_columns!(),
                " FROM assignment_runs WHERE id = $1 FOR NO KEY UPDATE"
            ),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Writes where an existing run stands.
pub async fn update(tx: &Transaction<'_>, run: &AssignmentRun) -> Result<(), StoreError> {
    let updated = tx
        .execute(
            "UPDATE assignment_runs
                SET status = $2, figures = $3, previous_id = $4, closed_by = $5, version = $6, staged_at = $7, closed_at = $8
              WHERE id = $1",
            &[
                (&run.id.uuid(), Type::UUID),
                (&run.status.as_str(), Type::TEXT),
                (&run.figures.as_ref().map(Json), Type::JSONB),
                (&run.previous_id.map(Id::uuid), Type::UUID),
                (&run.closed_by.map(Id::uuid), Type::UUID),
                (&run.version, Type::INT8),
                (&run.staged_at, Type::TIMESTAMPTZ),
                (&run.closed_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Writes a run that is solved once more; refused while another one is open.
pub async fn reopen(
    tx: &Transaction<'_>,
    run: &AssignmentRun,
) -> Result<Result<(), JobError>, StoreError> {
    match update(tx, run).await {
        Ok(()) => Ok(Ok(())),
        Err(StoreError::Refused(error)) if violates(&error, "assignment_runs_one_open") => {
            Ok(Err(JobError::Open))
        }
        Err(error) => Err(error),
    }
}

fn from_row(row: &Row) -> Result<AssignmentRun, StoreError> {
    let person = |column: &str| -> Result<Option<UserId>, StoreError> {
        Ok(row.try_get::<_, Option<Uuid>>(column)?.map(UserId::from))
    };
    let pairs = |column: &str| -> Result<Vec<Pair>, StoreError> {
        Ok(row.try_get::<_, Json<Vec<Pair>>>(column)?.0)
    };
    let figures: Option<Json<Figures>> = row.try_get("figures")?;
    let matches_each: i32 = row.try_get("matches_each")?;
    let previous: Option<Uuid> = row.try_get("previous_id")?;
    Ok(AssignmentRun {
        id: row.try_get::<_, Uuid>("id")?.into(),
        status: user::word(RunStatus::parse(row.try_get("status")?))?,
        order: Order {
            mode: user::word(Mode::parse(row.try_get("mode")?))?,
            scope: user::word(Scope::parse(row.try_get("scope")?))?,
            program: row.try_get("program")?,
            program_version: row.try_get("program_version")?,
            matches_each: matches_each.unsigned_abs(),
            pinned: pairs("pinned")?,
            excluded: pairs("excluded")?,
        },
        figures: figures.map(|Json(figures)| figures),
        previous_id: previous.map(AssignmentRunId::from),
        requested_by: person("requested_by")?,
        closed_by: person("closed_by")?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        staged_at: row.try_get("staged_at")?,
        closed_at: row.try_get("closed_at")?,
    })
}
