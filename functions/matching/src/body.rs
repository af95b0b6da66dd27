//! What `/api/matching` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{MatchId, UserId};
use shared::domain::matching::{Component, ExplanationSource, MentorFacts, ProgramKey, Scored};
use shared::domain::profile::StartupStage;
use shared::domain::score::Thousandths;
use shared::domain::slots::Slot;
use shared::domain::value::{Bounded, Text};
use shared::http::Problems;
use shared::store::matching::StoredMatch;
use utoipa::ToSchema;

use crate::program_body::WeightsBody;

pub(crate) type Topic = Text<1, 200>;
pub(crate) type Need = Text<1, 2000>;
pub(crate) type MatchLimit = Bounded<1, 20>;

/// What somebody is looking for.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatchRequestBody {
    /// For whom; only admins say it, a mentee asks for themselves.
    #[deserr(default)]
    pub(crate) mentee_id: Option<UserId>,
    #[deserr(default)]
    #[schema(example = "B2B pricing")]
    pub(crate) topic: Option<Topic>,
    /// In one's own words.
    #[deserr(default)]
    pub(crate) need: Option<Need>,
    /// 5 when left out.
    #[deserr(default, from(MatchLimit) = Some)]
    #[schema(nullable = false)]
    pub(crate) limit: Option<MatchLimit>,
    /// One that is in use; `office_hours` when left out.
    #[deserr(default)]
    #[schema(value_type = Option<ProgramKey>, nullable = false, example = "office_hours")]
    pub(crate) program: Option<String>,
    /// Weights in the place of the program's, for this request only; they sum to 100 too.
    #[deserr(default, from(WeightsBody) = Some)]
    #[schema(nullable = false)]
    pub(crate) preferences: Option<WeightsBody>,
}

/// A mentor who fits, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatchBody {
    match_id: MatchId,
    mentor: MatchedMentorBody,
    /// 0–100, the sum of the components' points.
    score: Thousandths,
    components: Vec<Component>,
    reasoning: String,
    /// Whether the score lies below what the program calls good.
    is_weak: bool,
    next_slots: Vec<NextSlotBody>,
}

/// A mentor, as far as a match shows them.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatchedMentorBody {
    id: UserId,
    first_name: String,
    last_name: String,
    title: Option<String>,
    company: Option<String>,
    expertise_areas: Vec<String>,
    industries: Vec<String>,
    stages: Vec<StartupStage>,
    languages: Vec<String>,
}

/// A time that can be booked.
#[derive(Serialize, ToSchema)]
pub(crate) struct NextSlotBody {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

impl MatchBody {
    pub(crate) fn new(
        match_id: MatchId,
        scored: Scored,
        mentor: &MentorFacts,
        slots: &[Slot],
    ) -> Self {
        Self {
            match_id,
            mentor: mentor.into(),
            score: scored.score,
            components: scored.components,
            reasoning: scored.reasoning,
            is_weak: scored.is_weak,
            next_slots: slots
                .iter()
                .map(|slot| NextSlotBody {
                    starts_at: slot.starts_at,
                    ends_at: slot.ends_at,
                })
                .collect(),
        }
    }
}

impl From<&MentorFacts> for MatchedMentorBody {
    fn from(mentor: &MentorFacts) -> Self {
        let mentor = mentor.clone();
        Self {
            id: mentor.id,
            first_name: mentor.first_name,
            last_name: mentor.last_name,
            title: mentor.title,
            company: mentor.company,
            expertise_areas: mentor.expertise_areas,
            industries: mentor.industries,
            stages: mentor.stages,
            languages: mentor.languages,
        }
    }
}

/// A match as it was made, with everything that led to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainedMatchBody {
    match_id: MatchId,
    mentee_id: UserId,
    mentor_id: UserId,
    #[schema(example = "office_hours")]
    program: String,
    program_version: i32,
    score: Thousandths,
    components: Vec<Component>,
    reasoning: String,
    /// Who wrote the reasoning.
    explanation_source: ExplanationSource,
    is_weak: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<StoredMatch> for ExplainedMatchBody {
    fn from(stored: StoredMatch) -> Self {
        Self {
            match_id: stored.id,
            mentee_id: stored.mentee_id,
            mentor_id: stored.mentor_id,
            program: stored.program,
            program_version: stored.program_version,
            score: stored.score,
            components: stored.components,
            reasoning: stored.reasoning,
            explanation_source: stored.explanation_source,
            is_weak: stored.is_weak,
            created_at: stored.created_at,
        }
    }
}
