//! `GET /api/admin/analytics/matching`

use std::collections::BTreeMap;

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::analytics::Taken;
use shared::domain::score::Thousandths;
use shared::http::{Admin, Answer, ApiError, AppState, PeriodBody, Query, Refused};
use shared::store::analytics::find_counted_at;
use shared::store::analytics::matching::{self, Batches, Group, Matches};
use utoipa::ToSchema;

use super::{PeriodQuery, check_program};

/// How mentors take to the mentees who are proposed to them.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatchingFiguresBody {
    period: PeriodBody,
    /// Until when whole days of proposals and batches are counted: once an hour; `null` before the first time.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
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

/// What long-term matches are, counted now.
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
/// Batches belong to the day on which they were made.
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
    let (cover, program) = (period.cover(), query.program());
    let client = state.db.client().await?;
    check_program(&client, program).await?;
    let (groups, batches, matches, counted_at) = futures_util::try_join!(
        matching::list_groups(&client, &cover, program),
        matching::find_batches(&client, &cover, program),
        matching::find_matches(&client, period.span(), program),
        find_counted_at(&client),
    )?;
    let rank = |(rank, taken): (i32, Taken)| RankBody {
        rank,
        figures: taken.into(),
    };
    let band = |(tens, taken): (i32, Taken)| ScoreBandBody {
        from: tens,
        to: tens + 10,
        figures: taken.into(),
    };
    let ranks = by(&groups, |group| group.rank).into_iter();
    let bands = by(&groups, |group| group.tens).into_iter();
    Ok(Answer::ok(MatchingFiguresBody {
        period: (&period).into(),
        as_of: counted_at,
        by_rank: ranks.map(rank).collect(),
        by_score: bands.map(band).collect(),
        batches: batches.into(),
        matches: matches.into(),
    }))
}

fn by(groups: &[Group], key: impl Fn(&Group) -> i32) -> BTreeMap<i32, Taken> {
    let mut sums: BTreeMap<i32, Taken> = BTreeMap::new();
    for group in groups {
        *sums.entry(key(group)).or_default() += group.taken;
    }
    sums
}

impl From<Taken> for TakenBody {
    fn from(taken: Taken) -> Self {
        Self {
            proposed: taken.proposed,
            selected: taken.selected,
            passed: taken.passed,
            lapsed: taken.lapsed,
            closed: taken.closed,
            acceptance_rate: taken.acceptance(),
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
            median_minutes: batches.answers.percentile(50),
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
