//! `POST /api/matching/match`

use axum::Extension;
use axum::extract::State;
use shared::domain::id::UserId;
use shared::domain::matching::{Ask, Program, Weights};
use shared::domain::user::Role;
use shared::domain::value::Text;
use shared::http::{
    Actor, Answer, ApiError, AppState, CatalogCache, IdempotencyKey, Json, Problems, Refused,
};
use shared::store;
use shared::store::matching::rank;

use crate::again::{Basis, Made};
use crate::body::{MatchBody, MatchLimit, MatchRequestBody};
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
    let (inquiry, now) = (Inquiry::read(body)?, state.clock.now());
    let model = state.bedrock.embedding_model();
    let question = inquiry.question(model)?;
    let mut client = state.db.client().await?;
    let (standing, facts, program, known) = futures_util::try_join!(
        // The first of them: profiles are read as they are at these versions, or later.
        store::match_cache::look_up(&client, mentee, &question),
        store::matching::find_mentee_facts(&client, mentee),
        store::program::find_active(&client, &inquiry.program),
        meaning::of_profile(&client, mentee, model),
    )?;
    let program = weighed(program, inquiry.preferred)?;
    let facts = facts.ok_or(ApiError::not_found("mentee"))?;
    let basis = Basis::new(standing, &program, &known);
    if let Some(same) = basis.same_again(&client, mentee, now).await? {
        return Ok(same);
    }
    let asked = meaning::of_ask(&state.bedrock, &inquiry.ask).await;
    let (facts, is_degraded, is_lasting) = meaning::join(facts, known, asked);
    let catalog = cache.at(basis.revision(), &client, model).await?;
    let ranking = catalog.rank(&facts, &inquiry.ask, &program);
    let ranked = rank(&client, &ranking, inquiry.limit, mentee, now).await?;
    let made = Made::new(&ranked, &state.clock, is_degraded);
    let tx = client.transaction();
    store::matching::insert(&tx, mentee, &program, &made.matches, now).await?;
    if is_lasting {
        basis.keep(&tx, (mentee, &question), &made, now).await?;
    }
    made.answer(&catalog, &ranked.next_slots).commit(tx).await
}

/// What is asked.
struct Inquiry {
    ask: Ask,
    program: String,
    preferred: Option<Weights>,
    limit: usize,
}

impl Inquiry {
    fn read(body: MatchRequestBody) -> Result<Self, ApiError> {
        let limit = body.limit.map_or(5, MatchLimit::get);
        Ok(Self {
            ask: Ask {
                topic: body.topic.map(Text::into_string),
                need: body.need.map(Text::into_string),
            },
            program: body.program.unwrap_or_else(|| OFFICE_HOURS.to_owned()),
            preferred: preferred(body.preferences)?,
            limit: usize::try_from(limit).unwrap_or(5),
        })
    }

    /// All that is asked in words, so that the same question is recognised.
    fn question(&self, model: Option<&str>) -> Result<String, ApiError> {
        let asked = (
            &self.ask.topic,
            &self.ask.need,
            &self.program,
            self.preferred,
            self.limit,
            model,
        );
        serde_json::to_string(&asked).map_err(|_| ApiError::internal())
    }
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
