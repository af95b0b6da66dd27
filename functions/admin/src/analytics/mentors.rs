//! `GET /api/admin/analytics/mentors`

use axum::extract::State;
use deserr::Deserr;
use serde::Serialize;
use shared::domain::analytics::share;
use shared::domain::id::UserId;
use shared::domain::matching::ProgramKey;
use shared::domain::score::Thousandths;
use shared::domain::time::Zone;
use shared::http::{
    Admin, ApiError, AppState, Counted, Day, Limit, PageCursor, Problems, Query, Refused,
};
use shared::store::analytics::mentors::{self, MentorFigures};
use utoipa::{IntoParams, ToSchema};

use super::funnel::{AnswersBody, FunnelBody};
use super::{check_program, period};

/// Which days, of which program, and which part of the list.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MentorFiguresQuery {
    /// The first day; thirty days when it is left out. At most 366 days can be asked for.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Day>,
    /// The last day, inclusive, at most 92 days ahead; today when it is left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    to: Option<Day>,
    /// The zone in which days begin and end; UTC when it is left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    zone: Option<Zone>,
    /// Only sessions that come from matches of this program.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    program: Option<ProgramKey>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// How one mentor does.
#[derive(Serialize, ToSchema)]
pub(crate) struct MentorFiguresBody {
    mentor_id: UserId,
    first_name: String,
    last_name: String,
    sessions: FunnelBody,
    /// How long the booked ones take together.
    booked_minutes: i64,
    /// How much time the mentor offers in these days, as it was counted within the last hour.
    offered_minutes: i64,
    /// Booked time beside offered time; `null` when nothing is offered.
    utilisation: Option<Thousandths>,
    answers: AnswersBody,
    /// How mentees rate them as everybody sees it: what is anonymous waits until it is published, and fewer than three
    /// ratings are `null`.
    rating: Option<Thousandths>,
    rating_count: i32,
    load: MentorLoadBody,
}

/// How busy a mentor is now.
#[derive(Serialize, ToSchema)]
pub(crate) struct MentorLoadBody {
    /// How many mentees they take for long.
    places: i32,
    /// How many of these places are taken.
    places_taken: i64,
    /// How many requests for a session wait for their answer.
    requests_waiting: i64,
}

/// List mentors with their figures, the newest first.
///
/// Sessions belong to the day on which they start. All of it is counted now, but for the time that is offered.
#[utoipa::path(
    get,
    path = "/api/admin/analytics/mentors",
    tag = "admin",
    params(MentorFiguresQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Counted<MentorFiguresBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_mentor_analytics(
    State(state): State<AppState>,
    Admin(_): Admin,
    Query(query): Query<MentorFiguresQuery>,
) -> Result<Counted<MentorFiguresBody>, ApiError> {
    let period = period((query.from, query.to), query.zone, &state)?;
    let program = query.program.as_ref().map(ProgramKey::as_str);
    let page = query.limit.after(query.cursor);
    let client = state.db.client().await?;
    check_program(&client, program).await?;
    let found = mentors::list(&client, period.span(), program, page).await?;
    let bodies = found.items.into_iter().map(MentorFiguresBody::from);
    Ok(Counted::new(
        bodies.collect(),
        page.limit,
        found.next,
        &period,
    ))
}

impl From<MentorFigures> for MentorFiguresBody {
    fn from(figures: MentorFigures) -> Self {
        Self {
            mentor_id: figures.mentor,
            first_name: figures.first_name,
            last_name: figures.last_name,
            sessions: figures.statuses.into(),
            booked_minutes: figures.booked_minutes,
            offered_minutes: figures.offered_minutes,
            utilisation: share(figures.booked_minutes, figures.offered_minutes),
            answers: AnswersBody::new(figures.answers, figures.median_minutes, figures.p90_minutes),
            rating: figures.rating,
            rating_count: figures.rating_count,
            load: MentorLoadBody {
                places: figures.places,
                places_taken: figures.places_taken,
                requests_waiting: figures.waiting,
            },
        }
    }
}
