//! What `/api/matching/batches` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{MentoringRequestId, MentorshipId, ProposalBatchId, UserId};
use shared::domain::matching::Component;
use shared::domain::mentoring::{BatchAction, BatchStatus, Outcome};
use shared::domain::score::Thousandths;
use shared::domain::value::Text;
use shared::http::Problems;
use shared::store::mentoring::{BatchView, ProposalView};
use utoipa::ToSchema;

type Reason = Text<1, 500>;

/// Why a mentor passes; admins read it, the mentee does not.
#[derive(Default, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassBody {
    #[deserr(default)]
    pub(crate) reason: Option<Reason>,
}

/// Up to three mentors who are asked at the same time. A mentor sees themselves alone.
#[derive(Serialize, ToSchema)]
pub(crate) struct BatchBody {
    id: ProposalBatchId,
    request_id: MentoringRequestId,
    /// The how-manieth batch of the request it is.
    round: i32,
    status: BatchStatus,
    /// What the mentee wants to reach.
    goals: String,
    mentee: ProposedMenteeBody,
    /// The best first.
    proposals: Vec<ProposalBody>,
    /// The match that came of the request, for those who are part of it.
    match_id: Option<MentorshipId>,
    /// Until when the mentors can answer.
    #[schema(value_type = String, format = DateTime)]
    respond_by: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    /// What you may do now.
    allowed_actions: Vec<BatchAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Who asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProposedMenteeBody {
    id: UserId,
    first_name: String,
    last_name: String,
    startup_name: Option<String>,
}

/// A mentor who was asked, and why they fit.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProposalBody {
    mentor_id: UserId,
    first_name: String,
    last_name: String,
    title: Option<String>,
    company: Option<String>,
    /// 0–100, the sum of the components' points.
    score: Thousandths,
    components: Vec<Component>,
    reasoning: String,
    /// Whether the score lies below what the program calls good.
    is_weak: bool,
    outcome: Outcome,
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Timestamp>,
}

impl BatchBody {
    pub(crate) fn new(view: BatchView, asker: UserId, now: Timestamp) -> Self {
        let (batch, proposals) = (view.batch, view.proposals);
        let own = proposals.iter().find(|one| one.mentor_id == asker);
        let allowed_actions = own.map_or_else(Vec::new, |own| {
            BatchAction::allowed(own.outcome, batch.respond_by, now)
        });
        // Whoever was only asked does not learn what has become of the mentee.
        let is_strange = own.is_some_and(|own| own.outcome != Outcome::Selected);
        Self {
            id: batch.id,
            request_id: view.request_id,
            round: batch.round,
            status: batch.status,
            goals: view.goals,
            mentee: ProposedMenteeBody {
                id: view.mentee_id,
                first_name: view.mentee_first_name,
                last_name: view.mentee_last_name,
                startup_name: view.startup_name,
            },
            match_id: view.mentorship_id.filter(|_| !is_strange),
            proposals: proposals.into_iter().map(ProposalBody::from).collect(),
            respond_by: batch.respond_by,
            closed_at: batch.closed_at,
            allowed_actions,
            created_at: batch.created_at,
        }
    }
}

impl From<ProposalView> for ProposalBody {
    fn from(view: ProposalView) -> Self {
        Self {
            mentor_id: view.mentor_id,
            first_name: view.first_name,
            last_name: view.last_name,
            title: view.title,
            company: view.company,
            score: view.score,
            components: view.components,
            reasoning: view.reasoning,
            is_weak: view.is_weak,
            outcome: view.outcome,
            answered_at: view.answered_at,
        }
    }
}
