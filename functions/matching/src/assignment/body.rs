//! What `/api/matching/batch` gives.

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::assignment_run::{
    AssignmentRun, Figures, Gap, GapReason, GapRole, Mode, Move, MoveReason, RunAction, RunStatus,
    Scope,
};
use shared::domain::id::{AssignmentRunId, MentorshipId, UserId};
use shared::domain::job::Job;
use shared::domain::matching::Component;
use shared::domain::score::{Thousandths, Total};
use shared::store::assignment_run::StoredPair;
use utoipa::ToSchema;

/// A batch: everybody who waits, matched at once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunBody {
    job_id: AssignmentRunId,
    status: RunStatus,
    mode: Mode,
    scope: Scope,
    #[schema(example = "mentorship")]
    program: String,
    program_version: i32,
    matches_each: u32,
    /// How many pairs were decided on before.
    pinned: usize,
    /// How many pairs were ruled out before.
    excluded: usize,
    /// How much of it is solved, in percent.
    #[schema(minimum = 0, maximum = 100)]
    progress: i16,
    /// How often solving it was tried; 0 once its job was forgotten.
    attempts: i32,
    /// Why it could not be solved.
    error: Option<String>,
    /// What came of it.
    figures: Option<FiguresBody>,
    /// The batch that it was compared with.
    previous_job_id: Option<AssignmentRunId>,
    requested_by: Option<UserId>,
    closed_by: Option<UserId>,
    version: i64,
    /// What you may do now.
    allowed_actions: Vec<RunAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    staged_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
}

impl RunBody {
    pub(crate) const fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn new(run: AssignmentRun, job: Option<Job>) -> Self {
        let progress = match run.status {
            RunStatus::Staged | RunStatus::Published => 100,
            RunStatus::Solving | RunStatus::Dropped | RunStatus::Failed => {
                job.as_ref().map_or(0, |job| job.progress.get())
            }
        };
        Self {
            job_id: run.id,
            status: run.status,
            allowed_actions: run.allowed_actions(),
            mode: run.order.mode,
            scope: run.order.scope,
            program: run.order.program,
            program_version: run.order.program_version,
            matches_each: run.order.matches_each,
            pinned: run.order.pinned.len(),
            excluded: run.order.excluded.len(),
            progress,
            attempts: job.as_ref().map_or(0, |job| job.attempts),
            error: job.and_then(|job| job.error),
            figures: run.figures.as_ref().map(FiguresBody::from),
            previous_job_id: run.previous_id,
            requested_by: run.requested_by,
            closed_by: run.closed_by,
            version: run.version,
            created_at: run.created_at,
            staged_at: run.staged_at,
            closed_at: run.closed_at,
        }
    }
}

/// What came of a batch.
#[derive(Serialize, ToSchema)]
pub(crate) struct FiguresBody {
    /// Mentees who looked for somebody, and those of them who got somebody.
    mentees: u32,
    matched: u32,
    /// Mentors who had places, and how many these were.
    mentors: u32,
    places: u32,
    pairs: u32,
    /// Pairs that could not be made any more when the batch was published.
    lost: Option<u32>,
    /// The sum of the scores. It is proven that no other assignment with the same floors has a higher one.
    total: Total,
    /// What every first, second and third match reaches, as far as all can have one; no higher floor is possible.
    floors: Vec<Thousandths>,
    /// The lowest best match of a mentee; 0 when somebody got nobody.
    least_first: Total,
    /// The lowest sum of a mentee's matches.
    least_sum: Total,
    /// How unequal the sums of the mentees are, 0–1.
    mentee_gini: Total,
    /// How unequal the numbers of mentees are that mentors got, 0–1.
    mentor_gini: Total,
    /// Pairs that were not made though both would rather have each other.
    blocking_pairs: u64,
    /// The mentees in them.
    blocked_mentees: u64,
    /// People who got less than they wanted.
    unmatched: u32,
    /// Mentees with other mentors than in the batch before.
    changes: u32,
    /// Whether some were compared by words alone, though a model is there to read what they mean.
    degraded: bool,
}

