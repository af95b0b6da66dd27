//! `GET /api/admin/analytics/matching`

use axum::extract::State;
use serde::Serialize;
use shared::domain::analytics::share;
use shared::domain::score::Thousandths;
use shared::http::{Admin, Answer, ApiError, AppState, PeriodBody, Query, Refused};
use shared::store::analytics::matching::{self, Batches, Matches, Taken};
use utoipa::ToSchema;

use super::{PeriodQuery, check_program};

/// How mentors take to the mentees who are proposed to them.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatchingFiguresBody {
    period: PeriodBody,
    /// By the rank that the mentor has for the mentee; 1 is the best.
    by_rank: Vec<RankBody>,
    /// By the score of the two.
    by_score: Vec<ScoreBandBody>,
    batches: BatchFiguresBody,
    matches: MatchFiguresBody,
}

/// How proposals of one rank are taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct RankBody {
    rank: i32,
    figures: TakenBody,
}

/// How proposals with scores like these are taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScoreBandBody {
    /// The lowest score.
    from: i32,
    /// The score below which all of them are; a hundred is one of the highest.
    to: i32,
    figures: TakenBody,
}

/// How proposals are taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct TakenBody {
    /// How many mentors were asked.
    proposed: i64,
    /// How many took the mentee.
    selected: i64,
    passed: i64,
    /// How many said nothing in time.
    lapsed: i64,
    /// How many were not needed any more, because another one was faster or the mentee took the wish back.
    closed: i64,
    /// Of those who took the mentee, passed or said nothing: how many took the mentee.
    acceptance_rate: Option<Thousandths>,
}

/// What became of batches.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchFiguresBody {
    open: i64,
    selected: i64,
    passed: i64,
    lapsed: i64,
    closed: i64,
    /// Half of the selected ones were so within so many minutes, rounded down as answers to requests are.
    median_minutes: Option<i32>,
}

/// What long-term matches are.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatchFiguresBody {
    /// How many were made in these days.
    made: i64,
    /// How many go on now, whenever they were made.
    active: i64,
    /// How many of these somebody should look after.
    at_risk: i64,
    /// How many wishes wait for an admin now.
    requests_queued: i64,
}

/// Show how proposals of mentors are taken.
///
/// Batches belong to the day on which they were made. All of it is counted now.
#[utoipa::path(
    get,
    path = "/api/admin/analytics/matching",
    tag = "admin",
    params(PeriodQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<MatchingFiguresBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_matching_analytics(
    State(state): State<AppState>,
    Admin(_): Admin,
    Query(query): Query<PeriodQuery>,
) -> Result<Answer<MatchingFiguresBody>, ApiError> {
    let period = query.period(&state)?;
    let (within, program) = (period.span(), query.program());
    let client = state.db.client().await?;
    check_program(&client, program).await?;
    let (ranks, bands, batches, matches) = futures_util::try_join!(
        matching::list_by_rank(&client, within, program),
        matching::list_by_band(&client, within, program),
        matching::find_batches(&client, within, program),
        matching::find_matches(&client, within, program),
    )?;
    Ok(Answer::ok(MatchingFiguresBody {
        period: (&period).into(),
        by_rank: ranks.into_iter().map(RankBody::from).collect(),
        by_score: bands.into_iter().map(ScoreBandBody::from).collect(),
        batches: batches.into(),
        matches: matches.into(),
    }))
}

impl From<Taken> for RankBody {
    fn from(taken: Taken) -> Self {
        Self {
            rank: taken.class,
            figures: taken.into(),
        }
    }
}

impl From<Taken> for ScoreBandBody {
    fn from(taken: Taken) -> Self {
        Self {
            from: taken.class,
            to: taken.class + 10,
            figures: taken.into(),
        }
    }
}

impl From<Taken> for TakenBody {
    fn from(taken: Taken) -> Self {
        let answered = taken.selected + taken.passed + taken.lapsed;
        Self {
            proposed: taken.proposed,
            selected: taken.selected,
            passed: taken.passed,
            lapsed: taken.lapsed,
            closed: taken.closed,
            acceptance_rate: share(taken.selected, answered),
        }
    }
}

impl From<Batches> for BatchFiguresBody {
    fn from(batches: Batches) -> Self {
        Self {
            open: batches.open,
            selected: batches.selected,
            passed: batches.passed,
            lapsed: batches.lapsed,
            closed: batches.closed,
            median_minutes: batches.median_minutes,
        }
    }
}

impl From<Matches> for MatchFiguresBody {
    fn from(matches: Matches) -> Self {
        Self {
            made: matches.made,
            active: matches.active,
            at_risk: matches.at_risk,
            requests_queued: matches.queued,
        }
    }
}
