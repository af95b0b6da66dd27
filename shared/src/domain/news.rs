//! News of long-term mentoring: what one person is to hear of a request, a batch or a mentorship.

use serde::{Deserialize, Serialize};

use super::id::{MentoringRequestId, MentorshipId, ProposalBatchId, UserId};
use super::mentorship::{MentorshipStatus, Occasion};

/// What somebody is to hear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// To a mentor: a mentee is proposed to you.
    Proposed {
        /// The batch.
        batch_id: ProposalBatchId,
        /// Who hears of it.
        recipient_id: UserId,
    },
    /// To a mentor who has not answered: this mentee needs no answer any more.
    ProposalClosed {
        /// The batch.
        batch_id: ProposalBatchId,
        /// Who hears of it.
        recipient_id: UserId,
    },
    /// To the mentee: the mentors who were asked did not take it on, so others are asked.
    MovedOn {
        /// The request.
        request_id: MentoringRequestId,
        /// The batch that is open since.
        batch_id: ProposalBatchId,
        /// Who hears of it.
        recipient_id: UserId,
    },
    /// To the mentee: nobody is left to ask, so a person looks after it.
    NobodyLeft {
        /// The request.
        request_id: MentoringRequestId,
        /// Who hears of it.
        recipient_id: UserId,
    },
    /// To both: you are matched.
    MatchMade {
        /// The mentorship.
        mentorship_id: MentorshipId,
        /// Who hears of it.
        recipient_id: UserId,
    },
    /// To the other one, or to both: it was paused, resumed, completed or dissolved.
    MatchChanged {
        /// The mentorship.
        mentorship_id: MentorshipId,
        /// Where it stands since.
        status: MentorshipStatus,
        /// Who hears of it.
        recipient_id: UserId,
    },
    /// To both: how does it go, or how was it?
    CheckIn {
        /// The mentorship.
        mentorship_id: MentorshipId,
        /// Why they are asked.
        occasion: Occasion,
        /// Who is asked.
        recipient_id: UserId,
    },
}

impl News {
    /// Who is to hear of it.
    #[must_use]
    pub const fn recipient_id(&self) -> UserId {
        match self {
            Self::Proposed { recipient_id, .. }
            | Self::ProposalClosed { recipient_id, .. }
            | Self::MovedOn { recipient_id, .. }
            | Self::NobodyLeft { recipient_id, .. }
            | Self::MatchMade { recipient_id, .. }
            | Self::MatchChanged { recipient_id, .. }
            | Self::CheckIn { recipient_id, .. } => *recipient_id,
        }
    }
}