impl From<&Figures> for FiguresBody {
    fn from(figures: &Figures) -> Self {
        Self {
            mentees: figures.mentees,
            matched: figures.matched,
            mentors: figures.mentors,
            places: figures.places,
            pairs: figures.pairs,
            lost: figures.lost,
            total: Total::new(figures.total),
            floors: figures
                .floors
                .0
                .iter()
                .flatten()
                .copied()
                .map(Thousandths::new)
                .collect(),
            least_first: Total::new(figures.least_first),
            least_sum: Total::new(figures.least_sum),
            mentee_gini: Total::new(figures.mentee_gini),
            mentor_gini: Total::new(figures.mentor_gini),
            blocking_pairs: figures.blocking_pairs,
            blocked_mentees: figures.blocked_mentees,
            unmatched: figures.gaps,
            changes: figures.changes,
            degraded: figures.words_only > 0,
        }
    }
}

/// A pair of a batch.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentPairBody)]
pub(crate) struct PairBody {
    mentee_id: UserId,
    mentor_id: UserId,
    /// 0–100, the sum of the components' points.
    score: Thousandths,
    components: Vec<Component>,
    reasoning: String,
    /// Whether the score lies below what the program calls good.
    is_weak: bool,
    /// Whether it was decided on before.
    is_pinned: bool,
    /// The match that was made when the batch was published.
    match_id: Option<MentorshipId>,
    /// What stood against it then, as a code.
    #[schema(example = "mentor_full")]
    lost: Option<String>,
}

impl From<StoredPair> for PairBody {
    fn from(stored: StoredPair) -> Self {
        Self {
            mentee_id: stored.pair.mentee_id,
            mentor_id: stored.pair.mentor_id,
            score: stored.score,
            components: stored.components,
            reasoning: stored.reasoning,
            is_weak: stored.is_weak,
            is_pinned: stored.is_pinned,
            match_id: stored.mentorship_id,
            lost: stored.lost,
        }
    }
}

/// Somebody who got less than they wanted.
#[derive(Serialize, ToSchema)]
#[schema(as = UnmatchedBody)]
pub(crate) struct GapBody {
    user_id: UserId,
    role: GapRole,
    /// How many mentors a mentee lacks, or how many places of a mentor are free.
    missing: u32,
    reason: GapReason,
    /// How many they might have had, whom they did not get.
    options: u32,
    /// Who of those fits best.
    best_id: Option<UserId>,
    best_score: Option<Thousandths>,
}

impl From<Gap> for GapBody {
    fn from(gap: Gap) -> Self {
        Self {
            user_id: gap.person_id,
            role: gap.role,
            missing: gap.missing,
            reason: gap.reason,
            options: gap.options,
            best_id: gap.best.map(|(id, _)| id),
            best_score: gap.best.map(|(_, score)| score),
        }
    }
}

/// A mentee with other mentors than in the batch before.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentChangeBody)]
pub(crate) struct ChangeBody {
    mentee_id: UserId,
    /// The mentors who were lost, then those who were got.
    moves: Vec<MoveBody>,
}

/// A mentor who was lost or got.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentMoveBody)]
pub(crate) struct MoveBody {
    mentor_id: UserId,
    reason: MoveReason,
    score_before: Option<Thousandths>,
    score_now: Option<Thousandths>,
}

impl From<(UserId, Vec<Move>)> for ChangeBody {
    fn from((mentee_id, moves): (UserId, Vec<Move>)) -> Self {
        let body = |one: Move| MoveBody {
            mentor_id: one.mentor_id,
            reason: one.reason,
            score_before: one.score_before,
            score_now: one.score_now,
        };
        Self {
            mentee_id,
            moves: moves.into_iter().map(body).collect(),
        }
    }
}
