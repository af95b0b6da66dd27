//! What somebody is to hear of a question.

use serde::{Deserialize, Serialize};

use crate::domain::id::{QuestionId, UserId};
use crate::domain::words::words;

words! {
    /// What has happened to a question; its word names the message that tells of it.
    QuestionTurn {
        /// To the asker: a mentor has it.
        Claimed = "question_claimed",
        /// To the asker: the mentor has answered.
        Answered = "question_answered",
        /// To the mentor: the asker has said more.
        Replied = "question_replied",
        /// To the asker: it is open again.
        Returned = "question_returned",
        /// To the mentor: the claim is over, because nobody wrote for an hour.
        Lapsed = "question_lapsed",
        /// To the mentor: the asker wants another answer, or has left.
        PassedOn = "question_passed_on",
        /// To the mentor: the asker has enough.
        Completed = "question_completed",
        /// To the asker: it has completed itself, and can be rated.
        Closed = "question_closed",
        /// To the mentor: the asker has rated the answer.
        Rated = "question_rated",
        /// To the other one: one of the two would rather meet.
        Escalated = "question_escalated",
        /// To the asker: nobody wanted it.
        Expired = "question_expired",
        /// To a mentor: nobody has claimed this, and you fit.
        Offered = "question_offered",
        /// To both: an admin took it away.
        Removed = "question_removed",
    }
}

/// That somebody is to hear of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionNews {
    /// What has happened.
    pub turn: QuestionTurn,
    /// To which question.
    pub question_id: QuestionId,
    /// Who is to hear of it.
    pub recipient_id: UserId,
}
