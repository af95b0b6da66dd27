//! What time does to a question, whether or not anybody has written it down.

use jiff::Timestamp;

use super::{Question, QuestionStatus, QuestionTurn, Stepped};

impl Question {
    /// As it stands at a moment, with what people are to hear of what has happened since it was written.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Stepped {
        let (mut question, mut events) = (self, Vec::new());
        // At most twice: a claim lapses, and then nobody else wants it for as long as a question waits.
        while let Some(end) = question.holds_until.filter(|end| *end <= now) {
            let (next, told) = question.over(end);
            events.extend(told);
            question = next;
        }
        (question, events)
    }

    /// What becomes of it when its time in a state is over.
    fn over(self, end: Timestamp) -> Stepped {
        match self.status {
            QuestionStatus::Open => {
                let told = self.news(QuestionTurn::Expired, self.mentee_id);
                (self.ended(QuestionStatus::Expired, end), vec![told])
            }
            QuestionStatus::Claimed => {
                let told = vec![
                    self.news_to_mentor(QuestionTurn::Lapsed),
                    self.news(QuestionTurn::Returned, self.mentee_id),
                ];
                (self.returned(end), told)
            }
            QuestionStatus::Answered => {
                let told = vec![
                    self.news_to_mentor(QuestionTurn::Completed),
                    self.news(QuestionTurn::Closed, self.mentee_id),
                ];
                (self.ended(QuestionStatus::Completed, end), told)
            }
            QuestionStatus::Completed
            | QuestionStatus::Expired
            | QuestionStatus::Withdrawn
            | QuestionStatus::Removed => {
                let status = self.status;
                (self.ended(status, end), Vec::new())
            }
        }
    }
}
