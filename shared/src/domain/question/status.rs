//! Where a question stands, and what can be done to it.

use crate::domain::words::words;

words! {
    /// Where a question stands.
    QuestionStatus {
        /// Any mentor can claim it.
        Open = "open",
        /// A mentor has it and has not answered yet.
        Claimed = "claimed",
        /// Its mentor has answered; the two go on as long as they like.
        Answered = "answered",
        /// The asker has enough.
        Completed = "completed",
        /// Nobody wanted it.
        Expired = "expired",
        /// The asker took it back.
        Withdrawn = "withdrawn",
        /// An admin took it away.
        Removed = "removed",
    }
}

words! {
    /// Something that a person can do to a question.
    QuestionAction {
        /// Takes it.
        Claim = "claim",
        /// Gives it back, or asks for another answer.
        Release = "release",
        /// Writes in its thread.
        Answer = "answer",
        /// Has enough.
        Complete = "complete",
        /// Says how good the answer was.
        Rate = "rate",
        /// Would rather meet.
        Escalate = "escalate",
        /// Takes it back.
        Withdraw = "withdraw",
        /// Takes it away.
        Remove = "remove",
    }
}

impl QuestionStatus {
    /// Whether a mentor has it and the two can write.
    #[must_use]
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Claimed | Self::Answered)
    }

    /// Whether it counts among those that its asker waits for.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Open | Self::Claimed | Self::Answered)
    }
}
