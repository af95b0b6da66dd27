//! What proposals to move a session take and give.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{RescheduleId, SessionId, UserId};
use shared::domain::session::{RescheduleAction, RescheduleRequest, RescheduleStatus, Session};
use shared::domain::user::Actor;
use shared::http::{Moment, Problems};
use utoipa::ToSchema;

use crate::body::{Reason, SessionBody, Times};

/// Other times for a session.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalBody {
    /// One to three times from the mentor's slots, the one you like best first.
    #[schema(value_type = Vec<Moment>, min_items = 1, max_items = 3)]
    pub(crate) proposed_times: Times,
    #[deserr(default)]
    #[schema(example = "A meeting came up that I cannot move.")]
    pub(crate) reason: Option<Reason>,
}

/// What somebody does to a proposal.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    pub(crate) action: AnswerAction,
    /// Which of the proposed times, with `accept`; may be left out when there is only one.
    #[deserr(default, from(Moment) = Some)]
    #[schema(nullable = false)]
    pub(crate) scheduled_at: Option<Moment>,
    /// Why, with `reject` and `withdraw`.
    #[deserr(default)]
    pub(crate) reason: Option<Reason>,
}

/// What can be done to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum AnswerAction {
    #[deserr(rename = "accept")]
    #[schema(rename = "accept")]
    Accept,
    #[deserr(rename = "reject")]
    #[schema(rename = "reject")]
    Reject,
    #[deserr(rename = "withdraw")]
    #[schema(rename = "withdraw")]
    Withdraw,
}

/// A proposal to move a session.
#[derive(Serialize, ToSchema)]
pub(crate) struct RescheduleBody {
    id: RescheduleId,
    session_id: SessionId,
    /// The how-manieth of the three that there can be.
    round: u32,
    proposed_by: UserId,
    #[schema(value_type = Vec<Moment>)]
    proposed_times: Vec<Timestamp>,
    reason: Option<String>,
    status: RescheduleStatus,
    /// When it lapses without an answer.
    #[schema(value_type = String, format = DateTime)]
    lapses_at: Timestamp,
    /// The time that was taken.
    #[schema(value_type = Option<String>, format = DateTime)]
    accepted_time: Option<Timestamp>,
    answered_by: Option<UserId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    answered_at: Option<Timestamp>,
    answer_reason: Option<String>,
    version: i64,
    /// What you may do now.
    allowed_actions: Vec<RescheduleAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The session as it stands now; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    session: Option<SessionBody>,
}

impl RescheduleBody {
    pub(crate) fn new(
        request: RescheduleRequest,
        session: &Session,
        actor: Actor,
        now: Timestamp,
    ) -> Self {
        let allowed_actions = session.allowed_answers(&request, actor, now);
        let status = request.status_at(now);
        let answer = request.answer;
        Self {
            id: request.id,
            session_id: request.session_id,
            round: request.round,
            proposed_by: request.proposed_by,
            proposed_times: request.times,
            reason: request.reason,
            status,
            lapses_at: request.lapses_at,
            accepted_time: answer.as_ref().and_then(|answer| answer.time),
            answered_by: answer.as_ref().map(|answer| answer.by),
            answered_at: answer.as_ref().map(|answer| answer.at),
            answer_reason: answer.and_then(|answer| answer.reason),
            version: request.version,
            allowed_actions,
            created_at: request.created_at,
            session: None,
        }
    }

    /// The same with the session, after something was done to it.
    pub(crate) fn with_session(
        request: RescheduleRequest,
        session: Session,
        actor: Actor,
        now: Timestamp,
    ) -> Self {
        let body = Self::new(request, &session, actor, now);
        Self {
            session: Some(SessionBody::new(session, actor, now)),
            ..body
        }
    }
}
