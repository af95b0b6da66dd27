//! What `/api/matching/requests` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{MentoringRequestId, MentorshipId, ProposalBatchId, UserId};
use shared::domain::matching::ProgramKey;
use shared::domain::mentoring::{
    Candidate, MentoringRequest, Outcome, RequestAction, RequestStatus,
};
use shared::domain::score::Thousandths;
use shared::domain::value::Text;
use shared::http::{Answer, Problems};
use utoipa::ToSchema;

type Goals = Text<1, 2000>;

/// What a mentee wants to reach with a mentor.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskBody {
    /// In one's own words; the mentors who are proposed read it.
    #[schema(
        example = "Find the first ten paying customers for our logistics software within half a year."
    )]
    pub(crate) goals: Goals,
    /// One that is in use; `mentorship` when left out.
    #[deserr(default)]
    #[schema(value_type = Option<ProgramKey>, nullable = false, example = "mentorship")]
    pub(crate) program: Option<String>,
}

/// A mentee's wish for a mentor.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestBody {
    id: MentoringRequestId,
    mentee_id: UserId,
    status: RequestStatus,
    goals: String,
    #[schema(example = "mentorship")]
    program: String,
    program_version: i32,
    /// How many batches there were.
    rounds: i32,
    /// The batch whose mentors are asked now.
    batch_id: Option<ProposalBatchId>,
    /// The match that came of it.
    match_id: Option<MentorshipId>,
    /// How many mentors may still be asked.
    candidates_left: usize,
    /// Since when nobody is left to ask.
    #[schema(value_type = Option<String>, format = DateTime)]
    queued_at: Option<Timestamp>,
    version: i64,
    /// What you may do now.
    allowed_actions: Vec<RequestAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl RequestBody {
    pub(crate) fn new(request: MentoringRequest, asker: UserId) -> Self {
        let waiting = request
            .candidates
            .iter()
            .filter(|one| one.outcome == Outcome::Waiting);
        let candidates_left = waiting.count();
        let allowed_actions = if request.mentee_id == asker {
            request.allowed_actions()
        } else {
            Vec::new()
        };
        Self {
            id: request.id,
            mentee_id: request.mentee_id,
            status: request.status,
            rounds: request.rounds,
            batch_id: request.open_batch().map(|batch| batch.id),
            match_id: request.mentorship_id,
            candidates_left,
            queued_at: request.queued_at,
            version: request.version,
            allowed_actions,
            created_at: request.created_at,
            updated_at: request.updated_at,
            goals: request.goals,
            program: request.program,
            program_version: request.program_version,
        }
    }

    pub(crate) fn answer(request: MentoringRequest, asker: UserId) -> Answer<Self> {
        let version = request.version;
        Answer::ok(Self::new(request, asker)).at_version(version)
    }
}

/// A wish for which nobody is left to ask, with all who were considered.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueuedBody {
    request: RequestBody,
    candidates: Vec<CandidateBody>,
}

/// A mentor who was considered.
#[derive(Serialize, ToSchema)]
pub(crate) struct CandidateBody {
    mentor_id: UserId,
    /// From 1 on, the best first.
    place: i32,
    score: Thousandths,
    outcome: Outcome,
    /// Why they passed, if they said it.
    reason: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Timestamp>,
}

impl QueuedBody {
    pub(crate) fn new(mut request: MentoringRequest, asker: UserId) -> Self {
        let candidates = std::mem::take(&mut request.candidates);
        Self {
            candidates: candidates.into_iter().map(CandidateBody::from).collect(),
            request: RequestBody::new(request, asker),
        }
    }
}

impl From<Candidate> for CandidateBody {
    fn from(candidate: Candidate) -> Self {
        Self {
            mentor_id: candidate.mentor_id,
            place: candidate.place,
            score: candidate.score,
            outcome: candidate.outcome,
            reason: candidate.reason,
            answered_at: candidate.answered_at,
        }
    }
}
