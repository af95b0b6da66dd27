//! `GET /api/admin/analytics/sessions`

use std::collections::BTreeMap;

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::analytics::Statuses;
use shared::http::{Admin, Answer, ApiError, AppState, PeriodBody, Query, Refused};
use shared::store::analytics::find_counted_at;
use shared::store::analytics::sessions::{self, Group};
use utoipa::ToSchema;

use super::funnel::{AnswersBody, FunnelBody};
use super::{PeriodQuery, check_program};

/// How many topics are told one by one.
const TOPICS: usize = 50;

/// What becomes of sessions.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionFiguresBody {
    period: PeriodBody,
    /// Until when whole days are counted: once an hour; `null` before the first time.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    total: FunnelBody,
    answers: AnswersBody,
    by_program: Vec<ProgramFunnelBody>,
    /// The topics with the most sessions, at most fifty. One that is on no list stands under `null`, with all others that
    /// are left.
    by_topic: Vec<TopicFunnelBody>,
}

/// The sessions of one program.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProgramFunnelBody {
    /// `null` for sessions that come from no match.
    program: Option<String>,
    figures: FunnelBody,
}

/// The sessions about one topic.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopicFunnelBody {
    topic: Option<String>,
    figures: FunnelBody,
}

/// Show what becomes of sessions.
///
/// Sessions belong to the day on which they start.
#[utoipa::path(
    get,
    path = "/api/admin/analytics/sessions",
    tag = "admin",
    params(PeriodQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<SessionFiguresBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_session_analytics(
    State(state): State<AppState>,
    Admin(_): Admin,
    Query(query): Query<PeriodQuery>,
) -> Result<Answer<SessionFiguresBody>, ApiError> {
    let period = query.period(&state)?;
    let cover = period.cover();
    let client = state.db.client().await?;
    check_program(&client, query.program()).await?;
    let (groups, times, counted_at) = futures_util::try_join!(
        sessions::list_groups(&client, &cover, query.program()),
        sessions::find_answer_times(&client, &cover, query.program()),
        find_counted_at(&client),
    )?;
    let programs = by(&groups, |group| &group.program).into_iter();
    let total: Vec<Statuses> = groups.iter().map(|group| group.statuses).collect();
    Ok(Answer::ok(SessionFiguresBody {
        period: (&period).into(),
        as_of: counted_at,
        total: sum(&total).into(),
        answers: (&times).into(),
        by_program: programs
            .map(|(program, statuses)| ProgramFunnelBody {
                program,
                figures: statuses.into(),
            })
            .collect(),
        by_topic: topics(&groups),
    }))
}

fn by(
    groups: &[Group],
    key: impl Fn(&Group) -> &Option<String>,
) -> BTreeMap<Option<String>, Statuses> {
    let mut sums: BTreeMap<Option<String>, Statuses> = BTreeMap::new();
    for group in groups {
        *sums.entry(key(group).clone()).or_default() += group.statuses;
    }
    sums
}

fn sum(statuses: &[Statuses]) -> Statuses {
    statuses
        .iter()
        .fold(Statuses::default(), |sum, next| sum + *next)
}

/// The most frequent topics one by one, and the others together.
fn topics(groups: &[Group]) -> Vec<TopicFunnelBody> {
    let mut sums = by(groups, |group| &group.topic);
    let unnamed = sums.remove(&None);
    let mut named: Vec<_> = sums.into_iter().collect();
    named.sort_by_key(|(_, statuses)| -statuses.total());
    let rest: Vec<Statuses> = named
        .split_off(named.len().min(TOPICS))
        .into_iter()
        .map(|(_, statuses)| statuses)
        .chain(unnamed)
        .collect();
    if !rest.is_empty() {
        named.push((None, sum(&rest)));
    }
    let bodies = named.into_iter().map(|(topic, statuses)| TopicFunnelBody {
        topic,
        figures: statuses.into(),
    });
    bodies.collect()
}
