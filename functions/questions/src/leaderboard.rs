//! `GET /api/questions/leaderboard`

use std::collections::HashMap;

use axum::extract::State;
use deserr::Deserr;
use serde::Serialize;
use shared::clock::Clock;
use shared::domain::id::UserId;
use shared::domain::question::{Place, board};
use shared::domain::score::Total;
use shared::http::{Actor, Answer, ApiError, Limit, Problems, Query, Refused};
use shared::store::question::Named;
use shared::store::{self, Db};
use utoipa::{IntoParams, ToSchema};

/// How much of the leaderboard.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LeaderboardQuery {
    /// How many mentors, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
}

/// A mentor's place on the leaderboard.
#[derive(Serialize, ToSchema)]
pub(crate) struct LeaderboardPlaceBody {
    /// From 1 on; mentors with the same points share one.
    rank: u32,
    mentor_id: UserId,
    first_name: String,
    last_name: String,
    /// What their rated answers are worth today.
    points: Total,
    /// How many answers were rated in the last 360 days.
    rated_answers: u32,
}

impl LeaderboardPlaceBody {
    fn new(place: Place, names: &mut HashMap<UserId, Named>) -> Option<Self> {
        let name = names.remove(&place.mentor_id)?;
        Some(Self {
            rank: place.rank,
            mentor_id: place.mentor_id,
            first_name: name.first_name,
            last_name: name.last_name,
            points: place.points,
            rated_answers: place.rated,
        })
    }
}

/// Show the leaderboard.
///
/// Only answers that were rated count: five stars three points, four stars two, three stars one. What an answer is worth
/// halves every 30 days. Mentors leave it in their privacy settings.
#[utoipa::path(
    get,
    path = "/api/questions/leaderboard",
    tag = "questions",
    params(LeaderboardQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<LeaderboardPlaceBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_leaderboard(
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Actor,
    Query(query): Query<LeaderboardQuery>,
) -> Result<Answer<Vec<LeaderboardPlaceBody>>, ApiError> {
    let client = db.client().await?;
    let tallies = store::question::list_tallies(&client, clock.now()).await?;
    let mut places = board(&tallies);
    places.truncate(usize::try_from(query.limit.get()).unwrap_or(20));
    let mentors: Vec<UserId> = places.iter().map(|place| place.mentor_id).collect();
    let mut names = store::question::list_names(&client, &mentors).await?;
    let bodies = places
        .into_iter()
        .filter_map(|place| LeaderboardPlaceBody::new(place, &mut names));
    Ok(Answer::ok(bodies.collect()))
}
