//! The facts of a letter about feedback on a session, and its subject.

use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;

use super::facts::{Office, Reader, Side};
use super::when;
use crate::domain::id::UserId;
use crate::domain::text::{one_line, shorten};

/// A kind of letter about feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// To both: how was it?
    Wanted,
    /// To its author: it is kept.
    Given,
    /// To the mentor: something new can be read about you.
    Published,
}

impl Asking {
    /// The name in the table of mails and in the tags at the mail service.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "feedback_requested",
            Self::Given => "feedback_given",
            Self::Published => "feedback_published",
        }
    }
}

/// A letter about feedback.
#[derive(Clone, Debug)]
pub struct FeedbackNote {
    /// What it tells of.
    pub asking: Asking,
    /// The full name of the other one; none of several who are anonymous.
    pub other: Option<String>,
    /// Who that is.
    pub about: Option<UserId>,
    /// Which of the two reads.
    pub to: Side,
    /// Whether what was given is anonymous.
    pub is_anonymous: bool,
    /// Until when it can be changed.
    pub until: Option<Timestamp>,
    /// Where in the frontend it goes on, from the first slash on.
    pub path: String,
}

impl FeedbackNote {
    /// Writes the subject: one line.
    pub(crate) fn subject(&self) -> String {
        let other = self
            .other
            .as_deref()
            .map(|name| shorten(&one_line(name), 60));
        match (self.asking, other) {
            (Asking::Wanted, Some(other)) => format!("How was your session with {other}?"),
            (Asking::Wanted, None) => "How was your session?".to_owned(),
            (Asking::Given, Some(other)) => format!("Your feedback on the session with {other}"),
            (Asking::Given, None) => "Your feedback".to_owned(),
            (Asking::Published, Some(other)) => format!("{other} gave feedback on your session"),
            (Asking::Published, None) => "New feedback for you".to_owned(),
        }
    }

    /// The facts in the words that the template fills in.
    pub(crate) fn facts(&self, reader: &Reader, office: &Office) -> Value {
        context! {
            asking => self.asking.as_str(),
            other => self.other.as_deref().map(one_line),
            is_mentor => self.to == Side::Mentor,
            is_anonymous => self.is_anonymous,
            until => self.until.map(|at| when::moment(at, &reader.zone)),
            link => format!("{}{}", office.app_url, self.path),
        }
    }
}
