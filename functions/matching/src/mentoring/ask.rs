//! `POST /api/matching/requests`

use std::collections::HashSet;

use axum::Extension;
use axum::extract::State;
use jiff::Timestamp;
use shared::domain::id::{MentoringRequestId, UserId};
use shared::domain::matching::{Ask, Program, Scored};
use shared::domain::mentoring::{
    CANDIDATES, Candidate, MentoringRequest, Next, Outcome, RequestStatus,
};
use shared::http::{Answer, ApiError, AppState, IdempotencyKey, Json, Mentee, Refused};
use shared::store;
use shared::store::matching::rank;

use super::promise;
use super::request_body::{AskBody, RequestBody};
use crate::catalog::CatalogCache;
use crate::request::program;

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
    let (program, goals) = (program(body.program), body.goals.into_string());
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let scored = candidates(&state, &cache, &client, actor.id, &goals, &program).await?;

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
    let tx = client.transaction();
    let (inserted, promised) = futures_util::join!(
        store::mentoring::insert(&tx, &request, &scored),
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

/// The best mentors who can be asked, the best first.
async fn candidates(
    state: &AppState,
    cache: &CatalogCache,
    client: &store::Client,
    mentee: UserId,
    goals: &str,
    program: &Program,
) -> Result<Vec<Scored>, ApiError> {
    let now = state.clock.now();
    let (facts, revision, out_of_reach) = futures_util::try_join!(
        store::matching::find_mentee_facts(client, mentee),
        store::catalog::revision(client),
        store::mentoring::list_out_of_reach(client, mentee, now),
    )?;
    let facts = facts.ok_or(ApiError::not_found("mentee"))?;
    let ask = Ask {
        topic: None,
        need: Some(goals.to_owned()),
    };
    let catalog = cache.at(revision, client).await?;
    let mut ranking = catalog.rank(&facts, &ask, program);
    ranking.retain(|mentor| !out_of_reach.contains(&mentor));
    Ok(rank(client, &ranking, CANDIDATES, mentee, now).await?.best)
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
