//! `GET /api/admin/analytics`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::domain::analytics::{Bucket, Interval, Statuses, share};
use shared::domain::matching::ProgramKey;
use shared::domain::score::Thousandths;
use shared::domain::time::Zone;
use shared::http::{Admin, Answer, ApiError, AppState, Day, PeriodBody, Problems, Query, Refused};
use shared::store::analytics::find_counted_at;
use shared::store::analytics::overview::{self, Active, Ratings, Volume};
use utoipa::{IntoParams, ToSchema};

use super::{check_program, period};

/// Which days, of which program, and how they are told.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OverviewQuery {
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
    /// Only what comes from matches of this program.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    program: Option<ProgramKey>,
    /// What the volume is told by; by day when it is left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    interval: Option<Interval>,
}

/// How the program does.
#[derive(Serialize, ToSchema)]
pub(crate) struct OverviewBody {
    period: PeriodBody,
    /// Until when sessions, their ratings and offers are counted: once an hour; `null` before the first time. Active people
    /// and ratings of matches are counted now.
    #[schema(value_type = Option<String>, format = DateTime)]
    as_of: Option<Timestamp>,
    /// How many sessions were asked for.
    sessions_requested: i64,
    /// How many start in these days to which the mentor said yes and that nobody called off.
    sessions_booked: i64,
    /// How many of them took place.
    sessions_completed: i64,
    /// How long the booked ones take together.
    booked_minutes: i64,
    /// How much time all mentors offer in these days, whatever the program.
    offered_minutes: i64,
    /// Booked time beside offered time; `null` when nothing is offered.
    utilisation: Option<Thousandths>,
    active_users: ActiveUsersBody,
    /// How mentees rate the sessions of these days. What is anonymous counts at once, what an admin hides does not.
    session_ratings: RatingsBody,
    /// How mentees rated their mentors in long-term matches in these days.
    match_ratings: RatingsBody,
    /// The same sessions, told one after the other.
    volume: Vec<VolumeBody>,
}

/// Who asked for a session, was asked for one, or has a booked one in these days.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActiveUsersBody {
    mentors: i64,
    mentees: i64,
}

/// How something is rated.
#[derive(Serialize, ToSchema)]
pub(crate) struct RatingsBody {
    count: i64,
    /// The mean, from 1 to 5; `null` without ratings.
    average: Option<Thousandths>,
}

/// The sessions of a day, a week or a month.
#[derive(Serialize, ToSchema)]
pub(crate) struct VolumeBody {
    /// Its first day within the days asked for.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Its last day, inclusive.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// How many were asked for.
    requested: i64,
    /// How many start then that are booked.
    booked: i64,
    /// How many of them took place.
    completed: i64,
    booked_minutes: i64,
}

/// Show how the program does.
///
/// Sessions belong to the day on which they start, requests to the day on which they were made. Booked are confirmed,
/// completed and no-show sessions. Offered is the time in which mentors are open and nothing is blocked: as it was on days
/// that are over, as it is now from today on. Shares have at most three places; 1 is all.
#[utoipa::path(
    get,
    path = "/api/admin/analytics",
    tag = "admin",
    params(OverviewQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<OverviewBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_analytics(
    State(state): State<AppState>,
    Admin(_): Admin,
    Query(query): Query<OverviewQuery>,
) -> Result<Answer<OverviewBody>, ApiError> {
    let period = period((query.from, query.to), query.zone, &state)?;
    let program = query.program.as_ref().map(ProgramKey::as_str);
    let buckets = period.buckets(query.interval.unwrap_or(Interval::Day));
    let within = period.span();
    let client = state.db.client().await?;
    check_program(&client, program).await?;
    let (volumes, offered, active, matches, counted_at) = futures_util::try_join!(
        overview::list_volumes(&client, &buckets, within, program),
        overview::find_offered_minutes(&client, within),
        overview::count_active(&client, within, program),
        overview::find_match_ratings(&client, within, program),
        find_counted_at(&client),
    )?;
    let sum = volumes.iter().copied().reduce(add).unwrap_or_default();
    let volume = buckets.iter().zip(volumes);
    Ok(Answer::ok(OverviewBody {
        period: (&period).into(),
        as_of: counted_at,
        sessions_requested: sum.requested,
        sessions_booked: sum.statuses.booked(),
        sessions_completed: sum.statuses.completed,
        booked_minutes: sum.booked_minutes,
        offered_minutes: offered,
        utilisation: share(sum.booked_minutes, offered),
        active_users: active.into(),
        session_ratings: sum.ratings.into(),
        match_ratings: matches.into(),
        volume: volume.map(VolumeBody::new).collect(),
    }))
}

fn add(one: Volume, other: Volume) -> Volume {
    let statuses: Statuses = one.statuses + other.statuses;
    Volume {
        requested: one.requested + other.requested,
        statuses,
        booked_minutes: one.booked_minutes + other.booked_minutes,
        ratings: Ratings {
            count: one.ratings.count + other.ratings.count,
            sum: one.ratings.sum + other.ratings.sum,
        },
    }
}

impl VolumeBody {
    const fn new((bucket, volume): (&Bucket, Volume)) -> Self {
        Self {
            from: bucket.first,
            to: bucket.last,
            requested: volume.requested,
            booked: volume.statuses.booked(),
            completed: volume.statuses.completed,
            booked_minutes: volume.booked_minutes,
        }
    }
}

impl From<Active> for ActiveUsersBody {
    fn from(active: Active) -> Self {
        Self {
            mentors: active.mentors,
            mentees: active.mentees,
        }
    }
}

impl From<Ratings> for RatingsBody {
    fn from(ratings: Ratings) -> Self {
        Self {
            count: ratings.count,
            average: share(ratings.sum, ratings.count),
        }
    }
}
