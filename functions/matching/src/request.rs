//! `POST /api/matching/match`

use axum::Extension;
use axum::extract::State;
use shared::domain::id::{MatchId, UserId};
use shared::domain::matching::{Ask, Catalog, Program, Scored, Weights};
use shared::domain::user::Role;
use shared::domain::value::Text;
use shared::http::{Actor, Answer, ApiError, AppState, IdempotencyKey, Json, Problems, Refused};
use shared::store;
use shared::store::matching::{Ranked, rank};

use crate::body::{MatchBody, MatchRequestBody};
use crate::catalog::CatalogCache;
use crate::meaning;
use crate::program_body::WeightsBody;

/// The program for single sessions, which is meant when none is named.
const OFFICE_HOURS: &str = "office_hours";

/// Find the mentors who fit best.
///
/// Points add up to the score, and every component names the facts of both sides that gave them.
#[utoipa::path(
    post,
    path = "/api/matching/match",
    tag = "matching",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = MatchRequestBody,
    responses((status = OK, body = Answer<Vec<MatchBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn find_matches(
    State(state): State<AppState>,
    Extension(cache): Extension<CatalogCache>,
    actor: Actor,
    Json(body): Json<MatchRequestBody>,
) -> Result<Answer<Vec<MatchBody>>, ApiError> {
    let mentee = mentee(actor, body.mentee_id)?;
    let limit = body
        .limit
        .map_or(5, |limit| usize::try_from(limit.get()).unwrap_or(5));
    let ask = Ask {
        topic: body.topic.map(Text::into_string),
        need: body.need.map(Text::into_string),
    };
    let preferred = preferred(body.preferences)?;
    let key = body.program.unwrap_or_else(|| OFFICE_HOURS.to_owned());
    let now = state.clock.now();

    let mut client = state.db.client().await?;
    let model = state.bedrock.embedding_model();
    let read = futures_util::future::try_join4(
        store::matching::find_mentee_facts(&client, mentee),
        store::catalog::revision(&client),
        store::program::find_active(&client, &key),
        meaning::of_profile(&client, mentee, model),
    );
    let (read, asked) = futures_util::join!(read, meaning::of_ask(&state.bedrock, &ask));
    let (facts, revision, program, known) = read?;
    let program = weighed(program, preferred)?;
    let mut facts = facts.ok_or(ApiError::not_found("mentee"))?;
    let is_degraded = meaning::join(&mut facts, known, asked);
    let catalog = cache.at(revision, &client, model).await?;
    let ranking = catalog.rank(&facts, &ask, &program);
    let ranked = rank(&client, &ranking, limit, mentee, now).await?;

    let matches: Vec<(MatchId, Scored)> = ranked
        .best
        .iter()
        .map(|scored| (state.clock.id(), scored.clone()))
        .collect();
    let tx = client.transaction();
    store::matching::insert(&tx, mentee, &program, &matches, now).await?;
    Answer::ok(bodies(matches, &catalog, &ranked))
        .degraded(is_degraded)
        .commit(tx)
        .await
}

/// The weights that somebody prefers to the program's.
fn preferred(preferences: Option<WeightsBody>) -> Result<Option<Weights>, ApiError> {
    let weights = preferences.map(WeightsBody::weights).transpose();
    weights.map_err(|refused| ApiError::from(refused).about("preferences"))
}

/// The program that holds the weights, if it is in use.
pub(crate) fn weighed(
    program: Option<Program>,
    preferred: Option<Weights>,
) -> Result<Program, ApiError> {
    let unknown = || Problems::of("program", "unknown_value", "is no program that is in use");
    let program = program.ok_or_else(unknown)?;
    Ok(match preferred {
        Some(weights) => program.weighing(weights),
        None => program,
    })
}

/// A mentee asks for themselves, an admin for anybody.
fn mentee(actor: Actor, named: Option<UserId>) -> Result<UserId, ApiError> {
    match (actor.role, named) {
        (Role::Mentee, None) => {
            actor.require_ready()?;
            Ok(actor.id)
        }
        (Role::Mentee, Some(id)) if id == actor.id => mentee(actor, None),
        (Role::Admin, Some(id)) => Ok(id),
        (Role::Admin, None) => {
            Err(Problems::of("mentee_id", "missing_field", "is required").into())
        }
        (Role::Mentee | Role::Mentor, _) => Err(ApiError::forbidden()),
    }
}

fn bodies(matches: Vec<(MatchId, Scored)>, catalog: &Catalog, ranked: &Ranked) -> Vec<MatchBody> {
    matches
        .into_iter()
        .filter_map(|(id, scored)| {
            let mentor = catalog.mentor(scored.mentor_id)?;
            let slots = ranked.next_slots(scored.mentor_id);
            Some(MatchBody::new(id, scored, mentor, slots))
        })
        .collect()
}
