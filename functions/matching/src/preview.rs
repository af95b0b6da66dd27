//! `POST /api/matching/programs/{key}/preview`

use std::collections::{BTreeSet, HashMap};

use axum::Extension;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::domain::id::{MatchId, UserId};
use shared::domain::matching::{
    AVAILABILITY_DAYS, ComponentName, KeptProgram, Move, Preview, Program, ProgramError, Sample,
    Today, preview,
};
use shared::domain::score::Thousandths;
use shared::domain::time::{Minutes, Span};
use shared::http::{Admin, Answer, ApiError, AppState, CatalogCache, Path, Refused};
use shared::store::{self, Client};
use utoipa::ToSchema;

/// How many recent matches are looked at.
const SAMPLE: i64 = 200;

/// What a draft would change for recent matches.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewBody {
    /// The version in use; without one the draft is compared with office hours.
    active_version: Option<i32>,
    draft_version: i32,
    /// How many requests were looked at, the newest.
    requests: u32,
    /// How many matches they found.
    matches: u32,
    /// How many matches were left out, because one of the two cannot be matched any more.
    skipped: u32,
    /// In how many requests another mentor would come first.
    first_changes: u32,
    weak_before: u32,
    weak_after: u32,
    /// How many matches would get another score or another place.
    moved: u32,
    /// Those that would change most, at most 50.
    moves: Vec<MoveBody>,
}

/// A match that would move.
#[derive(Serialize, ToSchema)]
pub(crate) struct MoveBody {
    match_id: MatchId,
    mentee_id: UserId,
    mentor_id: UserId,
    score_before: Thousandths,
    score_after: Thousandths,
    change: Thousandths,
    /// The place among the matches of the same request, the best 1.
    rank_before: u32,
    rank_after: u32,
}

/// Preview a program's draft.
///
/// Recent matches are scored again, by the version in use and by the draft: who would move, and by how much.
#[utoipa::path(
    post,
    path = "/api/matching/programs/{key}/preview",
    tag = "matching",
    params(("key" = String, Path, example = "office_hours")),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<PreviewBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn preview_program(
    State(state): State<AppState>,
    Extension(cache): Extension<CatalogCache>,
    _: Admin,
    Path(key): Path<String>,
) -> Result<Answer<PreviewBody>, ApiError> {
    let client = state.db.client().await?;
    let (program, revision) = futures_util::try_join!(
        store::program::find(&client, &key),
        store::catalog::revision(&client),
    )?;
    let program = program.ok_or(ApiError::not_found("program"))?;
    let draft = program.draft().ok_or(ProgramError::NoDraft)?;
    let (before, after) = (in_use(&program), draft.program(&program.key));
    let of_program = program.active.is_some().then_some(key.as_str());
    let sample = store::matching::list_recent(&client, of_program, SAMPLE).await?;
    let (mentees, mentors) = people(&sample);
    let model = state.bedrock.embedding_model();
    let catalog = cache.at(revision, &client, model).await?;
    let counts_slots = [&before, &after]
        .iter()
        .any(|program| program.weights().of(ComponentName::Availability) > 0);
    let mentors = if counts_slots { mentors } else { Vec::new() };
    let now = state.clock.now();
    let (mentees, free) = futures_util::try_join!(
        store::matching::list_mentee_facts(&client, &mentees),
        free_slots(&client, &mentors, now),
    )?;
    let today = Today {
        catalog: &catalog,
        mentees: &mentees,
        free: &free,
    };
    let found = preview(&sample, today, [&before, &after]);
    Ok(Answer::ok(PreviewBody::new(&program, draft.number, found)))
}

/// What the draft is compared with: the version in use, or what the product comes with.
fn in_use(program: &KeptProgram) -> Program {
    program
        .active
        .as_ref()
        .map_or_else(Program::office_hours, |active| active.program(&program.key))
}

fn people(sample: &[Sample]) -> (Vec<UserId>, Vec<UserId>) {
    let mentees: BTreeSet<UserId> = sample.iter().map(|found| found.mentee_id).collect();
    let mentors: BTreeSet<UserId> = sample.iter().map(|found| found.mentor_id).collect();
    (mentees.into_iter().collect(), mentors.into_iter().collect())
}

/// How many free slots mentors have today, whoever asks.
async fn free_slots(
    client: &Client,
    mentors: &[UserId],
    now: Timestamp,
) -> Result<HashMap<UserId, u32>, store::StoreError> {
    let days = SignedDuration::from_hours(24 * i64::from(AVAILABILITY_DAYS));
    let within = Span::new(now, now + days);
    let found = store::schedule::list(client, mentors, None, within).await?;
    let count = |bookable: store::schedule::Bookable| {
        let free = bookable.schedule.slots(Minutes(60), within, now);
        (
            bookable.mentor,
            u32::try_from(free.len()).unwrap_or(u32::MAX),
        )
    };
    Ok(found.into_iter().map(count).collect())
}

impl PreviewBody {
    fn new(program: &KeptProgram, draft_version: i32, found: Preview) -> Self {
        Self {
            active_version: program.active.as_ref().map(|active| active.number),
            draft_version,
            requests: found.requests,
            matches: found.matches,
            skipped: found.skipped,
            first_changes: found.first_changes,
            weak_before: found.weak[0],
            weak_after: found.weak[1],
            moved: found.moved,
            moves: found.moves.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Move> for MoveBody {
    fn from(found: Move) -> Self {
        let [score_before, score_after] = found.scores;
        let [rank_before, rank_after] = found.ranks;
        Self {
            match_id: found.match_id,
            mentee_id: found.mentee_id,
            mentor_id: found.mentor_id,
            score_before,
            score_after,
            change: score_after - score_before,
            rank_before,
            rank_after,
        }
    }
}
