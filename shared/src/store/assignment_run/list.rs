//! Lists of runs, and of what one came to.

use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::{from_row, run_columns};
use crate::domain::assignment_run::{AssignmentRun, Gap, GapReason, GapRole, Move};
use crate::domain::id::{Id, MentorshipId, UserId};
use crate::domain::matching::Component;
use crate::domain::mentorship::Pair;
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::score::Thousandths;
use crate::store::{Read, StoreError, user};

/// A pair of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPair {
    /// Names it.
    pub id: Uuid,
    /// Who gets whom.
    pub pair: Pair,
    /// How well the two fit.
    pub score: Thousandths,
    /// The parts of the score; none once one of the two was erased.
    pub components: Vec<Component>,
    /// The same in words.
    pub reasoning: String,
    /// Whether it lies below the program's good score.
    pub is_weak: bool,
    /// Whether an admin decided on it.
    pub is_pinned: bool,
    /// The match that was made when the run was published.
    pub mentorship_id: Option<MentorshipId>,
    /// The code of what stood against it then.
    pub lost: Option<String>,
}

/// Lists runs, the newest first.
pub async fn list(db: &impl Read, page: PageRequest) -> Result<Page<AssignmentRun>, StoreError> {
    let (at, id) = (
        page.after.map(|cursor| cursor.at),
        page.after.map(|cursor| cursor.id),
    );
    let rows = db
        .query(
            concat!(
                "SELECT ",
                run_columns!(),
                " FROM assignment_runs
                  WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1, $2)
                  ORDER BY created_at DESC, id DESC
                  LIMIT $3"
            ),
            &[
                (&at, Type::TIMESTAMPTZ),
                (&id, Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let runs = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(runs, page.limit, |run| Cursor {
        at: run.created_at,
        id: run.id.uuid(),
    }))
}

/// Lists the pairs of a run, by mentee, of each mentee the best first.
pub async fn list_pairs(
    db: &impl Read,
    run: &AssignmentRun,
    page: PageRequest,
) -> Result<Page<StoredPair>, StoreError> {
    let rows = read(
        db,
        run,
        page,
        "SELECT id, mentor_id, mentee_id, score, components, reasoning, is_weak, is_pinned, mentorship_id, lost
               FROM assignment_pairs
              WHERE run_id = $1 AND ($2::uuid IS NULL OR id > $2)
              ORDER BY id
              LIMIT $3",
    )
    .await?;
    page_of(run, page, rows.iter().map(pair_from_row), |pair| pair.id)
}

/// Lists who got less than they wanted, by id.
pub async fn list_gaps(
    db: &impl Read,
    run: &AssignmentRun,
    page: PageRequest,
) -> Result<Page<Gap>, StoreError> {
    let rows = read(
        db,
        run,
        page,
        "SELECT person_id, role, missing, reason, options, best_id, best_score
               FROM assignment_unmatched
              WHERE run_id = $1 AND ($2::uuid IS NULL OR person_id > $2)
              ORDER BY person_id
              LIMIT $3",
    )
    .await?;
    page_of(run, page, rows.iter().map(gap_from_row), |gap| {
        gap.person_id.uuid()
    })
}

/// Lists mentees with other mentors than in the run before, by id.
pub async fn list_moves(
    db: &impl Read,
    run: &AssignmentRun,
    page: PageRequest,
) -> Result<Page<(UserId, Vec<Move>)>, StoreError> {
    let rows = read(
        db,
        run,
        page,
        "SELECT mentee_id, moves
               FROM assignment_changes
              WHERE run_id = $1 AND ($2::uuid IS NULL OR mentee_id > $2)
              ORDER BY mentee_id
              LIMIT $3",
    )
    .await?;
    let moved = |row: &Row| {
        let Json(moves) = row.try_get::<_, Json<Vec<Move>>>("moves")?;
        Ok((row.try_get::<_, Uuid>("mentee_id")?.into(), moves))
    };
    page_of(run, page, rows.iter().map(moved), |(mentee, _)| {
        UserId::uuid(*mentee)
    })
}

/// Reads one more row of a run than the page has, behind the cursor.
async fn read(
    db: &impl Read,
    run: &AssignmentRun,
    page: PageRequest,
    statement: &str,
) -> Result<Vec<Row>, StoreError> {
    let after = page.after.map(|cursor| cursor.id);
    db.query(
        statement,
        &[
            (&run.id.uuid(), Type::UUID),
            (&after, Type::UUID),
            (&(page.limit + 1), Type::INT8),
        ],
    )
    .await
}

fn page_of<T>(
    run: &AssignmentRun,
    page: PageRequest,
    items: impl Iterator<Item = Result<T, StoreError>>,
    id: impl Fn(&T) -> Uuid,
) -> Result<Page<T>, StoreError> {
    let items = items.collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(items, page.limit, |item| Cursor {
        at: run.created_at,
        id: id(item),
    }))
}

fn pair_from_row(row: &Row) -> Result<StoredPair, StoreError> {
    let Json(components) = row.try_get::<_, Json<Vec<Component>>>("components")?;
    let mentorship: Option<Uuid> = row.try_get("mentorship_id")?;
    Ok(StoredPair {
        id: row.try_get("id")?,
        pair: Pair {
            mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
            mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
        },
        score: Thousandths::new(row.try_get("score")?),
        components,
        reasoning: row.try_get("reasoning")?,
        is_weak: row.try_get("is_weak")?,
        is_pinned: row.try_get("is_pinned")?,
        mentorship_id: mentorship.map(MentorshipId::from),
        lost: row.try_get("lost")?,
    })
}

fn gap_from_row(row: &Row) -> Result<Gap, StoreError> {
    let (missing, options): (i32, i32) = (row.try_get("missing")?, row.try_get("options")?);
    let best: Option<Uuid> = row.try_get("best_id")?;
    let score: Option<i32> = row.try_get("best_score")?;
    Ok(Gap {
        person_id: row.try_get::<_, Uuid>("person_id")?.into(),
        role: user::word(GapRole::parse(row.try_get("role")?))?,
        missing: missing.unsigned_abs(),
        reason: user::word(GapReason::parse(row.try_get("reason")?))?,
        options: options.unsigned_abs(),
        best: best.map(UserId::from).zip(score.map(Thousandths::new)),
    })
}
