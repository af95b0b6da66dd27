//! `POST /api/matching/requests`

use std::collections::HashSet;

use axum::Extension;
use axum::extract::State;
use jiff::Timestamp;
use shared::domain::id::{MentoringRequestId, UserId};
use shared::domain::matching::{Ask, Program, Scored, Vector};
use shared::domain::mentoring::{
    CANDIDATES, Candidate, MentoringRequest, Next, Outcome, RequestStatus,
};
use shared::http::{
    Answer, ApiError, AppState, CatalogCache, IdempotencyKey, Json, Mentee, Refused,
};
use shared::store;
use shared::store::matching::rank;

use super::promise;
use super::request_body::{AskBody, RequestBody};
use crate::meaning;
use crate::request::weighed;

/// The program for long-term mentoring, which is meant when none is named.
const MENTORSHIP: &str = "mentorship";

/// Ask for a long-term mentor.
///
/// The three who fit best are asked at once, and the first to select takes you on. Those who do not answer within
/// 72 hours are followed by the next three; when nobody is left, the program team looks after it. One request is open
/// at a time.
#[utoipa::path(
    post,
    path = "/api/matching/requests",
    tag = "matching",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = AskBody,
    responses((status = CREATED, body = Answer<RequestBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn ask_for_mentor(
    State(state): State<AppState>,
    Extension(cache): Extension<CatalogCache>,
    Mentee(actor): Mentee,
    Json(body): Json<AskBody>,
) -> Result<Answer<RequestBody>, ApiError> {
    actor.require_ready()?;
    let key = body.program.unwrap_or_else(|| MENTORSHIP.to_owned());
    let goals = body.goals.into_string();
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let wanted = Wanted {
        mentee: actor.id,
        goals: &goals,
        program: &key,
    };
    // In a box: its room is needed before the rest of the handler's.
    let best = Box::pin(candidates(&state, &cache, &client, wanted)).await?;
    let (program, scored) = (best.program, best.scored);

    let available: HashSet<UserId> = scored.iter().map(|one| one.mentor_id).collect();
    let next = Next {
        available: &available,
        batch_id: state.clock.id(),
    };
    let wish = wish(state.clock.id(), actor.id, goals, &program, now);
    let wish = MentoringRequest {
        candidates: scored.iter().zip(1..).map(candidate).collect(),
        ..wish
    };
    let (request, events) = wish.begin(&next, now);
    let meaning = state.bedrock.embedding_model().zip(best.meaning.as_ref());
    let tx = client.transaction();
    let (inserted, promised) = futures_util::join!(
        store::mentoring::insert(&tx, &request, &scored, meaning),
        promise(&tx, &state.clock, now, events)
    );
    inserted??;
    promised?;

    let (location, version) = (
        format!("/api/matching/requests/{}", request.id),
        request.version,
    );
    Answer::created(RequestBody::new(request, actor.id), location)
        .at_version(version)
        .commit(tx)
        .await
}

/// Who wants a mentor for what, and how mentors are scored for them.
struct Wanted<'a> {
    mentee: UserId,
    goals: &'a str,
    program: &'a str,
}

/// Who can be asked.
struct Best {
    /// The program that says so.
    program: Program,
    /// The best first.
    scored: Vec<Scored>,
    /// What is wanted, as a model reads it.
    meaning: Option<Vector>,
}

/// The best mentors who can be asked.
async fn candidates(
    state: &AppState,
    cache: &CatalogCache,
    client: &store::Client,
    wanted: Wanted<'_>,
) -> Result<Best, ApiError> {
    let (mentee, now) = (wanted.mentee, state.clock.now());
    let ask = Ask {
        topic: None,
        need: Some(wanted.goals.to_owned()),
    };
    let model = state.bedrock.embedding_model();
    let read = futures_util::future::try_join5(
        store::matching::find_mentee_facts(client, mentee),
        store::catalog::revision(client),
        store::program::find_active(client, wanted.program),
        meaning::of_profile(client, mentee, model),
        store::mentoring::list_out_of_reach(client, mentee, now),
    );
    let (read, asked) = futures_util::join!(read, meaning::of_ask(&state.bedrock, &ask));
    let (facts, revision, program, known, out_of_reach) = read?;
    let program = weighed(program, None)?;
    let facts = facts.ok_or(ApiError::not_found("mentee"))?;
    let meaning = asked
        .as_ref()
        .ok()
        .copied()
        .flatten()
        .map(|(_, vector)| vector);
    // Without the meanings of texts their words are compared, which is good enough to ask people.
    let (facts, ..) = meaning::join(facts, known, asked);
    let catalog = cache.at(revision, client, model).await?;
    let mut ranking = catalog.rank(&facts, &ask, &program);
    ranking.retain(|mentor| !out_of_reach.contains(&mentor));
    let ranked = rank(client, &ranking, CANDIDATES, mentee, now).await?;
    Ok(Best {
        program,
        scored: ranked.best,
        meaning,
    })
}

fn candidate((scored, place): (&Scored, i32)) -> Candidate {
    Candidate {
        place,
        mentor_id: scored.mentor_id,
        score: scored.score,
        round: None,
        outcome: Outcome::Waiting,
        reason: None,
        answered_at: None,
    }
}

fn wish(
    id: MentoringRequestId,
    mentee_id: UserId,
    goals: String,
    program: &Program,
    now: Timestamp,
) -> MentoringRequest {
    MentoringRequest {
        id,
        mentee_id,
        status: RequestStatus::Open,
        goals,
        program: program.key().to_owned(),
        program_version: program.version(),
        rounds: 0,
        mentorship_id: None,
        queued_at: None,
        version: 0,
        created_at: now,
        updated_at: now,
        batches: Vec::new(),
        candidates: Vec::new(),
    }
}
