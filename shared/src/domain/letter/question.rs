//! The facts of a letter about a quick question, and its subject.

use minijinja::context;
use minijinja::value::Value;

use super::facts::Office;
use crate::domain::id::{QuestionId, UserId};
use crate::domain::question::QuestionTurn;
use crate::domain::text::{lines, one_line, shorten};

/// A letter about a quick question.
#[derive(Clone, Debug)]
pub struct QuestionNote {
    /// What it tells of.
    pub turn: QuestionTurn,
    /// The question.
    pub question_id: QuestionId,
    /// What is asked, in a few words.
    pub title: String,
    /// The full name of the other one, where the reader may know it.
    pub other: Option<String>,
    /// Whose words or name it tells of.
    pub about: Option<UserId>,
    /// How many stars the asker gave.
    pub rating: Option<i16>,
    /// Why it was removed.
    pub reason: Option<String>,
}

impl QuestionNote {
    /// Where in the frontend it goes on, from the first slash on: at the list when the reader sees the question no more.
    pub(crate) fn path(&self) -> String {
        match self.turn {
            QuestionTurn::PassedOn | QuestionTurn::Removed => "/questions".to_owned(),
            QuestionTurn::Claimed
            | QuestionTurn::Answered
            | QuestionTurn::Replied
            | QuestionTurn::Returned
            | QuestionTurn::Lapsed
            | QuestionTurn::Completed
            | QuestionTurn::Closed
            | QuestionTurn::Rated
            | QuestionTurn::Escalated
            | QuestionTurn::Expired
            | QuestionTurn::Offered => format!("/questions/{}", self.question_id),
        }
    }

    /// Whether it is the mentor who reads it.
    pub(crate) const fn is_to_mentor(&self) -> bool {
        match self.turn {
            QuestionTurn::Replied
            | QuestionTurn::Lapsed
            | QuestionTurn::PassedOn
            | QuestionTurn::Completed
            | QuestionTurn::Rated
            | QuestionTurn::Offered => true,
            QuestionTurn::Claimed
            | QuestionTurn::Answered
            | QuestionTurn::Returned
            | QuestionTurn::Closed
            | QuestionTurn::Escalated
            | QuestionTurn::Expired
            | QuestionTurn::Removed => false,
        }
    }

    fn other(&self) -> String {
        let named = self.other.as_deref().map(one_line);
        let named = named.filter(|name| !name.is_empty());
        named.map_or_else(|| "Somebody".to_owned(), |name| shorten(&name, 40))
    }

    /// Writes the subject: one line.
    pub(crate) fn subject(&self) -> String {
        let (other, title) = (self.other(), shorten(&one_line(&self.title), 60));
        match self.turn {
            QuestionTurn::Claimed => format!("{other} looks at your question: {title}"),
            QuestionTurn::Answered => format!("{other} has answered: {title}"),
            QuestionTurn::Replied => format!("{other} has replied: {title}"),
            QuestionTurn::Returned => format!("Your question is open again: {title}"),
            QuestionTurn::Lapsed => format!("Your claim is over: {title}"),
            QuestionTurn::PassedOn => format!("No longer with you: {title}"),
            QuestionTurn::Completed => format!("Completed: {title}"),
            QuestionTurn::Closed => format!("How was the answer? {title}"),
            QuestionTurn::Rated => match self.rating {
                Some(1) => format!("1 star for your answer: {title}"),
                stars => format!(
                    "{} stars for your answer: {title}",
                    stars.unwrap_or_default()
                ),
            },
            QuestionTurn::Escalated => format!("{other} would rather meet: {title}"),
            QuestionTurn::Expired => format!("Nobody has answered: {title}"),
            QuestionTurn::Offered => format!("A question that fits you: {title}"),
            QuestionTurn::Removed => format!("Removed: {title}"),
        }
    }

    /// The facts in the words that the template fills in.
    pub(crate) fn facts(&self, office: &Office) -> Value {
        context! {
            turn => self.turn.as_str(),
            title => one_line(&self.title),
            other => self.other(),
            rating => self.rating,
            reason => self.reason.as_deref().map(lines),
            link => format!("{}{}", office.app_url, self.path()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::sample::{mentee, office};
    use crate::domain::letter::{Letter, Templates};
    use uuid::Uuid;

    #[test]
    fn every_letter_has_its_words_and_names_are_not_markup() {
        let templates = Templates::shared().unwrap();
        for turn in QuestionTurn::ALL {
            let letter = Letter::Question(QuestionNote {
                turn: *turn,
                question_id: Uuid::from_u128(7).into(),
                title: "How do I\nprice <b>?".to_owned(),
                other: Some("Ada <b>\nLovelace".to_owned()),
                about: None,
                rating: Some(5),
                reason: Some("no question".to_owned()),
            });

            let written = templates
                .write(&letter, &mentee(), &office(), None)
                .unwrap();

            let is_out_of_sight = matches!(turn, QuestionTurn::PassedOn | QuestionTurn::Removed);
            for part in [&written.text, &written.html] {
                assert!(part.contains("/questions"), "{turn:?}");
                assert_eq!(!part.contains("/questions/"), is_out_of_sight, "{turn:?}");
            }
            assert!(!written.html.contains("<b>"), "{turn:?}");
            assert!(!written.subject.contains('\n'));
            let words = written.text.split("\n--\n").next().unwrap();
            assert!(words.len() > 120, "{turn:?} says too little: {words}");
        }
    }
}
